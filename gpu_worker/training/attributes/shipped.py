"""The first attributes of a manifold, learned from a labelled set of photos and kept beside its bundle.

    python -m gpu_worker.training.attributes.shipped BUNDLE PHOTOS LABELS.csv

writes BUNDLE/attributes.json, and to BUNDLE/examples.safetensors latents from which each photo gets its own direction.
Labels come from the CSV's columns (id, article_type, gender, usage) and from the pixels (how light, how colourful, how
patterned, how tall, how long the sleeves). Vectors are learned on all photos; the accuracy beside each is on held-out folds.
"""

import argparse
import base64
import csv
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor

from gpu_worker.attributes.directions import Direction, entanglement, linear_classifier
from gpu_worker.manifold.bundle import BundleError, Manifold, load_bundle
from gpu_worker.manifold.known_attributes import ABOUT_COLOUR, ATTRIBUTES_FILE, COLOURS, EXAMPLES_FILE
from gpu_worker.training.manifold.data import PhotoSet, is_held_out, load_photos, resize_for, to_float

Row = Mapping[str, str]
Label = Callable[[list[Row], Tensor], Tensor]  # rows and crops -> +1 has it, -1 has it not, 0 unclear, (N,)


def column(name: str, having: set[str], lacking: set[str]) -> Label:
    """A label read off one column; other values are unclear."""

    def label(rows: list[Row], _: Tensor) -> Tensor:
        return torch.tensor([(r[name] in having) - (r[name] in lacking) for r in rows])

    return label


def extremes(measure: Callable[[Tensor], Tensor], share: float = 0.25) -> Label:
    """A label from a measure of the crop: the upper `share` has it, the lower has it not."""

    def label(_: list[Row], images_nchw: Tensor) -> Tensor:
        value = torch.cat([measure(to_float(chunk)) for chunk in images_nchw.split(512)])
        low, high = torch.quantile(value, share), torch.quantile(value, 1 - share)
        return (value >= high).int() - (value <= low).int()

    return label


def product_mask(image_nchw: Tensor) -> Tensor:
    """(N, R, R) bool: what is not white background."""
    return image_nchw.amin(1) < 0.9


def lightness(image_nchw: Tensor) -> Tensor:
    mask = product_mask(image_nchw)
    return (image_nchw.mean(1) * mask).sum((1, 2)) / mask.sum((1, 2)).clamp_min(1)


def colourfulness(image_nchw: Tensor) -> Tensor:
    mask = product_mask(image_nchw)
    chroma = image_nchw.amax(1) - image_nchw.amin(1)
    return (chroma * mask).sum((1, 2)) / mask.sum((1, 2)).clamp_min(1)


def patternedness(image_nchw: Tensor) -> Tensor:
    """Spread of lightness against its neighbourhood, inside the product."""
    mask = product_mask(image_nchw).float()
    inner = -torch.nn.functional.max_pool2d(-mask[:, None], 7, stride=1, padding=3)[:, 0]
    grey = image_nchw.mean(1, keepdim=True)
    detail = (grey - torch.nn.functional.avg_pool2d(grey, 9, stride=1, padding=4)).abs()[:, 0]
    return (detail * inner).sum((1, 2)) / inner.sum((1, 2)).clamp_min(1)


def tallness(image_nchw: Tensor) -> Tensor:
    """Height of the product's box over its width."""
    mask = product_mask(image_nchw)
    return mask.any(2).sum(1) / mask.any(1).sum(1).clamp_min(1)


def sleeve_length(image_nchw: Tensor) -> Tensor:
    """Width of a garment at 60 to 80 % of the height over its width at the shoulders: sleeves that reach down widen it.

    Bare arms widen it too where they hang beside the body, so their skin is left out.
    """
    red, green, blue = image_nchw.unbind(1)
    skin = (red > green + 0.12) & (green > blue + 0.02) & (red > 0) & (red - blue < 0.9)
    mask = product_mask(image_nchw) & ~skin
    side = mask.shape[1]
    low = mask[:, int(0.6 * side) : int(0.8 * side)].float().mean(1).sum(1)
    shoulders = mask[:, int(0.1 * side) : int(0.3 * side)].float().mean(1).sum(1)
    return low / shoulders.clamp_min(1)


EXAMPLES = 384  # of each attribute that ship, with and without it

LIGHT, COLOURFUL, PATTERNED = extremes(lightness), extremes(colourfulness), extremes(patternedness)
WOMENS = column("gender", {"Women", "Girls"}, {"Men", "Boys"})

LABELS: dict[str, dict[str, Label]] = {
    "shoe": {
        "light": LIGHT,
        "colourful": COLOURFUL,
        "patterned": PATTERNED,
        "sporty": column("article_type", {"Sports Shoes"}, {"Formal Shoes", "Flats", "Heels"}),
        "formal": column("article_type", {"Formal Shoes"}, {"Sports Shoes", "Casual Shoes"}),
        "high heel": column("article_type", {"Heels"}, {"Flats", "Casual Shoes"}),
        "high-top": extremes(tallness, 0.15),
        "women's": WOMENS,
    },
    "shirt": {
        "light": LIGHT,
        "colourful": COLOURFUL,
        "patterned": PATTERNED,
        "collar and buttons": column("article_type", {"Shirts"}, {"Tshirts"}),
        "formal": column("usage", {"Formal"}, {"Casual", "Sports"}),
        "sporty": column("usage", {"Sports"}, {"Casual", "Formal"}),
        "long sleeves": extremes(sleeve_length, 0.2),
        "women's": WOMENS,
    },
}


