"""A merchant opens a shop: by a mailed link, where the operator allows it."""

import re

import pytest
from django.core import mail
from django.test import Client

from catalog.models import Membership, Merchant
from tests.catalog.factories import MerchantFactory

pytestmark = pytest.mark.django_db
FORM = {"name": "Harbour Shoes", "email": "Owner@Example.com"}


def test_a_shop_opens_by_the_mailed_link(client: Client):
    assert "Look into your mail" in client.post("/for-merchants/new-shop/", FORM).content.decode()
    merchant = Merchant.objects.get()
    assert not merchant.is_active
    link = re.search(r"http://testserver(/invitations/\S+)", mail.outbox[0].body)[1]
    client.post(link, {"name": "Ada", "password": "correct horse battery"})
    merchant.refresh_from_db()
    assert merchant.is_active
    assert Membership.objects.get().role == "owner"
    assert client.get("/merchant/").status_code == 200


def test_an_invitation_of_a_member_opens_no_shop_that_was_closed(client: Client, owner: Membership):
    from catalog.services.members import member_invite

    _, secret = member_invite(merchant=owner.merchant, email="b@example.com", role="viewer", by=None)
    Merchant.objects.update(is_active=False)
    client.post(f"/invitations/{secret}/", {"name": "Bo", "password": "correct horse battery"})
    assert not Merchant.objects.get().is_active


def test_an_operator_can_switch_it_off(client: Client, settings):
    settings.SIGN_UP = False
    assert client.post("/for-merchants/new-shop/", FORM).status_code == 404
    page = client.get("/for-merchants/").content.decode()
    assert "new-shop" not in page and "One photo" in page
    assert not Merchant.objects.exists()


@pytest.mark.parametrize("form", [{}, {"name": " ", "email": "a@example.com"}, {"name": "A shop", "email": "nothing"}])
def test_what_is_missing_is_said(client: Client, form: dict[str, str]):
    assert client.post("/for-merchants/new-shop/", form or {"x": ""}).status_code == 422
    assert not Merchant.objects.exists() and not mail.outbox


def test_nobody_opens_shops_without_end(client: Client):
    MerchantFactory()
    for _ in range(5):
        client.post("/for-merchants/new-shop/", FORM)
    assert client.post("/for-merchants/new-shop/", FORM).status_code == 422
    assert len(mail.outbox) == 5
