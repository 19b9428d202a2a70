"""Limits on what nobody signed in for, on tokens, and on mail."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from catalog.api.base import TokenThrottle
from catalog.models import ApiToken, Membership
from catalog.services.rates import Rate
from catalog.services.tokens import token_create
from tests.catalog.factories import UserFactory

pytestmark = pytest.mark.django_db


def _program(membership: Membership, **more: int) -> tuple[ApiToken, Client]:
    token, secret = token_create(merchant=membership.merchant, name="x", scopes=["catalog:read"], by=None, **more)
    return token, Client(headers={"Authorization": f"Bearer {secret}"})


def test_an_address_that_asks_too_often_is_told_to_wait(settings, client: Client, as_owner: Client):
    settings.ANONYMOUS_PER_MINUTE = 3
    answers = [client.get("/") for _ in range(5)]
    assert [answer.status_code for answer in answers] in ([200, 200, 200, 429, 429], [200, 200, 200, 429, 200])
    assert 0 < int(answers[3].headers["Retry-After"]) <= 60
    api = client.get("/api/v1/products/")
    assert api.status_code in {429, 401}
    assert all(as_owner.get("/merchant/").status_code == 200 for _ in range(5))
    assert client.get("/healthz").status_code == 200


def test_a_token_has_a_limit_over_all_processes(owner: Membership, monkeypatch):
    monkeypatch.setattr(TokenThrottle, "rate", Rate(name="test", count=2, seconds=86_400))
    _, program = _program(owner)
    answers = [program.get("/api/v1/products/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    assert _program(owner)[1].get("/api/v1/products/").status_code == 200


def test_guessing_tokens_is_stopped():
    client = Client(headers={"Authorization": "Bearer cw_guess"})
    codes = [client.get("/api/v1/products/").status_code for _ in range(245)]  # a minute may end among them
    assert codes[0] == 401
    assert 429 in codes


def test_a_token_ends_by_itself(owner: Membership):
    token, program = _program(owner, days=30)
    assert program.get("/api/v1/products/").status_code == 200
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = program.get("/api/v1/products/")
    assert answer.status_code == 401
    assert "has ended" in answer.json()["error"]["message"]


def test_a_person_gets_three_reset_mails_an_hour_and_strangers_learn_nothing(client: Client):
    UserFactory(email="ada@example.org")
    answers = {
        client.post("/account/password/reset/", {"email": "ada@example.org"}).headers["Location"] for _ in range(6)
    }
    assert answers == {"/account/password/reset/sent/"}
    assert 3 <= len(mail.outbox) <= 6  # six only where the hour ended in between
    assert len(mail.outbox) == 3 or timezone.now().minute == 0


def test_invitations_of_a_shop_have_a_limit(as_owner: Client, monkeypatch):
    from catalog.services import members

    monkeypatch.setattr(members, "INVITATIONS", Rate(name="test", count=1, seconds=10**9))
    as_owner.post("/merchant/members/invite/", {"email": "one@example.org", "role": "viewer"})
    page = as_owner.post("/merchant/members/invite/", {"email": "two@example.org", "role": "viewer"})
    assert page.status_code == 422
    assert "often enough" in page.content.decode()
    assert len(mail.outbox) == 1


def test_names_and_passwords_of_a_megabyte_are_refused_quickly(client: Client):
    for form in ({"username": "a" * 1_000_000, "password": "x"}, {"username": "a@b.c", "password": "x" * 1_000_000}):
        assert client.post("/account/login/", form).status_code in {200, 429}
