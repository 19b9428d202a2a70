"""Put the attributes that come with the manifolds into the database, and have their strips drawn. Safe to repeat."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from editing.attributes.services import strip_ask
from editing.models import Attribute, AttributeState, Method

ATTRIBUTES_FILE, CARD_FILE = "attributes.json", "card.json"


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bundles", type=Path, default=settings.BASE_DIR / "gpu_worker" / "manifold" / "bundles")
        parser.add_argument("--without-strips", action="store_true", help="ask no worker for pictures")

    def handle(self, *, bundles: Path, without_strips: bool, **options: Any) -> None:
        for file in sorted(bundles.glob(f"*/{ATTRIBUTES_FILE}")):
            kind = json.loads(file.with_name(CARD_FILE).read_text())["kind"]
            content = json.loads(file.read_text())
            rows = [_load(kind, content["manifold_version"], described) for described in content["attributes"]]
            missing = [] if without_strips else [row for row in rows if not row.strip_key]
            asked = sum(strip_ask(attribute=row) for row in missing)
            self.stdout.write(f"{kind}: {len(rows)} attributes, {asked} strips asked for")


def _load(kind: str, version: str, described: dict[str, Any]) -> Attribute:
    row, _ = Attribute.objects.update_or_create(
        merchant=None,
        kind=kind,
        manifold_version=version,
        name=described["name"],
        defaults={
            "method": Method.LOGISTIC,
            "state": AttributeState.READY,
            "direction": b64decode(described["direction"]),
            "scale": described["scale"],
            "threshold": described["threshold"],
            "accuracy": described["accuracy"],
            "having": described["examples"][0],
            "lacking": described["examples"][1],
        },
    )
    return row
