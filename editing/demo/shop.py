"""What `make demo` shows: two shops, people of every role, products of our own, and colourways asked for."""

from collections.abc import Callable
from dataclasses import dataclass

from catalog.models import Merchant, Photo, ProductKind, Role, User
from catalog.services.demo import member_ensure, merchant_ensure, products_ensure, user_ensure
from editing.demo.products import pictures
from editing.lifecycle.requests import Colourways, parse_swatches, request_colourways
from editing.models import EditRequest, Palette, ReviewPolicy, Source
from editing.palettes import SEASON

SHOPS = (("Harbour & Oak", "harbour-oak", ProductKind.SHOE), ("Linden Basics", "linden", ProductKind.SHIRT))
ASKED_PHOTOS, ASKED_SWATCHES = 2, 4


@dataclass(frozen=True, kw_only=True)
class Login:
    email: str
    name: str
    what: str
    shop: str = ""
    role: Role | None = None
    is_staff: bool = False


LOGINS = (
    Login(
        email="owner@harbour.example",
        name="Ida Holm",
        what="owner of Harbour & Oak",
        shop="harbour-oak",
        role=Role.OWNER,
    ),
    Login(
        email="editor@harbour.example",
        name="Noor Aziz",
        what="editor at Harbour & Oak",
        shop="harbour-oak",
        role=Role.EDITOR,
    ),
    Login(
        email="owner@linden.example", name="Paul Berg", what="owner of Linden Basics", shop="linden", role=Role.OWNER
    ),
    Login(email="reviewer@colorway.example", name="Mara Voss", what="reviewer and operator", is_staff=True),
)


def people_ensure(password: str) -> None:
    for login in LOGINS:
        user = user_ensure(
            email=login.email, password=password, name=login.name, is_staff=login.is_staff, is_superuser=login.is_staff
        )
        if login.role is not None:
            member_ensure(merchant=Merchant.objects.get(slug=login.shop), user=user, role=login.role)


def shops_ensure(said: Callable[[str], None] = lambda _: None) -> list[Merchant]:
    """Both shops with products, palettes and one review policy each; what exists is left as it is."""
    shops = []
    for name, slug, kind in SHOPS:
        merchant = merchant_ensure(name=name, slug=slug)
        known = set(merchant.products.filter(photos__isnull=False).values_list("sku", flat=True))
        for picture in pictures(kind, known):
            said(f"  {merchant.name}: {picture.title}")
            products_ensure(merchant=merchant, pictures=[picture])
        Palette.objects.get_or_create(
            merchant=merchant, name=SEASON.name, defaults={"swatches": SEASON.as_json(), "is_season": True}
        )
        shops.append(merchant)
    # One shop trusts the measured limits, so that its storefront shows colours; the other's variants wait in the desk.
    ReviewPolicy.objects.get_or_create(merchant=shops[-1], defaults={"auto_approve": True})
    return shops


def colourways_ask(merchant: Merchant, by: User | None = None) -> EditRequest | None:
    """Ask for the demo's colourways, once; None where they have been asked for or there is no photo."""
    if EditRequest.objects.filter(merchant=merchant, source=Source.DEMO).exists():
        return None
    photos = list(Photo.objects.filter(product__merchant=merchant, is_primary=True).order_by("pk"))
    if not photos:
        return None
    photos = photos[:ASKED_PHOTOS]
    asked = Colourways(swatches=parse_swatches(SEASON.as_json()[:ASKED_SWATCHES]))
    return request_colourways(merchant=merchant, by=by, photos=photos, asked=asked, source=Source.DEMO)
