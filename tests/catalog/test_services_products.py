import pytest
from django.db import transaction

from catalog.errors import Conflict, InvalidInput, TransitionRefused
from catalog.models import Membership, Product, ProductStatus, SearchEntry
from catalog.services import products as services
from tests.catalog.factories import MerchantFactory, PhotoFactory, ProductFactory, active_product

pytestmark = pytest.mark.django_db
FIELDS = {
    "kind": "shoe",
    "title": "Ridge Runner",
    "sku": "RR-1",
    "price": "129.00",
    "tags": ["Trail", "trail", " new "],
}


def test_a_new_product_is_a_draft_with_an_address(owner: Membership):
    product = services.product_create(merchant=owner.merchant, fields=FIELDS)
    assert product.status == ProductStatus.DRAFT
    assert product.slug.startswith("ridge-runner-")
    assert product.tags == ["trail", "new"]


def test_a_sku_is_unique_within_a_merchant_only(owner: Membership):
    services.product_create(merchant=owner.merchant, fields=FIELDS)
    with pytest.raises(Conflict) as refused:
        services.product_create(merchant=owner.merchant, fields=FIELDS)
    assert refused.value.extra == {"sku": ["Another product has the SKU RR-1."]}
    services.product_create(merchant=MerchantFactory(), fields=FIELDS)
    assert Product.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("kind", "hat"),
        ("price", "-1"),
        ("price", "a lot"),
        ("sku", "x" * 65),
        ("description", "x" * 4001),
    ],
)
def test_a_wrong_field_is_named(owner: Membership, field: str, value: str):
    with pytest.raises(InvalidInput) as refused:
        services.product_create(merchant=owner.merchant, fields={**FIELDS, field: value})
    assert field in refused.value.extra
    assert not Product.objects.exists()


@pytest.mark.parametrize("field", ["status", "slug", "merchant", "words"])
def test_what_is_not_editable_cannot_be_set(product: Product, field: str):
    with pytest.raises(InvalidInput):
        services.product_update(product=product, fields={field: "active"})


def test_a_product_without_a_photo_cannot_be_activated(product: Product):
    with pytest.raises(TransitionRefused, match="photo"):
        services.product_move(product=product, status=ProductStatus.ACTIVE)
    product.refresh_from_db()
    assert product.status == ProductStatus.DRAFT


def test_status_decides_what_is_public(product: Product):
    PhotoFactory(product=product, is_primary=True)
    for status in (ProductStatus.ACTIVE, ProductStatus.ARCHIVED, ProductStatus.ACTIVE, ProductStatus.DRAFT):
        services.product_move(product=product, status=status)
        assert SearchEntry.objects.get(product=product).is_public is (status == ProductStatus.ACTIVE)


def test_words_of_title_and_description_are_found_after_a_change():
    product = active_product(title="Ridge Runner")
    with transaction.atomic():
        services.product_update(product=product, fields={"title": "Lake Loafer"})
    assert Product.objects.filter(words="loafers").exists()
    assert not Product.objects.filter(words="ridge").exists()


def test_deleting_a_product_takes_its_rows_along():
    product = active_product()
    other = ProductFactory()
    services.product_delete(product=product)
    assert list(Product.objects.all()) == [other]
    assert not SearchEntry.objects.exists()
