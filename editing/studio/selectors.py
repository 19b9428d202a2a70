"""What the studio reads. Every query starts from the actor's merchant; what came with the manifold belongs to all."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.models import Photo, Product, User
from catalog.tenancy.access import Actor, readable
from editing.lifecycle.manifolds import own_in_use
from editing.models import (
    Attribute,
    AttributeState,
    EditRequest,
    OwnManifold,
    Palette,
    PrincipalDirection,
    Projection,
    Source,
    StudioSession,
)

MORPH_CHOICES = 24
MOST_EXAMPLES = 600
USUAL_SWATCHES = [
    ("Black", "#1b1b1e"), ("White", "#f7f5f0"), ("Stone", "#b8ad9e"), ("Tan", "#b0793f"), ("Rust", "#b7410e"),
    ("Red", "#c1121f"), ("Rose", "#e59aa8"), ("Mustard", "#e0a526"), ("Olive", "#6b7138"), ("Forest", "#23573d"),
    ("Sky", "#7fb3d5"), ("Navy", "#1d3557"),
]  # fmt: skip


def attributes(actor: Actor) -> QuerySet[Attribute]:
    """The merchant's own and those that came with the manifolds."""
    return Attribute.objects.filter(Q(merchant=actor.merchant) | Q(merchant=None))


def principal_directions(actor: Actor) -> QuerySet[PrincipalDirection]:
    """Of the merchant's own manifolds and of those that all share."""
    return PrincipalDirection.objects.filter(Q(merchant=actor.merchant) | Q(merchant=None))


def usable_attributes(actor: Actor, kind: str, version: str) -> list[Attribute]:
    """Ready ones of a manifold version, those that came with it first; a merchant's own of the same name goes before."""
    ready = attributes(actor).filter(kind=kind, manifold_version=version, state=AttributeState.READY)
    by_name: dict[str, Attribute] = {}
    for attribute in ready.order_by("merchant_id", "name"):
        known = by_name.get(attribute.name)
        if known is None or known.merchant_id is None:
            by_name[attribute.name] = attribute
    return sorted(by_name.values(), key=lambda a: (a.merchant_id is not None, a.name))


def attributes_by_id(actor: Actor, ids: Iterable[int], version: str) -> dict[int, Attribute]:
    wanted = set(ids)
    if not wanted:
        return {}
    ready = attributes(actor).filter(manifold_version=version, state=AttributeState.READY, pk__in=wanted)
    return ready.in_bulk()


def latents_by_photo(actor: Actor, photo_ids: Iterable[int], version: str) -> dict[int, bytes]:
    """w+ of the actor's photos at a manifold version, for those that have been projected."""
    wanted = set(photo_ids)
    if not wanted:
        return {}
    rows = readable(actor, Projection).filter(photo__in=wanted, manifold_version=version)
    return {row.photo_id: bytes(row.w_plus) for row in rows}


def last_applied(actor: Actor, session: StudioSession) -> EditRequest | None:
    """What the session's person asked for last on its photo, so that a reload goes on showing it."""
    if session.photo_id is None:
        return None
    asked = readable(actor, EditRequest).filter(source=Source.STUDIO, created_by=session.created_by)
    return asked.filter(jobs__photo=session.photo_id).order_by("-created_at").first()


def current_version(actor: Actor, kind: str) -> str:
    """The merchant's own manifold where one is in use; else what the newest projection of the kind has, else the
    shipped attributes'."""
    if own := own_in_use(actor.merchant.pk, kind):
        return own.version
    newest = readable(actor, Projection).filter(photo__product__kind=kind).order_by("-created_at")
    shared = newest.exclude(manifold_version__in=readable(actor, OwnManifold).values("version"))
    version = shared.values_list("manifold_version", flat=True).first()
    if version is None:
        shipped = Attribute.objects.filter(merchant=None, kind=kind).order_by("-created_at")
        version = shipped.values_list("manifold_version", flat=True).first()
    return version or ""


def morph_choices(actor: Actor, kind: str, version: str, *, without: Photo | None) -> QuerySet[Photo]:
    """Primary photos of the kind that have been projected: what a product can be blended with."""
    projected = Projection.objects.filter(photo=OuterRef("pk"), manifold_version=version)
    choices = photos(actor).filter(Exists(projected), is_primary=True, product__kind=kind)
    if without is not None:
        choices = choices.exclude(product=without.product_id)
    return choices.order_by("-product__created_at")[:MORPH_CHOICES]


