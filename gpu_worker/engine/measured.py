"""What is promised about a finished picture, measured on it."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from gpu_worker.engine.cut_off import cut_off
from gpu_worker.engine.prepared_edit import Dyed
from gpu_worker.engine.shape_measures import ARTIFICIAL, HARDLY_CARRIED
from gpu_worker.engine.values import Pixels, Projection, Variant
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.measures.perceptual import Perceptual
from gpu_worker.measures.structure import background_changed
from gpu_worker.measures.variant import picture_measures
from gpu_worker.segmentation.product_mask import ProductMask
from gpu_worker.transfer.recolour import swatch_error
from gpu_worker.transfer.render import Rendered

_MISSED = 2.5  # CIEDE2000 from which the reviewer is told


def measured_variant(
    manifold: Manifold,
    perceptual: Perceptual,
    projection: Projection,
    finished: Rendered,
    w_plus_1ld: Tensor,
    *,
    cost: float,
    dyed: Sequence[Dyed],
    seconds: float,
    shape: Mapping[str, float] | None = None,
) -> Variant:
    """The picture with its measures. `seconds` is what the transfer took, `shape` what is measured where outlines may move.

    Structure compares pixel with pixel, so it is told only of a picture whose pixels lie where the photo's do.
    """
    photo, mask = projection.photo, projection.mask
    measures = dict(shape or {}) or picture_measures(photo.pixels, finished.still, mask.alpha, perceptual)
    measures["background_changed"] = float(_background_changed(projection, finished, dyed))
    measures |= {
        "realism": _realism(manifold, w_plus_1ld),
        "mask_confidence": mask.confidence,
        "projection_lpips": projection.lpips,
        "seconds_transfer": seconds,
    }
    misses = [_miss(finished.still, mask.alpha, item) for item in dyed]
    if misses:
        measures["swatch_de2000"] = max(misses)
    return Variant(
        pixels=finished.pixels,
        alpha=finished.alpha,
        w_plus=w_plus_1ld[0].cpu().numpy(),
        cost=cost,
        measures={name: float(value) for name, value in measures.items()},
        warnings=[*_warnings(mask, misses), *_cuts(projection, finished), *_looks(measures)],
    )


def _cuts(projection: Projection, finished: Rendered) -> list[str]:
    sides = cut_off(projection.mask.alpha, finished.alpha, projection.frame)
    return [f"The product is cut off ({', '.join(sides)}): it would reach out of the picture."] if sides else []


def _looks(measures: Mapping[str, float]) -> list[str]:
    return [HARDLY_CARRIED] if measures.get("artificial", 0.0) > ARTIFICIAL else []


def _background_changed(projection: Projection, finished: Rendered, dyed: Sequence[Dyed]) -> int:
    """Pixels that differ outside both the old and the new outline, and outside a mirror image on the floor."""
    union = np.maximum(projection.mask.alpha, finished.alpha)
    for item in dyed:
        if item.mirror is not None:
            union = np.maximum(union, item.mirror.where(*union.shape))
    return background_changed(projection.photo.pixels, finished.pixels, union)


def _miss(still: Pixels, alpha: Pixels, item: Dyed) -> float:
    return swatch_error(still, alpha, item.region, item.swatch)


@torch.no_grad()
def _warnings(mask: ProductMask, misses: Sequence[float]) -> list[str]:
    """What the reviewer must know; a picture with a warning is never approved by itself."""
    doubts = ["The outline of the product is uncertain: look at its edges."] if mask.is_doubtful else []
    return doubts + [f"A swatch was missed by {miss:.1f} (CIEDE2000)." for miss in misses if miss > _MISSED]


def _realism(manifold: Manifold, w_plus_1ld: Tensor) -> float:
    return float(manifold.discriminator(manifold.generator(w_plus_1ld))[0])
