"""What shoppers ask the shop: this in another colour, something in a colour, more like this, what is on my photo."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet

from catalog.models import Merchant, Photo, PhotoSearch, Product, ProductKind, PublishedVariant, SearchEntry
from catalog.search import queries
from catalog.search.lexicon import plain
from catalog.search.words import MAX_LENGTH, AskedColour, Question, nearest_words, understand
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
    """What the shop has of what a shopper put in words."""

    question: Question
    product: Product | None = None  # the one that was asked for
    own: list[PublishedVariant] = field(default_factory=list)  # its colours that pass for the asked one, nearest first
    as_photographed: bool = False  # it has this colour anyway
    groups: list[Group] = field(default_factory=list)
    beyond_words: bool = False  # no text has the other words; these are what there is without them
    nearest: list[str] = field(default_factory=list)  # words that we do understand

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
    if not question.colours and not question.excluded:
        return ColourAnswer(question=question, product=product, nearest=nearest_words(question))
    own = _own_variants(product, question)
    as_photographed = _is_photographed_in(product, question)
    kind = ProductKind(product.kind)
    found = [] if own or as_photographed else _like_in_colour(product, question, limit, merchant)
    return ColourAnswer(
        question=question,
        product=product,
        own=own,
        as_photographed=as_photographed,
        groups=[Group(kind=kind, found=found)] if found else [],
    )


def variant_in_colour(product: Product, words: str) -> PublishedVariant | None:
    """The variant of that name, else the nearest of that colour; None where the photo has it or nothing has."""
    words = words.replace("\x00", "")[:MAX_LENGTH].strip()
    if not words:
        return None
    named = plain(words)
    variants: list[PublishedVariant] = product.live_variants  # type: ignore[attr-defined]
    for variant in variants:
        if named in {plain(variant.colour_name), variant.slug}:
            return variant
    question = understand(words, forgive_typos=True)
    if not question.colours or _is_photographed_in(product, question):
        return None
    return next(iter(_own_variants(product, question)), None)


def _passes(question: Question, source: Photo | PublishedVariant) -> bool:
    wanted = not question.colours or any(_has(source, colour) for colour in question.colours)
    return wanted and not any(_has(source, colour) for colour in question.excluded)


def _has(source: Photo | PublishedVariant, colour: AskedColour) -> bool:
    return any(colour.accepts(lab, family) for lab, family in source.colours)


def _own_variants(product: Product, question: Question) -> list[PublishedVariant]:
    """Wants `live_variants`."""
    right = [variant for variant in product.live_variants if _passes(question, variant)]  # type: ignore[attr-defined]
    if not question.colours:
        return right
    return sorted(right, key=lambda variant: min(asked.difference(variant.colours[0][0]) for asked in question.colours))


def _is_photographed_in(product: Product, question: Question) -> bool:
    """Wants `all_photos`."""
    primary = next((photo for photo in product.all_photos if photo.is_primary), None)  # type: ignore[attr-defined]
    return primary is not None and _passes(question, primary)


def _like_in_colour(product: Product, question: Question, limit: int, merchant: Merchant | None) -> list[Found]:
    shape = shape_of(product)
    entries: list[SearchEntry] = []
    for colour in question.colours:
        if shape is not None:
            entries += queries.similar_in_colour(shape, colour, limit=_more(question, limit), merchant=merchant)
        else:  # its photo was not looked at yet
            near = queries.in_colour(colour, kind=product.kind, limit=_more(question, limit) + 1, merchant=merchant)
            entries += [entry for entry in near if entry.product_id != product.pk]
    if not question.colours and shape is not None:
        entries = queries.similar(shape, limit=_more(question, limit), merchant=merchant)
    return _without(question, found_of(entries))[:limit]


def _more(question: Question, limit: int) -> int:
    """How many to look for where some will be left out."""
    return limit * 3 if question.excluded else limit


def _without(question: Question, found: Iterable[Found]) -> list[Found]:
    """Without the excluded colours; each product once."""
    kept: dict[int, Found] = {}
    for item in found:
        source = item.variant or next(iter(item.product.primary_photos), None)  # type: ignore[attr-defined]
        if source is None or not any(_has(source, asked) for asked in question.excluded):
            kept.setdefault(item.product.pk, item)
    return list(kept.values())


def anything_in_colour(words: str) -> ColourAnswer:
    """Products in that colour, of the kind in the words or of each, the nearest colours first."""
    question = understand(words, forgive_typos=True)
    groups = _groups(question, _named(question)) if _asks(question) else []
    beyond_words = bool(not groups and question.words and question.asks_for_something)
    if beyond_words:
        groups = _groups(question, _named(replace(question, words="")))
    return ColourAnswer(
        question=question, groups=groups, beyond_words=beyond_words and bool(groups), nearest=nearest_words(question)
    )


def _asks(question: Question) -> bool:
    return question.asks_for_something or bool(question.kind or question.words)


def _groups(question: Question, among: QuerySet[Product] | None) -> list[Group]:
    kinds = [ProductKind(question.kind)] if question.kind else list(ProductKind)
    groups = [Group(kind=kind, found=_in_colours(question, kind, among)) for kind in kinds]
    return [group for group in groups if group.found]


def _in_colours(question: Question, kind: ProductKind, among: QuerySet[Product] | None) -> list[Found]:
    """Those whose title names the colour come after those that show it: a dark photo must not hide a navy shoe."""
    if not question.colours:
        products = (public_products() if among is None else among).filter(kind=kind).order_by("-created_at", "-pk")
        return _not_in(question, with_card(products)[: _more(question, IN_COLOUR)])
    found: list[Found] = []
    for colour in question.colours:
        limit = _more(question, IN_COLOUR)
        found += found_of(queries.in_colour(colour, kind=kind.value, limit=limit, among=among))
        if len(found) < IN_COLOUR and not colour.name.startswith("#"):
            titled = public_products() if among is None else among
            found += [
                Found(product=item) for item in with_card(titled.filter(kind=kind, words=_titled(colour)))[:limit]
            ]
    return _with_all_first(question, _without(question, found))[:IN_COLOUR]


def _with_all_first(question: Question, found: list[Found]) -> list[Found]:
    """Of "navy and white", what is both comes before what is either; else as it was."""
    if question.is_either or len(question.colours) < 2:
        return found
    return sorted(found, key=lambda item: not _has_all(item, question))


def _has_all(item: Found, question: Question) -> bool:
    source = item.variant or next(iter(item.product.primary_photos), None)  # type: ignore[attr-defined]
    return source is not None and all(_has(source, asked) for asked in question.colours)


def _titled(colour: AskedColour) -> SearchQuery:
    return SearchQuery(colour.name, config="english", search_type="phrase")


def _not_in(question: Question, products: Iterable[Product]) -> list[Found]:
    """Each product in the first of its colours that is not excluded."""
    found = []
    for product in products:
        candidates: list[tuple[PublishedVariant | None, Photo | PublishedVariant]]
        candidates = [(None, photo) for photo in product.primary_photos]  # type: ignore[attr-defined]
        candidates += [(variant, variant) for variant in product.live_variants]  # type: ignore[attr-defined]
        right = [variant for variant, source in candidates if _passes(question, source)]
        if right:
            found.append(Found(product=product, variant=right[0]))
    return found[:IN_COLOUR]


def _named(question: Question) -> QuerySet[Product] | None:
    """The products whose texts have the words, and none of the excluded ones; None where there are no words."""
    if not question.words and not question.excluded_words:
        return None
    products = public_products()
    if question.words:
        products = products.filter(words=SearchQuery(question.words, config="english", search_type="websearch"))
    for word in question.excluded_words:
        products = products.exclude(words=SearchQuery(word, config="english", search_type="plain"))
    return products


def similar_items(product: Product, *, limit: int = SIMILAR, merchant: Merchant | None = None) -> list[Found]:
    """The products nearest in shape, of one shop on wish; none while its photo was not looked at."""
    shape = shape_of(product)
    return found_of(queries.similar(shape, limit=limit, merchant=merchant)) if shape else []


def products_on_photo(search: PhotoSearch, *, limit: int = IN_COLOUR) -> list[Found]:
    """The products nearest to a shopper's photo, or to its mirror image."""
    nearest: dict[int, SearchEntry] = {}
    for one in (search, search.mirror):
        if one is None or one.shape_vector is None:
            continue
        shape = queries.Shape(kind=one.kind, vector=one.shape_vector, version=one.shape_version)
        for entry in queries.similar(shape, limit=limit):
            known = nearest.get(entry.product_id)
            if known is None or entry.distance < known.distance:  # type: ignore[attr-defined]
                nearest[entry.product_id] = entry
    return found_of(sorted(nearest.values(), key=lambda entry: entry.distance)[:limit])  # type: ignore[attr-defined]


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


def favourites(slugs: list[str]) -> list[Product]:
    """The products of these addresses that are still in the shop, in this order."""
    known = [slug for slug in slugs if slug.isprintable()]
    products = {product.slug: product for product in with_card(public_products().filter(slug__in=known))}
    return [products[slug] for slug in dict.fromkeys(known) if slug in products]


def asked_product(slug: str) -> Product | None:
    """The product that a form names; text that no address can hold names none."""
    return public_product(slug).first() if slug.isprintable() and slug else None
