"""The region that a merchant painted on a photo, kept as a mask of the photo's size; and which objects a shop's jobs may read."""

import io
import re
from collections.abc import Iterable

from PIL import Image, UnidentifiedImageError

from catalog import storage
from catalog.errors import InvalidInput
from catalog.models import Photo
from editing.lifecycle.examples import own_examples

MAX_BYTES = 2_000_000
MAX_PIXELS = 16_000_000  # more would be hundreds of megabytes before they are looked at
PREFIX, EXAMPLES = "masks", "examples"  # what people painted, and what their attributes were taught with
MIN_SHARE = 0.0005  # of the photo's pixels; less is a slip of the hand


def mask_store(*, photo: Photo, data: bytes) -> str:
    """Store a painted PNG or WebP (white or opaque = painted) and answer its key. Raises InvalidInput."""
    if len(data) > MAX_BYTES:
        raise InvalidInput(f"A painted region has at most {MAX_BYTES // 1_000_000} MB.")
    mask = _read(data, photo)
    mask = mask.resize((photo.width, photo.height), Image.Resampling.BILINEAR)
    if sum(mask.histogram()[128:]) < MIN_SHARE * photo.width * photo.height:
        raise InvalidInput("Nothing is painted on one of the photos.")
    out = io.BytesIO()
    mask.save(out, "PNG", optimize=True)
    return storage.put(_prefix(photo.product.merchant_id), out.getvalue(), content_type="image/png")


def examples_prefix(merchant_id: int) -> str:
    """Where the examples of a merchant's attributes lie."""
    return f"{EXAMPLES}/{merchant_id}"


def is_mask_of(merchant_id: int, key: str) -> bool:
    """Whether a key that somebody names is of this merchant and there."""
    return _is_named_by_us(merchant_id, key) and storage.exists(key)


def require_own_objects(merchant_id: int, keys: Iterable[str]) -> None:
    """The one judge of keys inside requests, whichever door they came by: own masks, own photos. Raises InvalidInput."""
    others = sorted({key for key in keys if not _is_named_by_us(merchant_id, key)})
    photos = set(own_examples(merchant_id, others).values_list("object_key", flat=True)) if others else set()
    if not all(is_mask_of(merchant_id, key) for key in sorted(set(keys) - photos)):
        raise InvalidInput("There is no such mask.", extra={"masks": ["There is no such mask; upload it first."]})


def own_mask_keys(merchant_id: int, keys: Iterable[str]) -> list[str]:
    """Those of the keys that lie where this merchant's masks and examples lie: all that its jobs may read."""
    return sorted({key for key in keys if _is_named_by_us(merchant_id, key)})


def _is_named_by_us(merchant_id: int, key: str) -> bool:
    return re.fullmatch(rf"(?:{PREFIX}|{EXAMPLES})/{merchant_id}/[0-9a-f]{{64}}", key) is not None


def _prefix(merchant_id: int) -> str:
    return f"{PREFIX}/{merchant_id}"


def _read(data: bytes, photo: Photo) -> Image.Image:
    """The picture; its size is judged by its header, before a pixel is decoded."""
    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "WEBP"]) as picture:
            _require_size(picture, photo)
            picture.load()
            is_cut_out = picture.mode in ("RGBA", "LA")
            return picture.getchannel("A") if is_cut_out else picture.convert("L")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise InvalidInput("The painted region could not be read; it is a PNG or a WebP.") from error


def _require_size(picture: Image.Image, photo: Photo) -> None:
    width, height = picture.size
    if not 1 <= width * height <= MAX_PIXELS:
        raise InvalidInput(f"A painted region has at most {MAX_PIXELS // 1_000_000} million pixels.")
    if abs(width / height - photo.width / photo.height) > 0.02 * photo.width / photo.height:
        raise InvalidInput(f"The painted region must have the shape of its photo ({photo.width} x {photo.height}).")
