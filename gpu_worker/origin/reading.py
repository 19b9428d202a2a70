"""Read all layers of a file that somebody sends."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image

from gpu_worker.origin.detect import Mark, find_mark
from gpu_worker.origin.manifest import Signed, installation, read
from gpu_worker.origin.xmp import Described, described

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
MAX_BYTES, MAX_PIXELS = 25_000_000, 36_000_000


class UnreadablePicture(ValueError):
    """The message says why."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What each layer says; None where it is not there."""

    metadata: Described | None
    manifest: Signed | None
    mark: Mark | None

    @property
    def made_here(self) -> bool:
        """By this installation: its signature holds, or its number is in the pixels."""
        credentials = installation()
        by_mark = self.mark is not None and credentials is not None and self.mark.number == credentials.number
        return by_mark or (self.manifest is not None and self.manifest.ours)

    @property
    def made_with_colorway(self) -> bool:
        """By this installation or another. Metadata alone are a claim: anybody can write them."""
        return self.made_here or self.mark is not None


def read_origin(data: bytes) -> Found:
    """All three layers. Raises UnreadablePicture."""
    if len(data) > MAX_BYTES:
        raise UnreadablePicture(f"The file is larger than {MAX_BYTES // 1_000_000} MB.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own cap is lower
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                return _read(picture, data)
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            if isinstance(error, UnreadablePicture):
                raise
            raise UnreadablePicture("This is not a readable JPEG, PNG, WebP or AVIF picture.") from error


def _read(picture: Image.Image, data: bytes) -> Found:
    if picture.width * picture.height > MAX_PIXELS:
        raise UnreadablePicture(f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels.")
    kind = Image.MIME.get(picture.format or "", "image/jpeg")
    metadata = described(picture)
    picture.load()
    return Found(metadata=metadata, manifest=read(data, kind), mark=find_mark(picture))
