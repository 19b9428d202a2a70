"""Training photos: read from a folder or a tar, brought into the frame, split by a hash of the ID.

All of a kind's crops fit in memory (8,000 at 64 px are 100 MB), so a run reads its data once.
"""

import hashlib
import io
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from gpu_worker.photos.decode import decode_photo
from gpu_worker.segmentation.frame import crop_to_frame
from gpu_worker.segmentation.plain_ground import KIND_SETTINGS, MaskSettings
from gpu_worker.segmentation.product_mask import find_product

Crop = Callable[[bytes], NDArray[np.uint8]]  # file content -> (R, R, 3); ValueError or OSError when it does not fit

_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
HELD_OUT_OF = 20  # one ID in twenty is never trained on


@dataclass(frozen=True, kw_only=True)
class PhotoSet:
    """Crops in the manifold's frame, in the order of their sorted IDs."""

    ids: list[str]
    images_nchw: Tensor  # uint8, (N, 3, R, R)
    rejected: dict[str, str] = field(default_factory=dict)  # ID -> why it does not fit

    def part(self, *, held_out: bool) -> "PhotoSet":
        chosen = [i for i, name in enumerate(self.ids) if is_held_out(name) == held_out]
        return PhotoSet(ids=[self.ids[i] for i in chosen], images_nchw=self.images_nchw[chosen])


def is_held_out(photo_id: str) -> bool:
    """The split: 5 % by a hash of the ID, the same on every machine and for every resolution."""
    digest = hashlib.sha256(photo_id.encode()).digest()
    return int.from_bytes(digest[:4], "big") % HELD_OUT_OF == 0


def to_float(images_nchw: Tensor) -> Tensor:
    """uint8 -> float32 in [-1, 1]."""
    return images_nchw.float().div_(127.5).sub_(1)


def crop_for(kind: str, resolution: int) -> Crop:
    """Brings a catalogue photo into the frame with the code that edits use."""

    def crop(content: bytes) -> NDArray[np.uint8]:
        photo = decode_photo(content)
        mask = find_product(photo, KIND_SETTINGS.get(kind, MaskSettings()))
        frame = crop_to_frame(photo, mask, kind, resolution)
        return np.round(frame.image * 255).astype(np.uint8)

    return crop


def resize_for(resolution: int) -> Crop:
    """Takes a crop that is in the frame already to the manifold's resolution."""

    def crop(content: bytes) -> NDArray[np.uint8]:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as opened:
            image = opened.convert("RGB")
        if image.width != image.height:
            raise ValueError(f"not square: {image.width} x {image.height}")
        return np.asarray(image.resize((resolution, resolution), Image.Resampling.LANCZOS))

    return crop


def load_photos(source: Path, crop: Crop) -> PhotoSet:
    """Read every photo of a folder or tar.

    Raises ValueError when nothing usable is found.
    """
    return collect(photo_files(source), crop, where=str(source))


def collect(entries: Iterable[tuple[str, bytes]], crop: Crop, *, where: str) -> PhotoSet:
    """As `load_photos`, from (ID, file content) pairs: a catalogue in the object store comes this way."""
    kept: dict[str, NDArray[np.uint8]] = {}
    rejected: dict[str, str] = {}
    for photo_id, content in entries:
        try:
            kept[photo_id] = _checked(crop(content))
        except (OSError, ValueError) as error:
            rejected[photo_id] = str(error)
    if not kept:
        raise ValueError(f"no usable photo in {where}; {len(rejected)} were rejected")
    ids = sorted(kept)
    pixels = torch.from_numpy(np.stack([kept[i] for i in ids])).permute(0, 3, 1, 2).contiguous()
    return PhotoSet(ids=ids, images_nchw=pixels, rejected=rejected)


def photo_files(source: Path) -> Iterator[tuple[str, bytes]]:
    """(ID, file content) of every photo of a folder or tar."""
    if source.is_dir():
        for path in sorted(p for p in source.rglob("*") if p.suffix.lower() in _SUFFIXES):
            yield path.stem, path.read_bytes()
        return
    with tarfile.open(source) as archive:
        for member in archive:
            if member.isfile() and Path(member.name).suffix.lower() in _SUFFIXES:
                extracted = archive.extractfile(member)
                assert extracted is not None
                yield Path(member.name).stem, extracted.read()


def _checked(crop_hw3: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Refuse what cannot be one product on white: a dark upper edge, next to nothing or nothing else in the picture."""
    grey = crop_hw3.mean(2)
    if grey[: max(1, len(grey) // 32)].mean() < 200:
        raise ValueError("the upper edge is not background")
    covered = float((grey < 245).mean())
    if not 0.05 <= covered <= 0.92:
        raise ValueError(f"the product covers {covered:.0%} of the frame")
    return crop_hw3
