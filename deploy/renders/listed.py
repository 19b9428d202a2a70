"""Which pictures the demo shows, as its table lists them: what is rendered when nothing is named."""

import json
from pathlib import Path

PICTURES = Path("editing/demo/pictures")


def listed(kind: str) -> dict[str, list[str]]:
    """The views of each product of a kind, by its folder."""
    rows = json.loads((PICTURES / "products.json").read_text())
    return {row["folder"]: row["views"] for row in rows if row["kind"] == kind}
