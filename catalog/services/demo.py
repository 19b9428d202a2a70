"""The catalogue's part of the demo: merchants, people who can sign in, and products from given pictures."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from catalog.models import Membership, Merchant, Product, ProductKind, ProductStatus, Role, User
from catalog.services import photos as photo_services
from catalog.services import products as product_services


@dataclass(frozen=True, kw_only=True)
class DemoPicture:
    """A picture that becomes a product, with `others` of it by name. `key` makes its SKU, so that seeding again finds it."""

    key: str
    kind: ProductKind
    title: str
    data: bytes
    file_name: str
    price: Decimal
    others: tuple[tuple[str, bytes], ...] = ()
    description: str = ""
    tags: tuple[str, ...] = ()
    synthetic: bool = True


def merchant_ensure(*, name: str, slug: str) -> Merchant:
    return Merchant.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def user_ensure(*, email: str, password: str, name: str, is_staff: bool = False, is_superuser: bool = False) -> User:
    """The user with this address. A new one gets the password; one that exists keeps theirs."""
    existing = User.objects.filter(email=email.lower()).first()
    if existing is not None:
        return existing
    return User.objects.create_user(email, password, first_name=name, is_staff=is_staff, is_superuser=is_superuser)


def member_ensure(*, merchant: Merchant, user: User, role: Role) -> Membership:
    return Membership.objects.get_or_create(merchant=merchant, user=user, defaults={"role": role})[0]


def products_ensure(*, merchant: Merchant, pictures: Iterable[DemoPicture]) -> list[Product]:
    """An active product for each picture. Safe to repeat: a SKU that exists is left as it is."""
    return [_product_ensure(merchant, picture) for picture in pictures]


def _product_ensure(merchant: Merchant, picture: DemoPicture) -> Product:
    existing = merchant.products.filter(sku=picture.key).first()
    if existing is not None and existing.photos.exists():
        return existing
    product = existing or product_services.product_create(
        merchant=merchant,
        fields={
            "kind": picture.kind,
            "title": picture.title,
            "sku": picture.key,
            "description": picture.description,
            "price": picture.price,
            "tags": list(picture.tags),
            "synthetic": picture.synthetic,
        },
    )
    for name, data in ((picture.file_name, picture.data), *picture.others):
        photo_services.photo_add(product=product, name=name, data=data, by=None)
    with transaction.atomic():
        locked = Product.objects.select_for_update().get(pk=product.pk)
        return product_services.product_move(product=locked, status=ProductStatus.ACTIVE)
