"""Does an attribute reach the finished photo? A judge that training has not seen: python -m benchmarks.engine.attributes

The judge is a logistic classifier on VGG16 features (pooled, of crops at 96 px), fitted to labelled photos that are not held out; its
balanced accuracy on held-out photos is told. Judged are held-out photos that it says lack the attribute, before and after. `reached`:
the share in which it then sees it, in G(z1) and in the finished photo; `flipped`: the share of verdicts on other attributes that changed;
`colour`: CIEDE2000 between photo and variant where nothing is new; `said`: what the variant's own measure says.

    --labels shoes.csv --vgg vgg16_lpips_fp16.safetensors --amount 3 --only "high heel,high-top"
"""

import csv
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.models import vgg16

from benchmarks.engine.common import arguments, engine_of, finish, held_out_photos, projected
from gpu_worker.contract.marks import Attribute, SolverOptions
from gpu_worker.contract.tailored import is_tailored
from gpu_worker.edits.errors import OutOfReach
from gpu_worker.engine.facade import Engine, Projection
from gpu_worker.engine.prepared_edit import PreparedEdit, prepare_edit
from gpu_worker.engine.shape_measures import shape_measures
from gpu_worker.engine.values import Pixels, Variant
from gpu_worker.manifold.lift import ENLARGES
from gpu_worker.measures.colour import ciede2000, fast_lab
from gpu_worker.photos.decode import Photo
from gpu_worker.photos.errors import PhotoError
from gpu_worker.segmentation.frame import Frame, frame_at, frame_placing
from gpu_worker.training.attributes.shipped import LABELS, load_attributes
from gpu_worker.training.manifold.data import is_held_out, load_photos, resize_for, to_float

