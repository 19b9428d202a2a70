"""Which units of a trunk make which part? Dissection (Bau et al. 2019) of a manifold against the named parts.

    python -m gpu_worker.training.units.dissect BUNDLE PHOTOS [--count 320] [--strips DIR]

writes BUNDLE/units.json and BUNDLE/units.safetensors: the latents of training photos, the map of the parts in each one's G(z), and per
part the agreement (intersection over union, on a quarter of the photos that nothing was fitted on) of the three best single units and of
a signed linear group of all of a layer's units (Net2Vec, Fong and Vedaldi 2018). With --strips a strip per part shows where its group
is on.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional as F

from gpu_worker.contract.parts import OFFERED, PARTS
from gpu_worker.manifold.bundle import Manifold, load_bundle
from gpu_worker.manifold.high_resolution import shared_high_resolution
from gpu_worker.manifold.units import LAYERS, MAP_SIDE, TENSORS_FILE, UNITS_FILE, at_side
from gpu_worker.painting.units import features
from gpu_worker.photos.decode import Photo, decode_photo
from gpu_worker.photos.errors import PhotoError
from gpu_worker.segmentation.frame import crop_to_frame
from gpu_worker.segmentation.named_parts import find_named_parts
from gpu_worker.segmentation.product_mask import ProductMask, mask_of
from gpu_worker.training.manifold.data import is_held_out

Pixels = NDArray[np.uint8]
_HELD_BACK = 4  # one product in so many is not fitted on
_QUANTILES = (0.99, 0.96, 0.9)  # thresholds of a single unit
_STEPS, _DECAY = 60, 1e-4  # of the group's logistic fit
_STRIP = 8


def main(arguments: Sequence[str] | None = None) -> None:
    """Dissect one bundle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("photos", type=Path, help="folder of 192 px crops")
    parser.add_argument("--count", type=int, default=320)
    parser.add_argument("--strips", type=Path)
    options = parser.parse_args(arguments)
    manifold = load_bundle(options.bundle)
    w_plus, maps, pictures = _products(manifold, _chosen(options.photos, options.count))
    units = [features(manifold, part) for part in w_plus.split(16)]
    layers = {side: torch.cat([each[side] for each in units]) for side in LAYERS}
    agreement = {}
    for number, name in enumerate(PARTS[manifold.kind], start=1):
        if name in OFFERED[manifold.kind]:
            where = (maps == number).float()[:, None]
            agreement[name], on = _agreement(layers, where)
            if options.strips:
                _save_strip(options.strips / f"{manifold.kind}-{name}.png", pictures, on)
    content = {"manifold_version": manifold.version, "parts": list(PARTS[manifold.kind]), "agreement": agreement}
    (options.bundle / UNITS_FILE).write_text(json.dumps(content, indent=2) + "\n")
    save_file(
        {"w_plus": w_plus.half().contiguous(), "maps": maps.contiguous()},
        options.bundle / TENSORS_FILE,
        metadata={"manifold_version": manifold.version},
    )
    sys.stdout.write(json.dumps(agreement, indent=2) + "\n")


