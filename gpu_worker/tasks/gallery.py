"""From the engine's pictures to stored objects and the message that names them."""

import math
from base64 import b64encode
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker import storage
from gpu_worker.contract.answers import StoredVariant
from gpu_worker.contract.jobs import FramePlace, MeasuredColour, RenderJob, StoredProjection
from gpu_worker.engine.values import Pixels, Projection, Variant
from gpu_worker.measures.colour import region_colour, rgb_to_lab
from gpu_worker.origin.manifest import installation
from gpu_worker.origin.xmp import Origin
from gpu_worker.photos.encode import uncovered
from gpu_worker.photos.marked import encode_marked
from gpu_worker.photos.watermark import watermarked
from gpu_worker.segmentation.parts import find_parts
from gpu_worker.segmentation.product_colours import product_colours
from gpu_worker.segmentation.product_mask import ProductMask

THUMBNAIL_WIDTHS = (160, 320, 640)
OUTLINE_SIDE = 1280  # pixels of the longer side
_CHANGED = 6  # levels by which an edited pixel differs at least
_GROUND = 250  # level from which a frame shows its white ground, which carries no mark
_SEQUENCE_QUALITY = 88  # an animation is made of it
_SAMPLE = 200_000  # pixels are enough to measure a colour


def store_variant(
    job: RenderJob, variant: Variant, projection: Projection, *, candidate: int, name: str, swatch: str | None,
    sequence_key: str | None,
) -> StoredVariant:  # fmt: skip
    """Store the full size and its thumbnails. Raises StorageError."""
    origin = _origin(job, projection)
    changed = _is_changed(projection.photo.pixels, variant)
    marked = watermarked(variant.pixels, changed, _number())
    data = encode_marked(_as_uploaded(marked, variant, projection), origin, lossless=job.format == "webp-lossless")
    key = storage.put("variants", data, content_type="image/webp")
    lab = edited_colour(projection.photo.pixels, variant)
    return StoredVariant(
        candidate=candidate,
        colour_name=name,
        swatch=swatch,
        measured=MeasuredColour(l=lab[0], a=lab[1], b=lab[2]),
        key=key,
        sha256=key.rpartition("/")[2],
        content_type="image/webp",
        width=variant.pixels.shape[1],
        height=variant.pixels.shape[0],
        thumbnails=_store_thumbnails(variant.pixels, changed, origin),
        sequence_key=sequence_key,
        alpha_key=_store_alpha(variant.alpha),
        w_plus=b64encode(variant.w_plus.astype("<f4").tobytes()),
        manifold_version=projection.manifold_version,
        measures={name: value for name, value in variant.measures.items() if math.isfinite(value)},
        warnings=variant.warnings,
    )


def _origin(job: RenderJob, projection: Projection) -> Origin:
    return Origin(
        photo=job.provenance.photo,
        manifold_version=projection.manifold_version,
        request=str(job.provenance.request),
    )


def _number() -> int:
    """What the mark in the pixels says of this installation."""
    credentials = installation()
    return credentials.number if credentials else 0


def _is_changed(photo: Pixels, variant: Variant) -> NDArray[np.bool_]:
    """(H, W): only there may a mark be. In an enlarged variant every pixel is new: there it is the product."""
    if photo.shape != variant.pixels.shape:
        return np.asarray(variant.alpha > 127)
    return np.asarray(cv2.absdiff(photo, variant.pixels).max(2) > 0)


def _as_uploaded(marked: Pixels, variant: Variant, projection: Projection) -> Pixels:
    """(H, W, 3), or (H, W, 4) where the photo was transparent: its own alpha but where the outline moved."""
    own = projection.photo.alpha
    if own is None:
        return marked
    unmoved = variant.alpha == _as_large(projection.mask.alpha, variant.alpha)
    alpha = np.where(unmoved, _as_large(own, variant.alpha), variant.alpha)
    return uncovered(marked, alpha)


