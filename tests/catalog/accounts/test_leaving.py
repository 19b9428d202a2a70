"""Export and deletion: of a person's account, of a whole shop."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog.accounts import portability
from catalog.models import AuditEntry, Membership, Merchant, Role, User
from tests.catalog.factories import MembershipFactory, PhotoFactory, VariantFactory, active_product

pytestmark = pytest.mark.django_db


def test_a_shop_is_taken_along_with_all_its_rows(as_owner: Client, owner: Membership, stranger: Membership):
    photo = PhotoFactory(product=active_product(merchant=owner.merchant))
    VariantFactory(photo=photo, product=photo.product)
    theirs = active_product(merchant=stranger.merchant)
    as_owner.post("/merchant/tokens/new/", {"name": "Sync", "scopes": ["catalog:read"]})
    answer = as_owner.post("/merchant/data/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    names = {f"{model._meta.app_label}/{model._meta.model_name}.jsonl" for model in portability.tenant_models()}
    assert names | {"pictures.txt", "README.txt"} == set(archive.namelist())
    products = [json.loads(line) for line in archive.read("catalog/product.jsonl").splitlines()]
    assert [row["title"] for row in products] == [photo.product.title]
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert photo.object_key in archive.read("pictures.txt").decode()
    assert "digest" not in everything.replace("Digests of secrets", "")
    assert theirs.slug not in everything


def test_a_closed_shop_is_away_at_once_and_deleted_after_two_weeks(as_owner: Client, owner: Membership):
    product = active_product(merchant=owner.merchant)
    wrong = as_owner.post("/merchant/close/", {"typed": "something else"})
    assert wrong.status_code == 422
    as_owner.post("/merchant/close/", {"typed": owner.merchant.slug})
    assert Client().get(f"/products/{product.slug}/").status_code == 404
    assert as_owner.get("/merchant/").status_code == 404
    assert portability.merchants_erase_due() == 0
    Merchant.objects.update(erase_at=timezone.now() - timedelta(seconds=1))
    assert portability.merchants_erase_due() == 1
    assert not Merchant.objects.filter(pk=owner.merchant_id).exists()
    assert AuditEntry.objects.filter(action="shop closed", about=owner.merchant.name).exists()


def test_an_account_is_taken_along(as_owner: Client, owner: Membership):
    kept = json.loads(as_owner.post("/account/export/").content)
    assert kept["account"]["email"] == owner.user.email
    assert [row["role"] for row in kept["memberships"]] == [Role.OWNER]
    assert "signed in" in [row["action"] for row in kept["log"]]


def test_the_only_owner_cannot_leave_a_shop_behind(as_owner: Client, owner: Membership):
    page = as_owner.post("/account/delete/", {"typed": owner.user.email})
    assert page.status_code == 422
    assert "needs an owner" in page.content.decode()
    assert User.objects.filter(pk=owner.user_id).exists()


def test_a_deleted_account_is_gone_and_what_it_made_stays(as_owner: Client, owner: Membership):
    MembershipFactory(merchant=owner.merchant, role=Role.OWNER)
    photo = PhotoFactory(product=active_product(merchant=owner.merchant), uploaded_by=owner.user)
    assert as_owner.post("/account/delete/", {"typed": owner.user.email}).status_code == 302
    assert not User.objects.filter(pk=owner.user_id).exists()
    photo.refresh_from_db()
    assert photo.uploaded_by is None
    assert as_owner.get("/account/").status_code == 302
    assert AuditEntry.objects.filter(action="account deleted").exists()