def photos(actor: Actor) -> QuerySet[Photo]:
    return readable(actor, Photo).select_related("product")


def photos_to_edit(actor: Actor, words: str = "") -> QuerySet[Photo]:
    """Primary photos, the newest products first; with words, of products whose title or SKU holds them."""
    found = photos(actor).filter(is_primary=True).order_by("-product__created_at", "-product")
    return found.filter(Q(product__title__icontains=words) | Q(product__sku__icontains=words)) if words else found


def other_photos(actor: Actor, photo: Photo, limit: int = 24) -> QuerySet[Photo]:
    """Where the same strokes could be used."""
    same_kind = photos(actor).filter(is_primary=True, product__kind=photo.product.kind)
    return same_kind.exclude(product=photo.product_id).order_by("-product__created_at")[:limit]


def swatches(actor: Actor, photo: Photo | None) -> list[tuple[str, str]]:
    """The photo's own colour, the season's palette, else the usual ones; each colour once."""
    shown = [photo.colour_hex, photo.second_colour_hex] if photo is not None else []
    own = [("This product", colour) for colour in shown if colour]
    palette = Palette.objects.filter(merchant=actor.merchant).first()  # the season's comes first
    kept = [(swatch["name"], swatch["colour"]) for swatch in palette.swatches] if palette else USUAL_SWATCHES
    by_hex = {value.lower(): (name, value.lower()) for name, value in reversed([*own, *kept])}
    return list(reversed(by_hex.values()))


def recent_sessions(actor: Actor, person: User, limit: int = 12) -> QuerySet[StudioSession]:
    own = readable(actor, StudioSession).filter(created_by=person)
    return own.select_related("photo__product").order_by("-updated_at")[:limit]


@dataclass(frozen=True, kw_only=True)
class Entanglement:
    """How far another attribute moves, in its own standard deviations, when this one moves by one."""

    other: Attribute
    moves: float

    @property
    def percent(self) -> int:
        return min(100, round(100 * abs(self.moves)))

    @property
    def signed(self) -> str:
        return f"{self.moves + 0.0:+.2f}"


def entanglements(attribute: Attribute, others: Iterable[Attribute]) -> list[Entanglement]:
    """Strongest first."""
    own = np.frombuffer(bytes(attribute.direction), "<f4")
    found = [
        Entanglement(
            other=other,
            moves=float(attribute.scale * (own @ np.frombuffer(bytes(other.direction), "<f4")) / other.scale),
        )
        for other in others
        if other.pk != attribute.pk and len(bytes(other.direction)) == own.nbytes
    ]
    return sorted(found, key=lambda e: -abs(e.moves))


# ---- examples --------------------------------------------------------------------------------------------------------


def example_photos(actor: Actor, kind: str, version: str) -> QuerySet[Photo]:
    """Projected primary photos of the kind, newest first: what an attribute can be learned from and used on."""
    projected = Projection.objects.filter(photo=OuterRef("pk"), manifold_version=version)
    rows = photos(actor).filter(Exists(projected), is_primary=True, product__kind=kind)
    return rows.order_by("-product__created_at", "pk")[:MOST_EXAMPLES]


def with_tag(rows: Iterable[Photo], tag: str) -> set[int]:
    return {photo.pk for photo in rows if tag in photo.product.tags}


def with_words(rows: Iterable[Photo], words: str) -> set[int]:
    """Photos whose product is found by the words, in its title, tags or description."""
    ids = [photo.product_id for photo in rows]
    hits = Product.objects.filter(pk__in=ids).filter(
        Q(words=SearchQuery(words, config="english")) | Q(tags__contains=[words.lower()])
    )
    found = set(hits.values_list("pk", flat=True))
    return {photo.pk for photo in rows if photo.product_id in found}


def tags(actor: Actor, kind: str) -> list[str]:
    """The merchant's tags on products of the kind, most used first."""
    rows = readable(actor, Product).filter(kind=kind).order_by().values_list("tags", flat=True)
    counted = Counter(tag for row in rows for tag in row)
    return [tag for tag, _ in counted.most_common(40)]