def _as_large(picture: Pixels, other: Pixels) -> Pixels:
    """The photo's picture at the variant's size: an enlarged variant is larger."""
    if picture.shape[:2] == other.shape[:2]:
        return picture
    return np.asarray(cv2.resize(picture, other.shape[1::-1], interpolation=cv2.INTER_CUBIC), np.uint8)


def edited_colour(photo: Pixels, variant: Variant) -> tuple[float, float, float]:
    """Lab of what the edit changed; of the whole product where it changed next to nothing."""
    product = variant.alpha > 200
    changed = product & (np.abs(_as_large(photo, variant.pixels).astype(np.int16) - variant.pixels).max(2) >= _CHANGED)
    where = changed if changed.sum() > 0.02 * max(1, product.sum()) else product
    if not where.any():
        where = np.ones_like(product)
    pixels = variant.pixels[where]
    step = max(1, len(pixels) // _SAMPLE)
    lab = region_colour(rgb_to_lab(pixels[::step].astype(np.float32) / 255)).lab
    return float(lab[0]), float(lab[1]), float(lab[2])


def _store_thumbnails(pixels: Pixels, changed: NDArray[np.bool_], origin: Origin) -> dict[str, str]:
    """Each with all that the full size says of its origin; a mark of its own, because shrinking would wear it off."""
    widths = [width for width in THUMBNAIL_WIDTHS if width < pixels.shape[1]] or [pixels.shape[1]]
    return {str(width): _store_thumbnail(pixels, changed, width, origin) for width in widths}


def _store_thumbnail(pixels: Pixels, changed: NDArray[np.bool_], width: int, origin: Origin) -> str:
    there = _shrink(changed.astype(np.uint8) * 255, width) > 127
    marked = watermarked(_shrink(pixels, width), there, _number())
    return storage.put("thumbs", encode_marked(marked, origin, quality=82), content_type="image/webp")


def _shrink(pixels: Pixels, width: int) -> Pixels:
    height = max(1, round(pixels.shape[0] * width / pixels.shape[1]))
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _store_alpha(alpha: NDArray[np.uint8]) -> str:
    """(H, W) as a grey PNG: a few kilobytes, the same for every colour of a photo."""
    done, data = cv2.imencode(".png", alpha, [cv2.IMWRITE_PNG_COMPRESSION, 6])
    assert done
    return storage.put("alphas", data.tobytes(), content_type="image/png")


def store_outline(mask: ProductMask) -> str:
    """Where the product was found, small enough for a page: a grey PNG, white where it is."""
    height, width = mask.alpha.shape
    scale = min(1.0, OUTLINE_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return _store_alpha(np.asarray(cv2.resize(mask.alpha, size, interpolation=cv2.INTER_AREA), np.uint8))


def store_sequence(job: RenderJob, frames: Sequence[Pixels], projection: Projection) -> str | None:
    """The frames from the photo's latent to the solution's, each with a mark of its own, side by side in one picture."""
    if not frames:
        return None
    marked = [watermarked(frame, frame.min(2) < _GROUND, _number()) for frame in frames]
    data = encode_marked(np.concatenate(marked, axis=1), _origin(job, projection), quality=_SEQUENCE_QUALITY)
    return storage.put("sequences", data, content_type="image/webp")


def stored_projection(projection: Projection, kind: str) -> StoredProjection:
    placing = projection.frame.placing
    colours = product_colours(find_parts(projection.frame, kind), kind)
    return StoredProjection(
        manifold_version=projection.manifold_version,
        w_plus=b64encode(projection.w_plus_bytes()),
        frame=FramePlace(
            scale=projection.frame.image.shape[0] / placing.scale,
            left=-placing.shift_x / placing.scale,
            top=-placing.shift_y / placing.scale,
        ),
        lpips=projection.lpips if math.isfinite(projection.lpips) else 1.0,
        mask_confidence=projection.mask.confidence,
        colours=[MeasuredColour(l=lab[0], a=lab[1], b=lab[2]) for lab in (colour.tolist() for colour in colours)],
    )
