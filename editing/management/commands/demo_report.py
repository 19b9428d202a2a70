import io
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from PIL import Image

from catalog import storage
from editing.lifecycle.states import OPEN_JOBS, JobStatus
from editing.models import EditJob, Variant

POLL_SECONDS = 2.0
TILE, COLUMNS = 240, 5


class Command(BaseCommand):
    help = "Wait for the demo's variants, print what was measured, and write a contact sheet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wait", type=float, default=0, help="Seconds to wait for open jobs.")
        parser.add_argument("--sheet", type=Path, default=Path(settings.BASE_DIR) / ".local" / "contact-sheet.png")

    def handle(self, *args: Any, **options: Any) -> None:
        self._wait(options["wait"])
        variants = list(Variant.objects.select_related("photo__product").order_by("photo", "job", "candidate"))
        self._print(variants)
        if variants:
            options["sheet"].parent.mkdir(parents=True, exist_ok=True)
            _contact_sheet(variants).save(options["sheet"])
            self.stdout.write(f"Contact sheet: {options['sheet']}")
        self._complain()

    def _wait(self, seconds: float) -> None:
        deadline, last = time.monotonic() + seconds, -1
        while time.monotonic() < deadline:
            left = EditJob.objects.filter(status__in=OPEN_JOBS, request__isnull=False).count()
            if left != last:
                self.stdout.write(f"{left} jobs open, {Variant.objects.count()} variants stored")
                self.stdout.flush()
            if not left:
                return
            last = left
            time.sleep(POLL_SECONDS)  # nothing to listen to: the database is the truth

    def _print(self, variants: list[Variant]) -> None:
        self.stdout.write(
            f"\n{'product':<26} {'colour':<14} {'asked':<8} {'measured':<9} {'ΔE00':>6} {'px':>11} status"
        )
        for variant in variants:
            missed = variant.measures.get("swatch_de2000")
            self.stdout.write(
                f"{variant.photo.product.title[:25]:<26} {variant.colour_name[:13]:<14} {variant.swatch_hex:<8} "
                f"{variant.measured_hex:<9} {'' if missed is None else f'{missed:.2f}':>6} "
                f"{f'{variant.width}x{variant.height}':>11} {variant.status}"
            )

    def _complain(self) -> None:
        failed = EditJob.objects.filter(status=JobStatus.FAILED)
        for job in failed:
            self.stderr.write(f"failed: {job.photo}: {job.error}")
        left = EditJob.objects.filter(status__in=OPEN_JOBS, request__isnull=False).count()
        if left or failed.exists():
            raise CommandError(f"{left} jobs are still open, {failed.count()} failed.")


def _contact_sheet(variants: list[Variant]) -> Image.Image:
    """A row per photo: the photo, then its variants."""
    rows: dict[int, list[str]] = {}
    for variant in variants:
        row = rows.setdefault(variant.photo_id, [_small(variant.photo.thumbnails)])
        if len(row) < COLUMNS:
            row.append(_small(variant.thumbnails))
    sheet = Image.new("RGB", (TILE * COLUMNS, TILE * len(rows)), "white")
    for y, row in enumerate(rows.values()):
        for x, key in enumerate(row):
            sheet.paste(_tile(key), (x * TILE, y * TILE))
    return sheet


def _small(thumbnails: dict[str, str]) -> str:
    """The smallest thumbnail that fills a tile."""
    return thumbnails[min(thumbnails, key=lambda width: (int(width) < TILE, abs(int(width) - TILE)))]


def _tile(key: str) -> Image.Image:
    tile = Image.new("RGB", (TILE, TILE), "white")
    stored = storage.get(key)
    if stored is not None:
        image = Image.open(io.BytesIO(stored.data)).convert("RGB")
        image.thumbnail((TILE - 8, TILE - 8))
        tile.paste(image, ((TILE - image.width) // 2, (TILE - image.height) // 2))
    return tile
