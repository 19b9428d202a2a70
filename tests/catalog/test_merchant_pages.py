"""The merchant's pages by three people: owner, viewer and stranger."""

import io
import re

import pytest
from django.core import mail
from django.test import Client

from catalog.models import ApiToken, Invitation, Membership, Product, Role
from tests.catalog.conftest import WALL, signed_in
from tests.catalog.factories import (
    PASSWORD,
    MembershipFactory,
    PhotoFactory,
    ProductFactory,
    UserFactory,
    VariantFactory,
    active_product,
)
from tests.catalog.pictures import photo_bytes

pytestmark = pytest.mark.django_db
FORM = {
    "title": "Ridge Runner",
    "kind": "shoe",
    "sku": "RR-1",
    "price": "129.00",
    "tags": "Trail, new",
    "description": "",
}


def _file(name: str, data: bytes) -> io.BytesIO:
    file = io.BytesIO(data)
    file.name = name
    return file


def test_products_are_listed_in_a_constant_number_of_queries(
    owner: Membership, as_owner: Client, django_assert_num_queries
):
    """Session, user, membership; counts by status, count, page, photos."""
    for _ in range(2):
        for product in ProductFactory.create_batch(4, merchant=owner.merchant):
            photo = PhotoFactory(product=product, is_primary=True)
            VariantFactory(photo=photo, product=product)
        with django_assert_num_queries(7 + WALL):
            as_owner.get("/merchant/")


def test_members_are_listed_in_a_constant_number_of_queries(
    owner: Membership, as_owner: Client, django_assert_num_queries
):
    for number in range(2):
        MembershipFactory.create_batch(3, merchant=owner.merchant)
        as_owner.post("/merchant/members/invite/", {"email": f"person-{number}@example.org", "role": "viewer"})
        as_owner.get("/merchant/members/")  # shows the message and forgets it
        with django_assert_num_queries(5 + WALL):
            as_owner.get("/merchant/members/")


def test_the_list_is_filtered_and_shows_only_ones_own(owner: Membership, as_owner: Client, as_stranger: Client):
    ProductFactory(merchant=owner.merchant, title="Ridge Runner", tags=["trail"])
    active_product(merchant=owner.merchant, title="Lake Loafer", sku="LL-7")
    for query, shown, hidden in (
        ("?status=active", "Lake Loafer", "Ridge Runner"),
        ("?q=ll-7", "Lake Loafer", "Ridge Runner"),
        ("?q=TRAIL", "Ridge Runner", "Lake Loafer"),
    ):
        page = as_owner.get(f"/merchant/{query}").content.decode()
        assert shown in page
        assert hidden not in page
    assert as_owner.get("/merchant/?q=trail%00").status_code == 400
    assert "Lake Loafer" not in as_stranger.get("/merchant/").content.decode()


def test_an_owner_makes_a_product_and_a_viewer_does_not(owner: Membership, as_owner: Client, as_viewer: Client):
    assert as_viewer.post("/merchant/products/new/", FORM).status_code == 404
    assert not Product.objects.exists()
    response = as_owner.post("/merchant/products/new/", FORM)
    product = Product.objects.get()
    assert response["Location"] == f"/merchant/products/{product.pk}/"
    assert (product.merchant, product.tags, str(product.price)) == (owner.merchant, ["trail", "new"], "129.00")


def test_a_wrong_form_is_shown_again_with_its_errors(owner: Membership, as_owner: Client):
    ProductFactory(merchant=owner.merchant, sku="RR-1")
    response = as_owner.post("/merchant/products/new/", {**FORM, "title": ""})
    assert response.status_code == 422
    assert "This field is required" in response.content.decode()
    response = as_owner.post("/merchant/products/new/", FORM)
    assert response.status_code == 422
    assert "Another product has the SKU RR-1." in response.content.decode()
    assert Product.objects.count() == 1


def test_a_stranger_gets_404_and_nothing_changes(product: Product, as_stranger: Client):
    before = Product.objects.values().get()
    address = f"/merchant/products/{product.pk}/"
    assert as_stranger.get(address).status_code == 404
    assert as_stranger.post(address, FORM).status_code == 404
    assert as_stranger.post(f"{address}delete/").status_code == 404
    assert as_stranger.post(f"{address}photos/", {"photos": _file("a.png", photo_bytes())}).status_code == 404
    assert Product.objects.values().get() == before
    assert not product.photos.exists()


