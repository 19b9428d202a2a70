"""Requests, jobs and variants for tests; their pictures are really in the store."""

from typing import Any

from catalog import storage
from catalog.models import Membership, Photo
from editing.lifecycle.requests import Colourways, parse_swatches, request_colourways
from editing.models import EditJob, EditRequest, Event, Variant
from editing.services import sets
from gpu_worker.contract.answers import StoredVariant
from tests.catalog.factories import PhotoFactory, ProductFactory

SWATCHES = [
    {"name": "Signal red", "colour": "#c1121f"},
    {"name": "Deep navy", "colour": "#1d3557"},
    {"name": "Moss", "colour": "#606c38"},
]


def photo_of(member: Membership, **fields: Any) -> Photo:
    return PhotoFactory(product=ProductFactory(merchant=member.merchant, status="active"), is_primary=True, **fields)


def asked_by(member: Membership, *photos: Photo, colours: int = 2, **fields: Any) -> EditRequest:
    """A request as the form makes it; nothing is sent to a broker inside a test's transaction."""
    chosen = photos or (photo_of(member),)
    asked = Colourways(swatches=parse_swatches(SWATCHES[:colours]))
    return request_colourways(merchant=member.merchant, by=member.user, photos=chosen, asked=asked, **fields)


def variant_of(job: EditJob, candidate: int = 0, **fields: Any) -> Variant:
    """A pending variant with a picture of its own."""
    name = fields.pop("picture", f"picture {job.pk} {candidate}")
    key = storage.put("variants", name.encode(), content_type="image/webp")
    thumb = storage.put("thumbs", f"small {name}".encode(), content_type="image/webp")
    swatch = job.spec["swatches"][candidate]
    known = {
        "colour_name": swatch["name"], "swatch_hex": swatch["colour"], "measured_hex": swatch["colour"],
        "measured_l": 40.0, "measured_a": 60.0, "measured_b": 40.0, "object_key": key, "sha256": key[-64:],
        "content_type": "image/webp", "width": 900, "height": 900, "thumbnails": {"320": thumb},
        "manifold_version": "v1", "measures": {"swatch_de2000": 0.4, "background_changed": 0.0},
    }  # fmt: skip
    stored = stored_variant(candidate, colour_name=swatch["name"], swatch=swatch["colour"])
    fields.setdefault("colourway", sets.colourway_for(job, stored))
    variant = Variant.objects.create(
        request=job.request, job=job, photo=job.photo, candidate=candidate, **(known | fields)
    )
    Event.objects.create(request=job.request, variant=variant, moved_to="pending")
    return variant


def rendered(request: EditRequest, **fields: Any) -> list[Variant]:
    """All variants of a request, as if its workers had answered."""
    jobs = list(request.jobs.select_related("photo__product__merchant", "request").order_by("pk"))
    variants = [variant_of(job, number, **fields) for job in jobs for number in range(job.variants_asked)]
    request.jobs.update(status="done")
    EditRequest.objects.filter(pk=request.pk).update(status="rendered")
    request.refresh_from_db()
    return variants


def stored_variant(candidate: int = 0, **fields: Any) -> StoredVariant:
    """What a worker answers about one finished picture."""
    key = storage.put("variants", f"from a worker {candidate}".encode(), content_type="image/webp")
    known = {
        "candidate": candidate, "colour_name": "Signal red", "swatch": "#c1121f",
        "measured": {"l": 41.0, "a": 62.0, "b": 42.0}, "key": key, "sha256": key[-64:], "content_type": "image/webp",
        "width": 900, "height": 900, "thumbnails": {"320": key}, "w_plus": "AAAA", "manifold_version": "v1",
        "measures": {"swatch_de2000": 0.4},
    }  # fmt: skip
    return StoredVariant.model_validate(known | fields)
