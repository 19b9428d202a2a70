"""Template filter that says where colours go."""

from django import template

from editing.recipes.document import REGION_WORDS

register = template.Library()


@register.filter
def region_words(region: str | None) -> str:
    """In everyday words; of what has no region, the photo."""
    return REGION_WORDS.get(region or "", "the photo")