SIDE = 96
JUDGED = {
    "shoe": ("high heel", "sporty", "formal", "high-top"),
    "shirt": ("long sleeves", "collar and buttons", "formal", "sporty"),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Judge:
    """One attribute's classifier."""

    weight: Tensor  # (F,)
    bias: float
    accuracy: float  # balanced, on held-out photos

    def score(self, features_nf: Tensor) -> Tensor:
        """(N,) above 0 where it sees the attribute."""
        return features_nf @ self.weight + self.bias

    def sees(self, features_nf: Tensor) -> Tensor:
        return self.score(features_nf) > 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Made:
    """A photo and its variant in the frame at 192 px, and what the generator showed, where it was asked."""

    before: Frame
    after: Frame
    new: np.ndarray  # (192, 192)
    reached: float
    generated: Tensor | None


class Features:
    """Pooled VGG16 features of pictures (N, 3, 96, 96) in [-1, 1]."""

    def __init__(self, weights: Path) -> None:
        stored = load_file(weights)
        self.layers: nn.Sequential = vgg16(weights=None).features
        places = [
            i for i, layer in enumerate(self.layers) if isinstance(layer, nn.Conv2d)
        ]  # the file counts convolutions alone
        names = {
            f"{place}.{part}": stored[f"features.{number}.{part}"].float()
            for number, place in enumerate(places)
            for part in ("weight", "bias")
        }
        self.layers.load_state_dict(names)
        self.layers.eval().requires_grad_(False).to(memory_format=torch.channels_last)
        self.mean = torch.tensor([0.485, 0.456, 0.406])[None, :, None, None]
        self.spread = torch.tensor([0.229, 0.224, 0.225])[None, :, None, None]

    @torch.no_grad()
    def __call__(self, image_nchw: Tensor) -> Tensor:
        found = []
        for part in image_nchw.split(32):
            small = F.interpolate(part, size=(SIDE, SIDE), mode="area") if part.shape[-1] != SIDE else part
            with torch.autocast("cpu", torch.bfloat16):
                deep = self.layers(((small + 1) / 2 - self.mean) / self.spread).float()
            found.append(
                torch.cat([deep.mean((2, 3)), deep.amax((2, 3)), F.adaptive_avg_pool2d(deep, 2).flatten(1)], 1)
            )
        return F.normalize(torch.cat(found), dim=1)


def fit(features: Tensor, sign: Tensor, held_out: Tensor) -> Judge:
    known = sign != 0
    weight = torch.zeros(features.shape[1] + 1, requires_grad=True)
    x, y = features[known & ~held_out], (sign[known & ~held_out] > 0).float()
    balance = torch.where(y > 0, 0.5 / y.sum(), 0.5 / (1 - y).sum())
    optimiser = torch.optim.LBFGS([weight], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = F.binary_cross_entropy_with_logits(x @ weight[:-1] + weight[-1], y, balance, reduction="sum")
        loss = loss + 2e-5 * weight[:-1].square().sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    weight = weight.detach()
    judge = Judge(weight=weight[:-1], bias=float(weight[-1]), accuracy=0.0)
    seen, truth = judge.sees(features[known & held_out]), sign[known & held_out] > 0
    right = (seen[truth].float().mean() + (~seen[~truth]).float().mean()) / 2
    return Judge(weight=judge.weight, bias=judge.bias, accuracy=round(float(right), 3))


def judges_of(options: Any, features: Features, every: int = 1) -> dict[str, Judge]:
    """Taught by one in `every` of the labelled photos."""
    photos = load_photos(options.photos, resize_for(SIDE))
    photos = replace(photos, ids=photos.ids[::every], images_nchw=photos.images_nchw[::every])
    with Path(options.labels).open(newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    labelled = [rows[name] for name in photos.ids]
    seen = features(to_float(photos.images_nchw))
    held_out = torch.tensor([is_held_out(name) for name in photos.ids])
    small = F.interpolate(photos.images_nchw.float(), size=64, mode="area").to(torch.uint8)
    labels = LABELS[options.kind]
    return {name: fit(seen, labels[name](labelled, small), held_out) for name in JUDGED[options.kind]}


def asked(engine: Engine, projection: Projection, message: Attribute) -> PreparedEdit:
    return prepare_edit(engine.manifold, engine.start_of(projection), projection, [message], SolverOptions())


def colour_kept(before: Pixels, after: Pixels, same: np.ndarray) -> float:
    """Mean CIEDE2000 between two pictures in the frame, where `same` is true; blurred, as what moved lies elsewhere."""
    pair = [fast_lab(cv2.GaussianBlur(picture.astype(np.float32), (0, 0), 4)) for picture in (before, after)]
    return float(ciede2000(pair[0][same], pair[1][same]).mean()) if same.any() else 0.0


def main() -> None:
    options = arguments(__doc__, labels="", vgg="", amount=3.0, only="")
    engine, features = engine_of(options), Features(Path(options.vgg))
    judges = judges_of(options, features)
    directions = load_attributes(
        options.bundle or Path("gpu_worker/manifold/bundles") / options.kind, engine.manifold.version
    )
    photos = [
        p for _, photo in held_out_photos(options.photos, options.limit) if (p := projected(engine, photo, "hybrid"))
    ]
    report, sheet = {}, []
    for name in options.only.split(",") if options.only else JUDGED[options.kind]:
        row, pictures = _judged(engine, photos, name, directions[name], options.amount, judges, features)
        report[name] = {"accuracy_of_judge": judges[name].accuracy, **row}
        sheet += pictures[:8]
    finish(f"attributes-{options.kind}", report, sheet)


def _judged(
    engine: Engine,
    photos: list[Projection],
    name: str,
    direction: Any,
    amount: float,
    judges: Mapping[str, Judge],
    features: Features,
) -> tuple[dict[str, Any], list[list[Pixels]]]:
    message = Attribute.model_validate(
        {"name": name, "direction": _base64(direction), "amount": amount, "scale": direction.scale}
    )
    shown, finished, scores, flips, colours, said, pictures = [], [], [], [], [], [], []
    refused = 0
    for projection in photos:
        first = features(_tensor(_frame(engine, projection, None).image))
        if bool(judges[name].sees(first)[0]):
            continue  # it has it already
        try:
            made = _tailored(engine, projection, message) or _drawn(engine, projection, message)
        except (OutOfReach, PhotoError):
            refused += 1
            continue
        last = features(_tensor(made.after.image))
        if made.generated is not None:
            shown.append(bool(judges[name].sees(features(made.generated))[0]))
        finished.append(bool(judges[name].sees(last)[0]))
        scores.append([float(judges[name].score(seen)[0]) for seen in (first, last)])
        flips += [bool(j.sees(first)[0]) != bool(j.sees(last)[0]) for other, j in judges.items() if other != name]
        inside = (made.before.alpha > 0.9) & (made.after.alpha > 0.9) & (made.new < 0.01)
        colours.append(colour_kept(made.before.image, made.after.image, inside))
        said.append(made.reached)
        pictures.append([_level(p) for p in (made.before.image, made.after.image)])
    row = {
        "photos": len(finished),
        "refused": refused,
        "reached_in_generated": _share(shown),
        "reached_in_photo": _share(finished),
        "score_before_and_after": np.median(scores, axis=0).round(2).tolist(),
    }
    row |= {"others_flipped": _share(flips), "colour_de2000": round(float(np.median(colours)), 2)}
    return row | {"said_median": round(float(np.median(said)), 2)}, pictures


def _frame(engine: Engine, projection: Projection, variant: Variant | None) -> Frame:
    """The photo at 192 px, or a variant at the same place."""
    side = ENLARGES * engine.manifold.resolution
    placing = frame_placing(projection.mask, engine.manifold.kind, side)
    if variant is None:
        return frame_at(projection.photo, projection.mask, placing, side)
    mask = replace(projection.mask, alpha=variant.alpha)
    return frame_at(Photo(pixels=variant.pixels), mask, placing, side)


def _tailored(engine: Engine, projection: Projection, message: Attribute) -> Made | None:
    """By the photo's own cloth; None for what the manifold draws. Where it comes to lie on what was there nothing is compared."""
    if not is_tailored(message, engine.manifold.kind):
        return None
    variant = engine.edit(projection, [message]).variants[0]
    before, after = _frame(engine, projection, None), _frame(engine, projection, variant)
    new = cv2.GaussianBlur((np.abs(before.image - after.image).max(2) > 0.02).astype(np.float32), (0, 0), 1.0)
    return Made(before=before, after=after, new=new, reached=variant.measures["reached"], generated=None)


def _drawn(engine: Engine, projection: Projection, message: Attribute) -> Made:
    edit = asked(engine, projection, message)
    latent = edit.solve().w_plus[:1]
    made = edit.finish(latent)
    assert edit.start.adapted is not None
    before, after = edit.frame_of_photo(), edit.frame_of(made.rendered)
    return Made(
        before=before,
        after=after,
        new=made.content.new if made.content is not None else np.zeros(before.alpha.shape, np.float32),
        reached=shape_measures(edit, made, engine.perceptual)["reached"],
        generated=edit.start.adapted.plain(latent),
    )


def _share(values: list[bool]) -> float:
    return round(float(np.mean(values)), 2) if values else 0.0


def _base64(direction: Any) -> str:
    return b64encode(direction.vector.numpy().astype("<f4").tobytes()).decode()


def _tensor(picture: np.ndarray) -> Tensor:
    return torch.from_numpy(picture.transpose(2, 0, 1).astype(np.float32) * 2 - 1)[None]


def _level(picture: np.ndarray) -> Pixels:
    return np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)


if __name__ == "__main__":
    main()
