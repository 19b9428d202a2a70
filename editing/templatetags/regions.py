"""Template filters about regions and parts."""

from django import template

from editing.recipes.document import REGION_WORDS
from gpu_worker.contract.parts import TRANSFERRED

register = template.Library()


@register.filter
def region_words(region: str | None) -> str:
    """In everyday words; of what has no region, the photo."""
    return REGION_WORDS.get(region or "", "the photo")


@register.filter
def takes_parts(kind: str) -> bool:
    """Whether a part of another product can be put on one of this kind."""
    return bool(TRANSFERRED.get(kind))
