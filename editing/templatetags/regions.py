"""Template filters about regions and parts."""

from django import template

from editing.recipes.document import REGION_WORDS
from gpu_worker.contract.parts import TRANSFERRED
from gpu_worker.contract.units import PAINTABLE

register = template.Library()


@register.filter
def region_words(region: str | None) -> str:
    """In everyday words; of what has no region, the photo."""
    return REGION_WORDS.get(region or "", "the photo")


@register.filter
def takes_parts(kind: str) -> bool:
    """Whether a part of another product can be put on one of this kind."""
    return bool(TRANSFERRED.get(kind))


@register.filter
def paintable(kind: str) -> bool:
    """Whether a part of one of this kind can be taken away, or made more or less of."""
    return bool(PAINTABLE.get(kind))
