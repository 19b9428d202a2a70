"""A merchant's own palettes."""

from collections.abc import Sequence

from django.db import transaction

from catalog.errors import InvalidInput
from catalog.models import Merchant
from editing.models import Palette
from editing.services.requests import parse_swatches
from gpu_worker.jobs import NamedSwatch

MAX_SWATCHES = 24
SEASON_NAME = "This season"


def palette_save(*, merchant: Merchant, name: str, swatches: list[dict[str, str]], is_season: bool = False) -> Palette:
    """Create or replace the palette of this name. Raises InvalidInput."""
    if not 1 <= len(swatches) <= MAX_SWATCHES:
        raise InvalidInput(f"A palette has 1 to {MAX_SWATCHES} colours.", extra={"swatches": ["Too few or too many."]})
    clean = [swatch.model_dump() for swatch in parse_swatches(swatches)]
    palette, _ = Palette.objects.update_or_create(
        merchant=merchant, name=name.strip()[:60], defaults={"swatches": clean, "is_season": is_season}
    )
    return palette


@transaction.atomic
def season_save(*, merchant: Merchant, swatches: Sequence[NamedSwatch]) -> Palette:
    """Keep these as the season's palette."""
    return palette_save(
        merchant=merchant, name=SEASON_NAME, swatches=[swatch.model_dump() for swatch in swatches], is_season=True
    )
