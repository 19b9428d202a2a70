"""`read-mark`: all layers of one file, as JSON."""

import argparse
from dataclasses import asdict

from gpu_worker.origin.reading import read_origin


def read_mark(options: argparse.Namespace) -> dict[str, object]:
    """Raises UnreadablePicture or OSError."""
    found = read_origin(options.picture.read_bytes())
    return {"made_here": found.made_here, "made_with_colorway": found.made_with_colorway, **asdict(found)}
