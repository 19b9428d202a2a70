"""The mark "enlarge": a small photo two or four times as large, never without being asked for."""

import time
from collections.abc import Sequence

import cv2
import numpy as np

from gpu_worker.contract.marks import Constraint, Enlarge
from gpu_worker.core.progress import Callback
from gpu_worker.edits.errors import Contradiction
from gpu_worker.engine.reporting import report
from gpu_worker.engine.values import EditResult, Pixels, Projection, Variant
from gpu_worker.manifold.high_resolution import shared_high_resolution
from gpu_worker.restoration.enlarge import enlarge

MADE_UP = "A computer made up the finest detail: compare it with the photo, lettering above all."


def asked(constraints: Sequence[Constraint]) -> Enlarge | None:
    """The mark, if it is there. Raises Contradiction beside others."""
    found = [mark for mark in constraints if isinstance(mark, Enlarge)]
    if found and len(constraints) > 1:
        raise Contradiction("Enlarge the photo by itself, and edit the larger one afterwards.")
    return found[0] if found else None


def enlarged(projection: Projection, mark: Enlarge, device: str, callback: Callback | None) -> EditResult:
    """One picture, `factor` times as large in both directions. Raises TooLarge."""
    started, photo = time.perf_counter(), projection.photo
    high = shared_high_resolution(device)
    pixels = enlarge(photo.pixels, mark.factor, high, lambda done, tiles: report(callback, "transfer", done, tiles))
    size = (pixels.shape[1], pixels.shape[0])
    alpha: Pixels = np.asarray(cv2.resize(projection.mask.alpha, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    variant = Variant(
        pixels=pixels,
        alpha=alpha,
        w_plus=projection.w_plus,
        cost=0.0,
        measures={"mask_confidence": projection.mask.confidence, "seconds_transfer": time.perf_counter() - started},
        warnings=[MADE_UP],
    )
    return EditResult(variants=[variant], sequence=[])
