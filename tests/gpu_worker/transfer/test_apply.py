import numpy as np
import torch

from gpu_worker.photos.decode import Photo
from gpu_worker.segmentation.frame import crop_to_frame
from gpu_worker.segmentation.parts import RESOLUTION
from gpu_worker.segmentation.product_mask import find_product
from gpu_worker.transfer.apply import apply_change, prepare_change
from gpu_worker.transfer.motion_colour import Change
from tests.gpu_worker.conftest import draw_product

EYE = torch.eye(3, 4)[None, :, :, None, None]


def change(flow: tuple[float, float] = (0, 0), gain: float = 1.0, lift: float = 0.0) -> Change:
    affine = (EYE * gain).repeat(1, 1, 1, 64, 64)
    affine[:, :, 3] = lift
    return Change(flow=torch.tensor(flow, dtype=torch.float32)[None, :, None, None].repeat(1, 1, 64, 64), affine=affine)


def applied(
    wanted: Change, *, colour: bool = True, **drawing: object
) -> tuple[Photo, np.ndarray, np.ndarray, np.ndarray]:
    photo = Photo(pixels=draw_product(320, **drawing))  # type: ignore[arg-type]
    mask = find_product(photo)
    frame = crop_to_frame(photo, mask, "shoe", RESOLUTION)
    result, alpha = apply_change(photo.pixels, mask, prepare_change(wanted, frame, colour=colour))
    return photo, mask.alpha, result, alpha


def test_no_change_changes_nothing_to_speak_of() -> None:
    photo, _, result, _ = applied(change())
    assert np.abs(result.astype(int) - photo.pixels).max() <= 1


def test_a_change_of_colour_reaches_the_product_and_nothing_else() -> None:
    photo, alpha, result, _ = applied(change(lift=-0.2), background=230)
    assert (result[alpha == 0] == photo.pixels[alpha == 0]).all()
    inside = alpha == 255
    darker = photo.pixels[inside].astype(int) - result[inside]
    assert abs(np.median(darker[photo.pixels[inside] > 60]) - 25) < 4


def test_a_moved_product_leaves_clean_background_behind() -> None:
    photo, alpha, result, moved = applied(change(flow=(0, -3)), colour=False, background=255)
    shift = round(3 * 320 * 0.8 / (64 * 0.91))
    body = (slice(100, 180), slice(60, 260))
    below = (slice(100 + shift, 180 + shift), slice(60, 260))
    assert np.abs(result[below].astype(int) - photo.pixels[body]).mean() < 6
    uncovered = (alpha > 0) & (moved == 0)
    assert uncovered.sum() > 500
    assert result[uncovered].min() > 245
    untouched = (alpha == 0) & (moved == 0)
    assert (result[untouched] == photo.pixels[untouched]).all()


def test_a_shaded_background_is_continued_where_the_product_was() -> None:
    photo, alpha, result, moved = applied(change(flow=(0, -3)), colour=False, background=225)
    uncovered = (alpha > 200) & (moved == 0)
    columns = np.broadcast_to(np.arange(320), (320, 320))[uncovered]
    beside = np.median(photo.pixels[:20].astype(int), 0)[columns]
    assert np.abs(result[uncovered].astype(int) - beside).mean() < 3