def _chosen(folder: Path, count: int) -> list[Path]:
    paths = [path for path in sorted(folder.iterdir()) if not is_held_out(path.stem)]
    return paths[:: max(1, len(paths) // count)][:count]


@torch.no_grad()
def _products(manifold: Manifold, paths: list[Path]) -> tuple[Tensor, Tensor, list[Pixels]]:
    """Latents (N, L, D), maps (N, 32, 32) uint8, and what G makes of each photo, 192 px."""
    high, latents, maps, pictures = shared_high_resolution(), [], [], []
    side = manifold.resolution
    for path in paths:
        photo = decode_photo(path.read_bytes())
        try:
            mask = mask_of(photo, manifold.kind)
        except PhotoError:
            continue
        frame = crop_to_frame(photo, mask, manifold.kind, 3 * side)
        image = torch.from_numpy(frame.image.transpose(2, 0, 1) * 2 - 1)[None]
        w_plus = manifold.encoder(F.interpolate(image, size=(side, side), mode="area"))
        shown = high.enlarge(manifold.generator(w_plus))[0].permute(1, 2, 0).numpy() / 2 + 0.5
        picture = np.round(shown * 255).astype(np.uint8)
        opacity = np.round(frame.alpha * 255).astype(np.uint8)
        latents.append(w_plus)
        maps.append(_map(Photo(pixels=picture), ProductMask(alpha=opacity, background=mask.background), manifold.kind))
        pictures.append(picture)
    return torch.cat(latents), torch.stack(maps), pictures


def _map(photo: Photo, mask: ProductMask, kind: str) -> Tensor:
    """(32, 32) uint8: the likeliest part at each place of the frame, none where half of it is ground."""
    labels = torch.from_numpy(find_named_parts(photo, mask, kind, every=True).labels.astype(np.int64) + 1)
    planes = F.one_hot(labels, 1 + len(PARTS[kind])).permute(2, 0, 1).float()[:, None]
    return at_side(planes, MAP_SIDE)[:, 0].argmax(0).to(torch.uint8)


def _agreement(layers: dict[int, Tensor], where_n1hw: Tensor) -> tuple[dict[str, Any], Tensor]:
    """Per layer the best units and the group with their IoU; and where the group of the better layer is on, (N, 1, side, side)."""
    found: dict[str, Any] = {}
    best, on = -1.0, where_n1hw
    for side, units in layers.items():
        truth = at_side(where_n1hw, side)
        single, (group, shown) = _single_units(units, truth), _group(units, truth)
        found[str(side)] = {"units": single, "group": round(group, 3)}
        if group > best:
            best, on = group, shown
    return found, on


def _held_back(count: int) -> Tensor:
    return torch.arange(count) % _HELD_BACK == 0


def _iou(found: Tensor, truth: Tensor) -> Tensor:
    """Of soft masks (N, C, h, w): (C,)."""
    return torch.minimum(found, truth).sum((0, 2, 3)) / torch.maximum(found, truth).sum((0, 2, 3)).clamp_min(1e-6)


def _single_units(units: Tensor, truth: Tensor) -> list[dict[str, float]]:
    """The three units that agree best, each at its best threshold and sign."""
    held = _held_back(len(units))
    values = units[~held].transpose(0, 1).flatten(1)
    best = torch.zeros(units.shape[1])
    for quantile in _QUANTILES:
        for sign in (1, -1):
            limit = torch.from_numpy(np.quantile(sign * values.numpy(), quantile, axis=1)).float()
            best = torch.maximum(best, _iou((sign * units[held] > limit[None, :, None, None]).float(), truth[held]))
    return [{"unit": int(unit), "iou": round(float(best[unit]), 3)} for unit in best.argsort(descending=True)[:3]]


def _group(units: Tensor, truth: Tensor) -> tuple[float, Tensor]:
    """IoU of a linear read-out of all units, and where it is on."""
    held = _held_back(len(units))
    mean, spread = units[~held].mean((0, 2, 3)), units[~held].std((0, 2, 3)).clamp_min(1e-6)
    rows = ((units - mean[:, None, None]) / spread[:, None, None]).permute(0, 2, 3, 1)
    weights, bias = torch.zeros(units.shape[1], requires_grad=True), torch.tensor(-2.0, requires_grad=True)
    known, wanted = rows[~held].flatten(0, 2), truth[~held].flatten()
    solver = torch.optim.LBFGS([weights, bias], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        solver.zero_grad()
        value = F.binary_cross_entropy_with_logits(known @ weights + bias, wanted) + _DECAY * weights.square().sum()
        value.backward()
        return value

    solver.step(loss)
    read = (rows @ weights.detach() + bias.detach())[:, None]
    limit = max(np.linspace(-3, 3, 25), key=lambda t: float(_iou((read[~held] > t).float(), truth[~held])))
    shown = (read > limit).float()
    return float(_iou(shown[held], truth[held])), shown


def _save_strip(path: Path, pictures: list[Pixels], on: Tensor) -> None:
    """Products in which the group is on most, dark where it is off (Bau et al. 2019, figure 3)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    chosen = on.mean((1, 2, 3)).argsort(descending=True)[::2][:_STRIP].tolist()
    side = pictures[0].shape[0]
    lit = F.interpolate(on[chosen], size=(side, side), mode="bilinear")[:, 0, :, :, None].numpy()
    cells = [
        np.round(pictures[i] * (0.25 + 0.75 * light)).astype(np.uint8) for i, light in zip(chosen, lit, strict=True)
    ]
    Image.fromarray(np.hstack(cells)).save(path)


if __name__ == "__main__":
    main()