@torch.no_grad()
def encode(manifold: Manifold, photos: PhotoSet) -> Tensor:
    """One plain latent per photo, (N, D): the mean over the layers of the encoder's w+."""
    chunks = photos.images_nchw.split(128)
    return torch.cat([manifold.encoder(to_float(c).to(manifold.device)).mean(1) for c in chunks])


def label_all(kind: str, photos: PhotoSet, rows: list[Row]) -> dict[str, Tensor]:
    """+1, -1 or 0 for each photo, by attribute."""
    return {name: label(rows, photos.images_nchw) for name, label in LABELS[kind].items()}


def learn(w_nd: Tensor, signs: Mapping[str, Tensor]) -> dict[str, Direction]:
    """One direction per label."""
    return {name: linear_classifier(w_nd[sign > 0], w_nd[sign < 0]) for name, sign in signs.items()}


def save_examples(
    bundle: Path,
    version: str,
    w_nd: Tensor,
    signs: Mapping[str, Tensor],
    found: Mapping[str, Direction],
    photos: PhotoSet,
) -> None:
    """The latents of examples of every attribute about shape, none of them held out, and what reads colours off a latent."""
    trained = torch.tensor([not is_held_out(name) for name in photos.ids])
    tensors = {COLOURS: colour_readings(w_nd, photos.images_nchw)}
    for name, direction in found.items():
        if name in ABOUT_COLOUR:
            continue
        having, lacking = w_nd[(signs[name] > 0) & trained], w_nd[(signs[name] < 0) & trained]
        position = direction.position(having)
        tensors[f"{name}.having"] = _some(having[position > position.median()])
        tensors[f"{name}.lacking"] = _some(lacking)
    halves = {name: value.half().contiguous() for name, value in tensors.items()}
    save_file(halves, bundle / EXAMPLES_FILE, metadata={"manifold_version": version})


def colour_readings(w_nd: Tensor, images_nchw: Tensor) -> Tensor:
    """Three unit vectors (3, D) along which a product's mean red, green and blue are read off its latent (ridge regression)."""
    means = torch.cat([_mean_colour(to_float(chunk)) for chunk in images_nchw.split(512)])
    spread = w_nd.std(0)
    x, y = (w_nd - w_nd.mean(0)) / spread, means - means.mean(0)
    normal = torch.linalg.solve(x.T @ x + 0.01 * len(x) * torch.eye(x.shape[1]), x.T @ y) / spread[:, None]
    return torch.nn.functional.normalize(normal.T, dim=1)


def _mean_colour(image_nchw: Tensor) -> Tensor:
    mask = product_mask(image_nchw)[:, None]
    return (image_nchw * mask).sum((2, 3)) / mask.sum((2, 3)).clamp_min(1)


def _some(w_nd: Tensor) -> Tensor:
    """At most so many as ship, drawn evenly."""
    draw = torch.randperm(len(w_nd), generator=torch.Generator().manual_seed(0))
    return w_nd[draw[:EXAMPLES]]


def save_attributes(bundle: Path, version: str, attributes: Mapping[str, Direction]) -> None:
    described = [
        {
            "name": name,
            "direction": base64.b64encode(d.vector.cpu().numpy().astype("<f4").tobytes()).decode(),
            "scale": d.scale,
            "threshold": d.threshold,
            "accuracy": d.accuracy,
            "examples": d.examples,
            "moves": {other: round(entanglement(d, o), 3) for other, o in attributes.items() if other != name},
        }
        for name, d in attributes.items()
    ]
    content = {"manifold_version": version, "attributes": described}
    (bundle / ATTRIBUTES_FILE).write_text(json.dumps(content, indent=1) + "\n")


def load_attributes(bundle: Path, version: str) -> dict[str, Direction]:
    """The attributes shipped beside a bundle. Raises BundleError when they belong to another version."""
    content = json.loads((bundle / ATTRIBUTES_FILE).read_text())
    if content["manifold_version"] != version:
        raise BundleError(
            f"{bundle / ATTRIBUTES_FILE} belongs to manifold {content['manifold_version']}, not {version}"
        )
    return {
        a["name"]: Direction(
            vector=torch.from_numpy(np.frombuffer(base64.b64decode(a["direction"]), "<f4").astype(np.float32)),
            scale=a["scale"],
            threshold=a["threshold"],
            accuracy=a["accuracy"],
            examples=tuple(a["examples"]),
        )
        for a in content["attributes"]
    }


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("photos", type=Path, help="folder or tar of crops in the frame")
    parser.add_argument("labels", type=Path, help="CSV with the columns id, article_type, gender, usage")
    options = parser.parse_args(arguments)
    manifold = load_bundle(options.bundle)
    photos = load_photos(options.photos, resize_for(manifold.resolution))
    with options.labels.open(newline="") as file:
        by_id = {row["id"]: row for row in csv.DictReader(file)}
    w, signs = encode(manifold, photos), label_all(manifold.kind, photos, [by_id[i] for i in photos.ids])
    attributes = learn(w, signs)
    save_attributes(options.bundle, manifold.version, attributes)
    save_examples(options.bundle, manifold.version, w, signs, attributes, photos)
    for name, d in attributes.items():
        sys.stdout.write(f"{name:20} accuracy {d.accuracy:.3f}  with {d.examples[0]:5}  without {d.examples[1]:5}\n")


if __name__ == "__main__":
    main()
