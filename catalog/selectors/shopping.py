"""What shoppers ask the shop: this in another colour, something in a colour, more like this, what is on my photo."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet

from catalog.colours import Lab
from catalog.models import Merchant, PhotoSearch, Product, ProductKind, PublishedVariant, SearchEntry
from catalog.search import queries
from catalog.search.words import AskedColour, Question, understand
from catalog.selectors.storefront import public_product, public_products, with_card

SIMILAR = 8
NEAREST = 8
IN_COLOUR = 12


@dataclass(frozen=True, kw_only=True)
class Found:
    """A product for the grid, in the colour that was looked for: one of its variants, or as photographed."""

    product: Product
    variant: PublishedVariant | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    kind: ProductKind
    found: list[Found]


@dataclass(frozen=True, kw_only=True)
class ColourAnswer:
    """What the shop has in the colour that a shopper put in words."""

    question: Question
    product: Product | None = None  # the one that was asked for
    own: list[PublishedVariant] = field(default_factory=list)  # its colours that pass for the asked one, nearest first
    as_photographed: bool = False  # it has this colour anyway
    groups: list[Group] = field(default_factory=list)

    @property
    def colour(self) -> AskedColour | None:
        return self.question.colour

    @property
    def has_own(self) -> bool:
        return self.as_photographed or bool(self.own)

    @property
    def found(self) -> list[Found]:
        return [found for group in self.groups for found in group.found]

    @property
    def count(self) -> int:
        return len(self.found)


def product_in_colour(
    product: Product, words: str, *, limit: int = NEAREST, merchant: Merchant | None = None
) -> ColourAnswer:
    """The product's own variants of that colour, else the products most like it that have it; of one shop on wish."""
    question = understand(words, forgive_typos=True)
    if question.colour is None:
        return ColourAnswer(question=question, product=product)
    own = _own_variants(product, question.colour)
    as_photographed = _is_photographed_in(product, question.colour)
    kind = ProductKind(product.kind)
    found = [] if own or as_photographed else found_of(_like_in_colour(product, question.colour, limit, merchant))
    return ColourAnswer(
        question=question,
        product=product,
        own=own,
        as_photographed=as_photographed,
        groups=[Group(kind=kind, found=found)] if found else [],
    )


def _own_variants(product: Product, colour: AskedColour) -> list[PublishedVariant]:
    """Wants `live_variants`."""
    measured = [(_lab(variant), variant) for variant in product.live_variants]  # type: ignore[attr-defined]
    right = [(lab, variant) for lab, variant in measured if colour.accepts(lab, variant.colour_family)]
    return [variant for _, variant in sorted(right, key=lambda item: colour.difference(item[0]))]


def _is_photographed_in(product: Product, colour: AskedColour) -> bool:
    """Wants `all_photos`."""
    primary = next((photo for photo in product.all_photos if photo.is_primary), None)  # type: ignore[attr-defined]
    return primary is not None and colour.accepts(_lab(primary), primary.colour_family)


def _lab(source: object) -> Lab:
    return Lab(l=source.colour_lab_l, a=source.colour_lab_a, b=source.colour_lab_b)  # type: ignore[attr-defined]


def _like_in_colour(product: Product, colour: AskedColour, limit: int, merchant: Merchant | None) -> list[SearchEntry]:
    shape = shape_of(product)
    if shape is not None:
        return queries.similar_in_colour(shape, colour, limit=limit, merchant=merchant)
    # Its photo was not looked at yet.
    entries = queries.in_colour(colour, kind=product.kind, limit=limit + 1, merchant=merchant)
    return [entry for entry in entries if entry.product_id != product.pk][:limit]


def anything_in_colour(words: str) -> ColourAnswer:
    """Products in that colour, of the kind in the words or of each, the nearest colours first."""
    question = understand(words, forgive_typos=True)
    if question.colour is None:
        return ColourAnswer(question=question)
    among = _named(question.words) if question.words else None
    groups = []
    for kind in [ProductKind(question.kind)] if question.kind else list(ProductKind):
        entries = queries.in_colour(question.colour, kind=kind, limit=IN_COLOUR, among=among)
        groups.append(Group(kind=kind, found=found_of(entries)))
    return ColourAnswer(question=question, groups=[group for group in groups if group.found])


def _named(words: str) -> QuerySet[Product]:
    return public_products().filter(words=SearchQuery(words, config="english", search_type="websearch"))


def similar_items(product: Product, *, limit: int = SIMILAR, merchant: Merchant | None = None) -> list[Found]:
    """The products nearest in shape, of one shop on wish; none while its photo was not looked at."""
    shape = shape_of(product)
    return found_of(queries.similar(shape, limit=limit, merchant=merchant)) if shape else []


def products_on_photo(search: PhotoSearch, *, limit: int = IN_COLOUR) -> list[Found]:
    """The products nearest to a shopper's photo."""
    if search.shape_vector is None:
        return []
    shape = queries.Shape(kind=search.kind, vector=search.shape_vector, version=search.shape_version)
    return found_of(queries.similar(shape, limit=limit))


def shape_of(product: Product) -> queries.Shape | None:
    entry = SearchEntry.objects.filter(product=product, variant=None).first()
    return queries.shape_of(entry) if entry else None


def found_of(entries: Iterable[SearchEntry]) -> list[Found]:
    """The entries' products with what their cards need, in the entries' order."""
    wanted = [(entry.product_id, entry.variant_id) for entry in entries]
    if not wanted:
        return []
    products = {product.pk: product for product in with_card(public_products().filter(pk__in=[pk for pk, _ in wanted]))}
    return [
        Found(product=products[pk], variant=_variant(products[pk], variant)) for pk, variant in wanted if pk in products
    ]


def _variant(product: Product, pk: int | None) -> PublishedVariant | None:
    return next((variant for variant in product.live_variants if variant.pk == pk), None)  # type: ignore[attr-defined]


def asked_product(slug: str) -> Product | None:
    """The product that a form names; text that no address can hold names none."""
    return public_product(slug).first() if slug.isprintable() and slug else None
