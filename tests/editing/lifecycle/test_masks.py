"""Painted regions as people send them."""

import io
import resource
import zlib

import pytest
from PIL import Image, ImageFile

from catalog.errors import InvalidInput
from catalog.models import Membership
from editing.lifecycle.masks import MAX_BYTES, mask_store
from tests.editing.factories import photo_of


def _png(width: int, height: int, mode: str = "L") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height), "white").save(out, "PNG", optimize=True)
    return out.getvalue()


def test_a_mask_is_kept_in_its_photos_size(owner: Membership):
    photo = photo_of(owner)
    key = mask_store(photo=photo, data=_png(photo.width // 2, photo.height // 2))
    assert key.startswith(f"masks/{owner.merchant_id}/")


def test_the_size_of_a_mask_is_judged_before_it_is_decoded(owner: Membership, monkeypatch: pytest.MonkeyPatch):
    photo, data = photo_of(owner), _png(8192, 8192)
    assert len(data) < MAX_BYTES
    twice_as_high = _png_header_only(photo.width, photo.height * 2)
    monkeypatch.setattr(ImageFile.ImageFile, "load", _never)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(InvalidInput, match="million pixels"):
        mask_store(photo=photo, data=data)
    with pytest.raises(InvalidInput, match="the shape of its photo"):
        mask_store(photo=photo, data=twice_as_high)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000


def _png_header_only(width: int, height: int) -> bytes:
    small = bytearray(_png(1, 1))
    small[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    small[29:33] = zlib.crc32(bytes(small[12:29])).to_bytes(4, "big")
    return bytes(small)


def _never(*_: object) -> None:
    raise AssertionError("the pixels were decoded")
