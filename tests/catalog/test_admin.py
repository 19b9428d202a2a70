import pytest
from django.test import Client

from catalog.models import SearchEntry
from catalog.services.tokens import token_create
from tests.catalog.factories import MembershipFactory, UserFactory, VariantFactory, active_product

pytestmark = pytest.mark.django_db
LISTS = ["merchant", "product", "photo", "publishedvariant", "searchentry", "apitoken", "invitation", "user"]


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def _fill(count: int) -> None:
    for _ in range(count):
        product = active_product()
        VariantFactory(photo=product.photos.get(), product=product)
        membership = MembershipFactory(merchant=product.merchant)
        token_create(merchant=product.merchant, name="x", scopes=["catalog:read"], by=membership.user)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_a_constant_number_of_queries(operator: Client, name: str, django_assert_max_num_queries):
    address = f"/admin/catalog/{name}/"
    _fill(2)
    with django_assert_max_num_queries(12) as few:
        assert operator.get(address).status_code == 200
    _fill(6)
    with django_assert_max_num_queries(len(few)):
        operator.get(address)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_can_be_searched(operator: Client, name: str):
    _fill(1)
    assert operator.get(f"/admin/catalog/{name}/?q=Harbour").status_code == 200


def test_products_and_photos_show_thumbnails(operator: Client):
    photo = active_product().photos.get()
    for name in ("product", "photo"):
        assert photo.thumbnails["160"] in operator.get(f"/admin/catalog/{name}/").content.decode()


def test_an_operator_cannot_make_or_change_what_services_write(operator: Client):
    photo = active_product().photos.get()
    assert operator.get("/admin/catalog/photo/add/").status_code == 403
    assert operator.post(f"/admin/catalog/photo/{photo.pk}/change/", {"sha256": "x"}).status_code == 403
    page = operator.get(f"/admin/catalog/product/{photo.product_id}/change/").content.decode()
    assert 'name="status"' not in page
    assert 'name="slug"' not in page


def test_secrets_are_not_shown(operator: Client):
    membership = MembershipFactory()
    token, _ = token_create(merchant=membership.merchant, name="x", scopes=["catalog:read"], by=None)
    assert token.digest not in operator.get(f"/admin/catalog/apitoken/{token.pk}/change/").content.decode()


def test_switching_a_merchant_off_takes_it_out_of_search(operator: Client):
    merchant = active_product().merchant
    form = {"name": merchant.name, "slug": merchant.slug, "currency": "EUR"}
    form |= {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    assert operator.post(f"/admin/catalog/merchant/{merchant.pk}/change/", form).status_code == 302
    assert not SearchEntry.objects.get().is_public


def test_a_new_person_is_made_by_e_mail(operator: Client):
    form = {"email": "new@example.com", "usable_password": "true"}
    form |= {"password1": "a long enough secret", "password2": "a long enough secret"}
    assert operator.post("/admin/catalog/user/add/", form).status_code == 302
