"""A merchant's own palettes."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from catalog.errors import Conflict, InvalidInput
from catalog.models import Merchant
from editing.lifecycle.requests import parse_swatches
from editing.models import Palette
from gpu_worker.contract.jobs import NamedSwatch

MAX_SWATCHES = 24
SEASON_NAME = "This season"


@transaction.atomic
def palette_write(
    *, merchant: Merchant, palette: Palette | None, name: str, swatches: list[dict[str, str]], is_season: bool = False
) -> Palette:
    """Create a palette, or change a locked one. Raises InvalidInput, or Conflict where the name is in use.

    A season has one palette: the one that was it before stays, as any other.
    """
    if not 1 <= len(swatches) <= MAX_SWATCHES:
        raise InvalidInput(f"A palette has 1 to {MAX_SWATCHES} colours.", extra={"swatches": ["Too few or too many."]})
    palette = palette or Palette(merchant=merchant)
    palette.name, palette.is_season = name.strip()[:60], is_season
    palette.swatches = [swatch.model_dump() for swatch in parse_swatches(swatches)]
    try:
        with transaction.atomic():
            palette.save()
            if is_season:
                others = Palette.objects.filter(merchant=merchant, is_season=True).exclude(pk=palette.pk)
                others.update(is_season=False)
    except IntegrityError as error:
        message = f"There is a palette called {palette.name}."
        raise Conflict(message, extra={"name": [message]}) from error
    return palette


@transaction.atomic
def season_save(*, merchant: Merchant, swatches: Sequence[NamedSwatch]) -> Palette:
    """Keep these as the season's palette, in place of the last one."""
    Merchant.objects.select_for_update().get(pk=merchant.pk)  # two members at once make one palette
    known = Palette.objects.filter(merchant=merchant, name=SEASON_NAME).first()
    chosen = [swatch.model_dump() for swatch in swatches]
    return palette_write(merchant=merchant, palette=known, name=SEASON_NAME, swatches=chosen, is_season=True)
