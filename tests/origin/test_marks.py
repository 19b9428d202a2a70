"""The mark in the pixels: where it is, what it survives, what it costs."""

import io
import time
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from gpu_worker.origin.detect import find_mark
from gpu_worker.origin.pattern import BITS, from_bits, to_bits
from gpu_worker.photos.watermark import watermarked
from tests.origin.drawn import changed, plain


def _jpeg(picture: Image.Image, quality: int = 75) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(io.BytesIO(out.getvalue()))


def _half(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)


def _cropped(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    return picture.crop((round(0.07 * width), round(0.02 * height), round(0.97 * width), round(0.92 * height)))


DONE: dict[str, Callable[[Image.Image], Image.Image]] = {
    "nothing": lambda picture: picture,
    "JPEG 75": _jpeg,
    "half size": _half,
    "a tenth cropped": _cropped,
    "half size and JPEG 90": lambda picture: _jpeg(_half(picture), 90),
}


@pytest.mark.parametrize("done", DONE)
def test_the_mark_survives(done: str):
    marked = Image.fromarray(watermarked(plain(), changed(), 173))
    found = find_mark(DONE[done](marked))
    assert found is not None and found.number == 173


def test_what_the_edit_did_not_change_is_the_same_to_the_bit_and_what_it_did_looks_the_same():
    pixels, there = plain(), changed()
    marked = watermarked(pixels, there, 7)
    assert (marked[~there] == pixels[~there]).all()
    difference = marked[there].astype(int) - pixels[there]
    assert 0.3 < difference.std() < 1.5 and abs(difference.mean()) < 0.05 and abs(difference).max() <= 9


def test_an_unmarked_picture_has_no_mark_nor_has_noise():
    assert find_mark(Image.fromarray(plain())) is None
    assert find_mark(Image.effect_noise((600, 600), 40).convert("RGB")) is None


def test_a_number_is_read_back_and_one_wrong_bit_is_seen():
    for number in range(2**BITS):
        bits = to_bits(number)
        assert from_bits(bits) == number
        for place in range(len(bits)):
            assert from_bits([bit != (place == at) for at, bit in enumerate(bits)]) != number
    assert from_bits([not bit if at == 0 else bit for at, bit in enumerate(to_bits(5))]) is None


def test_too_few_changed_pixels_are_left_alone():
    there = np.zeros(plain().shape[:2], bool)
    there[:10, :10] = True
    assert watermarked(plain(), there, 1) is plain()


def test_marking_is_quick():
    pixels, there = plain(), changed()
    watermarked(pixels, there, 1)
    started = time.process_time()
    watermarked(pixels, there, 1)
    assert time.process_time() - started < 0.1
