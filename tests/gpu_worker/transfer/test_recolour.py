from dataclasses import replace

import numpy as np
import pytest

from gpu_worker.measures.colour import hex_to_rgb, rgb_to_lab
from gpu_worker.measures.structure import background_changed, structure_kept
from gpu_worker.photos.decode import Photo
from gpu_worker.segmentation.dominant import dominant_region
from gpu_worker.segmentation.frame import Frame, crop_to_frame
from gpu_worker.segmentation.parts import RESOLUTION, find_parts
from gpu_worker.segmentation.product_mask import ProductMask, find_product
from gpu_worker.transfer import strips
from gpu_worker.transfer.matte import matte_fields
from gpu_worker.transfer.recolour import dye_photo, prepare_region, region_matte, solve_dyes, swatch_error
from tests.gpu_worker.conftest import draw_product

BLUE = rgb_to_lab(hex_to_rgb("#2040a0"))


def prepared(side: int = 320, **drawing: object) -> tuple[Photo, ProductMask, Frame]:
    photo = Photo(pixels=draw_product(side, **drawing))  # type: ignore[arg-type]
    mask = find_product(photo)
    return photo, mask, crop_to_frame(photo, mask, "shoe", RESOLUTION)


def recoloured(photo: Photo, mask: ProductMask, frame: Frame) -> np.ndarray:
    region = prepare_region(photo.pixels, mask.alpha, frame, dominant_region(find_parts(frame, "shoe")))
    return dye_photo(photo.pixels, mask.alpha, region, solve_dyes(region, [BLUE]))[0]


@pytest.mark.parametrize("side", [200, 320, 900])
@pytest.mark.parametrize("background", [255, 225])
def test_the_region_is_on_the_swatch_and_the_background_is_bit_identical(side: int, background: int) -> None:
    photo, mask, frame = prepared(side, background=background)
    region = prepare_region(photo.pixels, mask.alpha, frame, dominant_region(find_parts(frame, "shoe")))
    result = dye_photo(photo.pixels, mask.alpha, region, solve_dyes(region, [BLUE]))[0]
    assert swatch_error(result, mask.alpha, region, BLUE) < 1
    assert background_changed(photo.pixels, result, mask.alpha) == 0
    assert structure_kept(photo.pixels, result, mask.alpha) > 0.92


def test_the_logo_and_the_sole_keep_their_colours() -> None:
    photo, mask, frame = prepared()
    result = recoloured(photo, mask, frame)
    logo = (slice(128, 141), slice(178, 204))
    sole = (slice(209, 227), slice(80, 240))
    for part in (logo, sole):
        assert np.abs(result[part].astype(int) - photo.pixels[part]).max() <= 1


def test_no_rim_of_the_old_colour_is_left() -> None:
    photo, mask, frame = prepared(colour=(200, 20, 20))
    result = recoloured(photo, mask, frame).astype(int)
    body = np.zeros((320, 320), bool)
    body[50:200] = True
    reddish = result[..., 0] - result[..., 2]
    logo = np.zeros_like(body)
    logo[120:150, 165:220] = True
    assert (reddish[body & ~logo] > 25).sum() <= 3


def test_the_photo_itself_is_not_touched_and_strips_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    photo, mask, frame = prepared()
    before = photo.pixels.copy()
    whole = recoloured(photo, mask, frame)
    monkeypatch.setattr(strips, "_STRIP_PIXELS", 5000)
    assert (recoloured(photo, mask, frame) == whole).all()
    assert (photo.pixels == before).all()


def test_a_region_on_a_photo_with_soft_borders_has_a_soft_matte() -> None:
    photo, mask, frame = prepared()
    region = prepare_region(photo.pixels, mask.alpha, frame, dominant_region(find_parts(frame, "shoe")))
    matte = region_matte(photo.pixels, mask.alpha, region)
    assert matte[144, 100] == 255
    assert matte[5, 5] == 0
    assert ((matte > 20) & (matte < 235)).sum() > 100


def test_two_parts_of_one_colour_meet_at_a_line_and_the_dark_seam_between_them_tears_neither() -> None:
    _, _, frame = prepared(colour=(190, 190, 185))
    upper = frame.alpha > 0.95
    edge = 128
    upper[edge:] = False
    seam = frame.raw.copy()
    seam[edge - 1 : edge + 1] *= 0.6
    fields = matte_fields(replace(frame, raw=seam), upper)
    row = slice(100, 136)
    assert fields.outer[edge + 3, row, 3].max() < 0.2  # by colour nothing can be told


def test_between_parts_of_one_colour_the_frames_pixels_do_not_show() -> None:
    _, _, frame = prepared(colour=(190, 190, 185))
    upper, inside = frame.alpha > 0.95, slice(70, 130)
    upper[128:] = False
    upper[127, ::12] = upper[127, 1::12] = upper[127, 2::12] = upper[127, 3::12] = False  # steps of a slanted line
    member = matte_fields(frame, upper).member
    assert np.ptp(member[126, inside]) < 0.2 and np.ptp(member[127, inside]) < 0.4
    assert member[124, inside].min() > 0.9 and member[131, inside].max() < 0.1


def test_a_soles_soft_edge_stays_the_soles() -> None:
    _, _, frame = prepared()
    upper = frame.alpha > 0.95
    upper[160:] = False
    member = matte_fields(frame, upper).member
    assert member[168:].max() < 0.05 and member[154:158].max() > 0.9


def test_an_empty_region_is_refused() -> None:
    _, _, frame = prepared()
    with pytest.raises(ValueError, match="empty"):
        matte_fields(frame, np.zeros((RESOLUTION, RESOLUTION), bool))
