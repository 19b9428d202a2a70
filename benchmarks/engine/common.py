"""What the engine's benchmarks share: held-out photos, intervals, reports, contact sheets."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from gpu_worker.commands.sheet import contact_sheet
from gpu_worker.engine.facade import Engine, Projection
from gpu_worker.engine.loaded import BUNDLES
from gpu_worker.photos.decode import Photo, decode_photo
from gpu_worker.photos.errors import PhotoError
from gpu_worker.projection.project import ProjectionSettings
from gpu_worker.training.manifold.data import is_held_out

OUT = Path(__file__).resolve().parents[1] / "out"
SWATCHES = {
    "black": "#141414",
    "white": "#f4f4f2",
    "navy": "#1d2a4d",
    "red": "#c1121f",
    "tan": "#c19a6b",
    "forest green": "#228b22",
    "mustard": "#e1ad01",
    "pink": "#f4a6c0",
}
_RESAMPLES = 2000


def arguments(text: str | None, **more: Any) -> argparse.Namespace:
    """The options every benchmark has; `more` adds options by name and default."""
    parser = argparse.ArgumentParser(description=text)
    parser.add_argument("--kind", choices=("shoe", "shirt"), default="shoe")
    parser.add_argument("--photos", type=Path, required=True, help="folder of photos; only held-out ones are used")
    parser.add_argument("--bundle", type=Path, help="default: the shipped one")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--limit", type=int, default=50)
    parser.add_argument("--threads", type=int, default=2)
    for name, default in more.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    return options


def engine_of(options: argparse.Namespace) -> Engine:
    return Engine.load(options.bundle or BUNDLES / options.kind, options.device)


def held_out_photos(folder: Path, limit: int) -> Iterator[tuple[str, Photo]]:
    """(name, photo) of held-out photos, evenly over the folder."""
    paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in {".webp", ".png", ".jpg", ".jpeg"})
    chosen = [p for p in paths if is_held_out(p.stem)]
    step = max(1, len(chosen) // max(1, limit))
    for path in chosen[::step][:limit]:
        yield path.stem, decode_photo(path.read_bytes())


def enlarged(photo: Photo, side: int) -> Photo:
    """The photo with its longest side at `side` pixels; 0 leaves it."""
    if side == 0:
        return photo
    scale = side / max(photo.width, photo.height)
    size = (round(photo.width * scale), round(photo.height * scale))
    return replace(photo, pixels=np.asarray(cv2.resize(photo.pixels, size, interpolation=cv2.INTER_CUBIC), np.uint8))


def projected(engine: Engine, photo: Photo, method: str = "encoder") -> Projection | None:
    """The projection, or None for a photo that is refused."""
    try:
        return engine.project(photo, settings=ProjectionSettings(method=method))  # type: ignore[arg-type]
    except PhotoError as error:
        sys.stderr.write(f"refused: {error.message}\n")
        return None


def summary(values: Sequence[float]) -> dict[str, Any]:
    """Median with its 95 % bootstrap interval, 95th percentile and count."""
    data = np.asarray(values, np.float64)
    low, high = bootstrap(data, np.median)
    return {
        "median": round(float(np.median(data)), 4),
        "interval_95": [round(low, 4), round(high, 4)],
        "p95": round(float(np.percentile(data, 95)), 4),
        "worst": round(float(data.max()), 4),
        "count": len(data),
    }


def bootstrap(data: NDArray[np.float64], statistic: Callable[..., Any]) -> tuple[float, float]:
    random = np.random.default_rng(0)
    draws = random.integers(0, len(data), (_RESAMPLES, len(data)))
    found = [float(statistic(data[draw])) for draw in draws]
    return float(np.percentile(found, 2.5)), float(np.percentile(found, 97.5))


def finish(
    name: str, report: dict[str, Any], rows: Sequence[Sequence[NDArray[np.uint8]]] = (), cell: int = 192
) -> None:
    """Print the report and keep it, with a contact sheet, under benchmarks/out/."""
    OUT.mkdir(exist_ok=True)
    text = json.dumps(report, indent=2)
    (OUT / f"{name}.json").write_text(text + "\n")
    if rows:
        Image.fromarray(contact_sheet(rows, cell=cell)).save(OUT / f"{name}.png")
    sys.stdout.write(text + "\n")
