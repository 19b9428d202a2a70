"""Regions with a name, such as laces or sleeves, as a swatch or a look asks for them."""

from typing import get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.contract.marks import Look, Swatch
from gpu_worker.contract.parts import PartName, not_found
from gpu_worker.edits.errors import EmptyRegion
from gpu_worker.edits.start import Start
from gpu_worker.photos.decode import Photo
from gpu_worker.segmentation.dominant import material_at
from gpu_worker.segmentation.frame import Frame, crop_to_frame
from gpu_worker.segmentation.named_parts import RESOLUTION, NamedParts
from gpu_worker.segmentation.parts import Parts
from gpu_worker.segmentation.product_mask import ProductMask

Mask = NDArray[np.bool_]

_LARGE = ("upper", "body", "sleeves")
_LACES = "laces"
_MOSTLY = 0.25  # of a part: where its own materials cover less, it has none
_THIN = 0.35  # share of a pixel of the smaller frame from which a lace is in it


def asks_for_named(message: Swatch | Look, start: Start) -> PartName | None:
    """The part asked for, where the network of named parts has to find it; a sole that its own network finds needs none."""
    if message.region not in get_args(PartName):
        return None
    if message.region == "sole" and (start.named is None or _has_sure_sole(start)):
        return None
    return message.region  # type: ignore[return-value]


def _has_sure_sole(start: Start) -> bool:
    return start.parts is not None and bool(start.parts.sole.any()) and not start.parts.sole_by_name


def named_in_frame(name: PartName, start: Start) -> Mask:
    """(F, F) where the part is. Raises EmptyRegion."""
    where = _region(name, start)
    side = len(start.frame.alpha) if start.frame is not None else RESOLUTION
    return np.asarray(cv2.resize(where.astype(np.float32), (side, side), interpolation=cv2.INTER_AREA) > _THIN)


def named_in_photo(name: PartName, start: Start, photo: Photo, mask: ProductMask) -> tuple[Mask, Frame]:
    """Where the part is, in a frame of the photo, which perhaps has another size than when the part was found."""
    where, parts = _region(name, start), _found(name, start)
    same = start.named is not None and photo is start.named.photo
    return where, parts.frame if same else crop_to_frame(photo, mask, parts.kind, RESOLUTION)


def _region(name: PartName, start: Start) -> Mask:
    """(R, R) what of a part somebody means: laces without the tongue between them, a body without what is printed on it."""
    found = _found(name, start)
    where = found.region(name)
    if start.parts is None:
        return where
    if name in _LARGE:
        made_of = where & _material(where, start.parts)
    elif name == _LACES:
        made_of = where & ~_material(found.mask("upper"), start.parts)
    else:
        return where
    if made_of.sum() > _MOSTLY * where.sum():
        return made_of
    if name == _LACES:
        raise EmptyRegion(
            "These laces are of the upper's colour and cannot be told from it: paint them instead.", part=name
        )
    return where


def _material(where: Mask, parts: Parts) -> Mask:
    """(R, R) all that is of the materials that a place is made of."""
    side = parts.labels.shape[0]
    small = cv2.resize(where.astype(np.float32), (side, side), interpolation=cv2.INTER_AREA) > 0.5
    material = material_at(parts, small).astype(np.float32)
    return np.asarray(cv2.resize(material, where.shape[::-1], interpolation=cv2.INTER_LINEAR) > 0.5)


def _found(name: PartName, start: Start) -> NamedParts:
    if start.named is None:
        raise EmptyRegion("Parts are found in a photo, and there is none: choose the whole product or paint a region.")
    parts = start.named.found
    if name not in parts.confidence:
        raise EmptyRegion(not_found(name), part=name, parts=list(parts.confidence))
    return parts
