"""Before tokens, members and accounts change, somebody who sits at an open session is asked for the password."""

import time

import pytest
from django.test import Client

from catalog.models import ApiToken, Membership
from tests.catalog.factories import PASSWORD

pytestmark = pytest.mark.django_db
TOKEN = {"name": "Warehouse", "scopes": ["catalog:read", "catalog:write"], "days": "90"}


@pytest.fixture
def stale(as_owner: Client) -> Client:
    session = as_owner.session
    session["confirmed_at"] = int(time.time()) - 901
    session.save()
    return as_owner


def test_nothing_happens_before_the_password_and_nothing_is_lost(stale: Client, owner: Membership):
    page = stale.post("/merchant/tokens/new/", TOKEN)
    assert page.status_code == 403
    assert not ApiToken.objects.exists()
    carried = page.context["carried"]
    assert ("name", "Warehouse") in carried
    assert [value for name, value in carried if name == "scopes"] == TOKEN["scopes"]
    sent = {**TOKEN, "confirm_password": PASSWORD}
    assert stale.post("/merchant/tokens/new/", sent).status_code == 200
    token = ApiToken.objects.get()
    assert token.scopes == TOKEN["scopes"]
    assert stale.post("/merchant/tokens/new/", TOKEN).status_code == 200  # for a quarter of an hour


def test_a_wrong_password_is_refused_and_not_carried_along(stale: Client):
    page = stale.post("/merchant/tokens/new/", {**TOKEN, "confirm_password": "not the password"})
    assert page.status_code == 403
    assert "neither your password" in page.content.decode()
    assert "not the password" not in page.content.decode()
    assert not ApiToken.objects.exists()


def test_guessing_the_password_is_stopped(stale: Client):
    for _ in range(11):
        page = stale.post("/merchant/tokens/new/", {**TOKEN, "confirm_password": "wrong"})
    assert "That was often enough" in page.content.decode()
    page = stale.post("/merchant/tokens/new/", {**TOKEN, "confirm_password": PASSWORD})
    assert page.status_code == 403
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "/merchant/members/invite/",
        "/merchant/members/1/role/",
        "/merchant/members/1/remove/",
        "/merchant/data/",
        "/merchant/close/",
        "/account/authenticator/remove/",
        "/account/recovery-codes/",
        "/account/export/",
        "/account/delete/",
    ],
)
def test_every_such_change_asks(stale: Client, address: str):
    assert "Is it you?" in stale.post(address).content.decode()


def test_a_page_that_asks_opens_after_the_password(stale: Client):
    page = stale.get("/account/authenticator/")
    assert page.status_code == 403
    form = dict(page.context["carried"]) | {"confirm_password": PASSWORD}
    assert stale.post("/account/authenticator/", form).status_code == 200