def test_a_viewer_sees_no_buttons_that_do_not_work(product: Product, as_viewer: Client):
    PhotoFactory(product=product)
    page = as_viewer.get(f"/merchant/products/{product.pk}/").content.decode()
    assert "Delete this product" not in page
    assert "data-upload" not in page
    assert "photo-tools" not in page


def test_several_photos_are_uploaded_with_one_answer_each(product: Product, as_owner: Client):
    files = [
        _file("a.png", photo_bytes()),
        _file("b.gif", b"GIF89a"),
        _file("c.jpg", photo_bytes("JPEG", colour="#000")),
    ]
    page = as_owner.post(f"/merchant/products/{product.pk}/photos/", {"photos": files}).content.decode()
    assert len(re.findall('<li class="good">', page)) == 2
    assert re.search(r'<li class="bad">.*b\.gif.*This is a GIF picture', page, re.DOTALL)
    assert product.photos.count() == 2


def test_the_script_gets_one_row_for_its_file(product: Product, as_owner: Client):
    response = as_owner.post(
        f"/merchant/products/{product.pk}/photos/",
        {"photos": [_file('<img src=x>".png', b"nothing")]},
        headers={"X-Upload": "one"},
    )
    row = response.content.decode().strip()
    assert row.startswith('<li class="bad">')
    assert "<img" not in row


def test_photos_are_moved_described_and_deleted(product: Product, as_owner: Client):
    first = PhotoFactory(product=product, is_primary=True, position=0)
    second = PhotoFactory(product=product, position=1)
    as_owner.post(f"/merchant/photos/{second.pk}/primary/")
    as_owner.post(f"/merchant/photos/{second.pk}/shift/", {"to": "front"})
    part = as_owner.post(
        f"/merchant/photos/{second.pk}/describe/", {"alt_text": "From the side"}, headers={"HX-Request": "true"}
    )
    assert part.content.decode().lstrip().startswith('<div id="photos">')
    as_owner.post(f"/merchant/photos/{first.pk}/delete/")
    (photo,) = product.photos.all()
    assert (photo, photo.is_primary, photo.alt_text, photo.position) == (second, True, "From the side", 0)


def test_the_original_is_reached_by_a_short_lived_address(product: Product, as_viewer: Client):
    photo = PhotoFactory(product=product)
    response = as_viewer.get(f"/merchant/photos/{photo.pk}/original/")
    assert photo.object_key in response["Location"]
    assert "X-Amz-Expires=300" in response["Location"]


def test_a_product_is_activated_and_a_refusal_is_explained(product: Product, as_owner: Client):
    address = f"/merchant/products/{product.pk}/"
    page = as_owner.post(f"{address}status/", {"status": "active"}, follow=True).content.decode()
    assert "Add a photo before" in page
    PhotoFactory(product=product, is_primary=True)
    page = as_owner.post(f"{address}status/", {"status": "active"}, follow=True).content.decode()
    assert "See it in the shop" in page
    assert (
        "There is no such status"
        in as_owner.post(f"{address}status/", {"status": "sold"}, follow=True).content.decode()
    )


def test_a_product_is_deleted_after_a_question(product: Product, as_owner: Client):
    address = f"/merchant/products/{product.pk}/delete/"
    assert "goes for good" in as_owner.get(address).content.decode()
    assert Product.objects.exists()
    as_owner.post(address)
    assert not Product.objects.exists()


def test_a_person_is_invited_and_joins(owner: Membership, as_owner: Client, client: Client):
    as_owner.post("/merchant/members/invite/", {"email": "noor@example.org", "role": "editor"})
    (message,) = mail.outbox
    address = re.search(r"http://testserver(/invitations/\S+/)", message.body)[1]
    assert "Join" in client.get(address).content.decode()
    assert client.post(address, {"name": "Noor", "password": "123"}).status_code == 200
    assert Invitation.objects.get().accepted_at is None
    response = client.post(address, {"name": "Noor", "password": "quite a long password"})
    assert response["Location"] == "/merchant/"
    assert client.get("/merchant/").status_code == 200
    assert owner.merchant.memberships.get(user__email="noor@example.org").role == Role.EDITOR
    assert client.get(address).status_code == 404


