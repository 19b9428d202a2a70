"""Writing down finished variants."""

from typing import Any

from catalog.colours import Lab, hex_from_lab
from editing import measures
from editing.lifecycle.guards import guards
from editing.lifecycle.states import VariantStatus
from editing.models import EditJob, Event, Variant
from editing.publishing.webhooks import services as webhooks
from editing.recipes.services import recipe_record
from editing.services import sets
from gpu_worker.contract.answers import StoredVariant


def variant_record(*, job: EditJob, stored: StoredVariant) -> Variant | None:
    """The row of a stored image, once per candidate of a locked job; None for one that is there already."""
    if guards.one_per_candidate and Variant.objects.filter(job=job, candidate=stored.candidate).exists():
        return None
    assert job.request and job.photo  # noqa: S101  a render job has both
    colourway = sets.colourway_for(job, stored)
    variant = Variant.objects.create(
        job=job, request=job.request, photo=job.photo, colourway=colourway,
        recipe=recipe_record(job=job, stored=stored), **(_fields(stored) | {"colour_name": colourway.name}),
    )  # fmt: skip
    sets.suspicion_share(colourway)
    Event.objects.create(request=job.request, variant=variant, moved_to=VariantStatus.PENDING)
    webhooks.announce(variant, "variant.rendered")
    sets.auto_approve(variant)
    return variant


def _fields(stored: StoredVariant) -> dict[str, Any]:
    lab = Lab(l=stored.measured.l, a=stored.measured.a, b=stored.measured.b)
    return {
        "candidate": stored.candidate,
        "colour_name": stored.colour_name[:60],
        "swatch_hex": stored.swatch or "",
        "measured_hex": hex_from_lab(lab),
        "measured_l": lab.l,
        "measured_a": lab.a,
        "measured_b": lab.b,
        "object_key": stored.key,
        "sha256": stored.sha256,
        "content_type": stored.content_type,
        "width": stored.width,
        "height": stored.height,
        "thumbnails": stored.thumbnails,
        "sequence_key": stored.sequence_key or "",
        "alpha_key": stored.alpha_key or "",
        "w_plus": stored.w_plus,
        "manifold_version": stored.manifold_version,
        "measures": stored.measures,
        "warnings": stored.warnings,
        "suspicion": measures.suspicion(stored.measures, stored.warnings),
    }
