"""Which manifold a merchant's photos are worked on with: the one that all share, or the merchant's own.

A merchant's own is named in messages about that merchant's photos, and in no others; the shared one is named by its version where
what is asked holds on that version alone (directions, blends, a preview's latent). Without a name a worker takes the shared one.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from catalog.models import Photo
from editing.models import EditJob, OwnManifold, Projection
from gpu_worker.contract.manifolds import ManifoldName

OWN_PART = "own_part"  # a mark that names its version itself


def own_in_use(merchant_id: int, kind: str) -> OwnManifold | None:
    return OwnManifold.objects.filter(merchant=merchant_id, kind=kind, is_in_use=True).first()


def name_of(own: OwnManifold | None) -> ManifoldName | None:
    """A merchant's own, as messages name it."""
    if own is None:
        return None
    return ManifoldName(version=own.version, owner=own.merchant_id, file_keys=own.file_keys)


def own_named(merchant_id: int, kind: str, version: str) -> ManifoldName | None:
    """The name of a version where it is this merchant's own; None for one that all share."""
    return name_of(OwnManifold.objects.filter(merchant=merchant_id, kind=kind, version=version).first())


def named(merchant_id: int, kind: str, version: str = "") -> ManifoldName | None:
    """What new work is done with; with a version, that one, whatever is in use by now."""
    if not version:
        return name_of(own_in_use(merchant_id, kind))
    return own_named(merchant_id, kind, version) or ManifoldName(version=version)


def for_job(job: EditJob, photo: Photo) -> ManifoldName | None:
    return named(job.merchant_id, photo.product.kind, job.manifold_version)


def shared_projections(photo: Photo) -> QuerySet[Projection]:
    """Of manifolds that all share: what search compares across shops."""
    own = OwnManifold.objects.filter(merchant=photo.product.merchant_id).values("version")
    return Projection.objects.filter(photo=photo).exclude(manifold_version__in=own)


def newest_projection(photo: Photo, version: str = "") -> Projection | None:
    """The photo's latent for new work, or that of a version; `own_file_keys` says where its manifold lies if it is the merchant's."""
    owned = OwnManifold.objects.filter(merchant=photo.product.merchant_id)
    of_version = owned.filter(version=OuterRef("manifold_version"))
    rows = Projection.objects.filter(photo=photo).annotate(own_file_keys=Subquery(of_version.values("file_keys")[:1]))
    if version:
        rows = rows.filter(manifold_version=version)
    else:
        in_use = owned.filter(kind=photo.product.kind, is_in_use=True)
        is_it = Q(Exists(of_version.filter(is_in_use=True)))
        rows = rows.filter(is_it | ~Exists(in_use) & ~Exists(of_version))
    return rows.order_by("-created_at").first()


def name_at(projection: Projection, photo: Photo) -> ManifoldName | None:
    """The manifold that a `newest_projection` is of, where it is the merchant's own."""
    keys: dict[str, str] | None = projection.own_file_keys  # type: ignore[attr-defined]
    if keys is None:
        return None
    return ManifoldName(version=projection.manifold_version, owner=photo.product.merchant_id, file_keys=keys)


def to_project_with(photo: Photo) -> ManifoldName | None:
    """First the shared one, by which shoppers find the photo, then the merchant's own."""
    own = own_in_use(photo.product.merchant_id, photo.product.kind)
    return name_of(own) if own and shared_projections(photo).exists() else None


def lacks_own_projection(photo: Photo) -> bool:
    own = own_in_use(photo.product.merchant_id, photo.product.kind)
    return own is not None and not Projection.objects.filter(photo=photo, manifold_version=own.version).exists()


def is_shared(photo: Photo, version: str) -> bool:
    return not OwnManifold.objects.filter(merchant=photo.product.merchant_id, version=version).exists()


def bound_version(asked: Mapping[str, Any], version: str) -> str:
    """The version that a request's marks hold on; empty where they hold on any."""
    latents = {"attribute", "morph"}
    is_bound = bool((asked.get("options") or {}).get("chosen")) or any(
        mark["type"] in latents for mark in asked.get("constraints") or []
    )
    if is_bound:
        return version
    own_parts = (
        mark["group"]["manifold_version"] for mark in asked.get("constraints") or [] if mark["type"] == OWN_PART
    )
    return next(own_parts, "")