def test_somebody_else_cannot_use_an_invitation(as_owner: Client, as_stranger: Client, stranger: Membership):
    as_owner.post("/merchant/members/invite/", {"email": "noor@example.org", "role": "owner"})
    address = re.search(r"http://testserver(/invitations/\S+/)", mail.outbox[0].body)[1]
    assert "Sign in with that address" in as_stranger.post(address).content.decode()
    assert stranger.user.memberships.count() == 1


def test_a_removed_member_is_out_at_once(owner: Membership, as_owner: Client):
    editor = MembershipFactory(merchant=owner.merchant, role=Role.EDITOR)
    client = signed_in(editor)
    assert client.get("/merchant/").status_code == 200
    as_owner.post(f"/merchant/members/{editor.pk}/remove/")
    assert client.get("/merchant/").status_code == 404


def test_a_changed_role_works_at_once(owner: Membership, as_owner: Client):
    member = MembershipFactory(merchant=owner.merchant, role=Role.VIEWER)
    client = signed_in(member)
    assert client.get("/merchant/products/new/").status_code == 404
    as_owner.post(f"/merchant/members/{member.pk}/role/", {"role": "editor"})
    assert client.get("/merchant/products/new/").status_code == 200


def test_the_last_owner_cannot_leave(owner: Membership, as_owner: Client):
    page = as_owner.post(f"/merchant/members/{owner.pk}/remove/", follow=True).content.decode()
    assert "needs an owner" in page
    assert Membership.objects.filter(pk=owner.pk).exists()


def test_a_member_of_two_merchants_chooses(owner: Membership):
    other = MembershipFactory(user=owner.user, role=Role.VIEWER)
    client = signed_in(owner)
    assert owner.merchant.name in client.get("/merchant/").content.decode()
    client.post("/merchant/switch/", {"merchant": other.merchant.slug})
    assert other.merchant.name in client.get("/merchant/").content.decode()
    assert client.get("/merchant/products/new/").status_code == 404


def test_the_secret_of_a_token_is_shown_once(owner: Membership, as_owner: Client):
    page = as_owner.post("/merchant/tokens/new/", {"name": "Sync", "scopes": ["catalog:read"]})
    secret = re.search(r'<code class="secret" id="secret">(cw_[^<]+)</code>', page.content.decode())[1]
    assert "no-store" in page["Cache-Control"]
    assert secret not in as_owner.get("/merchant/tokens/").content.decode()
    as_owner.post(f"/merchant/tokens/{ApiToken.objects.get().pk}/revoke/")
    assert ApiToken.objects.get().revoked_at is not None


def test_members_sign_in_by_e_mail_in_any_case(owner: Membership, client: Client):
    response = client.post("/account/login/", {"username": owner.user.email.upper(), "password": PASSWORD})
    assert response["Location"] == "/merchant/"


def test_guessing_a_password_is_stopped(client: Client):
    user = UserFactory()
    for name in (user.email, user.email.upper(), user.email.title(), f" {user.email}", user.email):
        client.post("/account/login/", {"username": name, "password": "wrong"})
    response = client.post("/account/login/", {"username": user.email, "password": PASSWORD})
    assert response.status_code == 429
    assert "Too many attempts" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_is_chosen_anew(client: Client):
    user = UserFactory()
    client.post("/account/password/reset/", {"email": user.email})
    address = re.search(r"http://testserver(/account/\S+/)", mail.outbox[0].body)[1]
    form = client.get(address, follow=True)
    new = {"new_password1": "another long password", "new_password2": "another long password"}
    client.post(form.request["PATH_INFO"], new)
    user.refresh_from_db()
    assert user.check_password("another long password")


def test_an_unknown_address_is_answered_like_a_known_one(client: Client):
    user = UserFactory()
    answers = [
        client.post("/account/password/reset/", {"email": email}, follow=True).content
        for email in (user.email, "nobody@example.org")
    ]
    assert answers[0] == answers[1]
    assert len(mail.outbox) == 1
