import numpy as np
import pytest

from gpu_worker.photos.decode import Photo
from gpu_worker.segmentation.dominant import dominant_region, is_gloss, material_of
from gpu_worker.segmentation.frame import Frame, crop_to_frame
from gpu_worker.segmentation.parts import RESOLUTION, Parts, features_of, find_parts
from gpu_worker.segmentation.product_mask import find_product
from tests.gpu_worker.conftest import draw_product


def frame_of(pixels: np.ndarray) -> Frame:
    photo = Photo(pixels=pixels)
    return crop_to_frame(photo, find_product(photo), "shoe", RESOLUTION)


def parts_at(frame: Frame, parts: Parts, x: float, y: float, side: int = 320) -> int:
    fx, fy = frame.placing.to_frame(np.array([[x * side, y * side]]))[0]
    return int(parts.labels[int(fy), int(fx)])


def test_a_shaded_body_is_one_part_and_the_sole_and_logo_are_others() -> None:
    frame = frame_of(draw_product())
    parts = find_parts(frame, "shoe")
    body = parts_at(frame, parts, 0.3, 0.45)
    assert body == 0
    assert parts_at(frame, parts, 0.7, 0.32) == body
    assert parts_at(frame, parts, 0.3, 0.58) == body
    assert parts_at(frame, parts, 0.6, 0.42) != body
    assert parts_at(frame, parts, 0.4, 0.68) != body


def test_the_dominant_region_is_the_body() -> None:
    for colour in ((180, 40, 40), (25, 25, 28), (190, 190, 194), (60, 80, 160)):
        frame = frame_of(draw_product(colour=colour, background=255))
        region = dominant_region(find_parts(frame, "shoe"))
        x, y = frame.placing.to_frame(np.array([[0.3 * 320, 0.45 * 320]]))[0]
        assert region[int(y), int(x)], colour
        x, y = frame.placing.to_frame(np.array([[0.6 * 320, 0.42 * 320]]))[0]
        assert not region[int(y), int(x)], colour
        assert 0.5 < region.sum() / (frame.alpha > 0.5).sum() < 0.97


def test_parts_are_the_same_each_time() -> None:
    frame = frame_of(draw_product())
    assert (find_parts(frame, "shoe").labels == find_parts(frame, "shoe").labels).all()


def test_a_check_of_two_tints_is_taken_as_one_colour() -> None:
    pixels = draw_product(colour=(60, 80, 170), background=255).astype(int)
    body = (pixels[..., 2] > pixels[..., 0] + 40)[..., None]
    y, x = np.mgrid[:320, :320]
    lighter = (((x // 6) % 2) ^ ((y // 6) % 2))[..., None] * body
    woven = np.where(lighter, (pixels + 2 * np.array([140, 150, 235])) // 3, pixels).astype(np.uint8)
    frame = frame_of(woven)
    region = dominant_region(find_parts(frame, "shoe"))
    inside = frame.alpha > 0.95
    assert region[inside].mean() > 0.7


def test_one_cloth_of_a_strong_colour_in_uneven_light_is_not_torn() -> None:
    colours = np.array([[51.4, 65.0, 46.2], [49.9, 67.6, 51.3], [48.2, 69.1, 56.0], [62.9, 7.0, -3.2]], np.float32)
    labels = np.repeat(np.array([0, 1, 2, 3], np.int32), RESOLUTION // 4)[None].repeat(RESOLUTION, 0)
    features = colours * np.float32(
        [0.4, 2, 2]
    )  # as saturated photos have them: chroma varies more than the medians say
    parts = Parts(
        labels=labels,
        colours=colours,
        features=features[labels],
        weights=np.array([0.3, 0.3, 0.1, 0.3], np.float32),
        sole=np.zeros(labels.shape, bool),
        foot=np.zeros(labels.shape, bool),
    )
    assert (dominant_region(parts) == (labels < 3)).all()


@pytest.mark.parametrize(("sole_rows", "kept"), [(40, 40), (160, 0)])
def test_a_sole_of_the_uppers_colour_keeps_it_unless_it_is_most_of_the_region(sole_rows: int, kept: int) -> None:
    labels = np.zeros((RESOLUTION, RESOLUTION), np.int32)
    sole = np.zeros(labels.shape, bool)
    sole[-sole_rows:] = True
    colours = np.array([[95.0, 0, 0]], np.float32)
    parts = Parts(
        labels=labels, colours=colours, features=colours[labels], weights=np.ones(1, np.float32), sole=sole, foot=sole
    )
    assert (~dominant_region(parts)).sum() == kept * RESOLUTION


def test_another_view_takes_the_material_of_the_leading_one() -> None:
    """From behind the white heel is the larger part; asked for is what was dominant in front, in a little less light."""
    labels = np.repeat(np.array([0, 0, 0, 1], np.int32), RESOLUTION // 4)[None].repeat(RESOLUTION, 0)
    colours = np.array([[92.0, 0, 2], [41.0, 62, 42]], np.float32)
    back = Parts(
        labels=labels,
        colours=colours,
        features=colours[labels],
        weights=np.array([0.75, 0.25], np.float32),
        sole=np.zeros(labels.shape, bool),
        foot=np.zeros(labels.shape, bool),
    )
    assert (dominant_region(back) == (labels == 0)).all()
    assert (dominant_region(back, np.array([46.0, 66, 44], np.float32)) == (labels == 1)).all()
    assert (dominant_region(back, np.array([30.0, 10, -60], np.float32)) == (labels == 0)).all()  # nothing is like it
    assert material_of(back).tolist() == [92.0, 0.0, 2.0]


Colour = tuple[int, int, int]


def shirt_with_sleeves(body: Colour, sleeves: Colour, printed: Colour) -> Frame:
    """A body with two sleeves and a print, on white, at 256 px; shaded a little from side to side."""
    image = np.full((RESOLUTION, RESOLUTION, 3), 255.0)
    alpha = np.zeros((RESOLUTION, RESOLUTION))
    for (top, bottom, left, right), colour in (
        ((40, 230, 80, 176), body), ((40, 120, 40, 80), sleeves), ((40, 120, 176, 216), sleeves),
        ((90, 130, 105, 150), printed),
    ):  # fmt: skip
        shade = np.linspace(0.94, 1.03, right - left)[None, :, None]
        image[top:bottom, left:right] = np.clip(np.array(colour) * shade, 0, 255)
        alpha[top:bottom, left:right] = 1
    pixels = image.astype(np.uint8)
    photo = Photo(pixels=pixels, alpha=(alpha * 255).astype(np.uint8))
    return crop_to_frame(photo, find_product(photo), "shirt", RESOLUTION)


@pytest.mark.parametrize(
    ("sleeves", "taken"),
    [((10, 90, 60), True), ((30, 60, 150), False), ((214, 160, 130), False), ((230, 230, 228), False)],
)
def test_sleeves_of_the_bodys_hue_are_dyed_with_it_and_others_are_not(
    sleeves: tuple[int, int, int], taken: bool
) -> None:
    parts = find_parts(shirt_with_sleeves((70, 185, 150), sleeves, (70, 185, 150)), "shirt")
    region = dominant_region(parts)
    rows, columns = np.nonzero(parts.labels >= 0)
    edge = columns.max() - columns.min()
    on_sleeves = (parts.labels >= 0) & (np.abs(np.arange(RESOLUTION) - columns.mean())[None] > 0.32 * edge)
    middle = (parts.labels >= 0) & (np.arange(RESOLUTION)[:, None] > np.percentile(rows, 75))
    assert region[middle].mean() > 0.95
    assert (region[on_sleeves].mean() > 0.9) == taken
    assert taken or region[on_sleeves].mean() < 0.1


def test_a_print_of_the_bodys_hue_is_left_alone() -> None:
    body, printed = (70, 185, 150), (10, 90, 60)
    parts = find_parts(shirt_with_sleeves(body, body, printed), "shirt")
    there = parts.labels == 1  # what is not the body
    assert there.sum() > 500
    assert dominant_region(parts)[there].mean() < 0.1


def _feature(lab: tuple[float, float, float]) -> np.ndarray:
    return features_of(np.array([[lab]], np.float32))[0, 0]


@pytest.mark.parametrize(
    ("lit", "beside", "gloss"),
    [
        ((55, 6, 5), (27, 14, 13), True),  # brown leather with a lamp in it
        ((55, -4, -4), (27, 14, 13), False),  # a grey panel on it
        ((45, 16, 30), (27, 14, 13), False),  # a tan lining
        ((92, 2, 2), (60, 14, 13), False),  # a white stripe
        ((50, 0, 0), (20, 0, 0), False),  # grey on black: either
        ((60, 90, 90), (50, 95, 90), False),  # beyond what a screen shows
    ],
)
def test_a_highlight_is_its_materials_colour_with_some_white(lit: tuple, beside: tuple, *, gloss: bool) -> None:
    assert is_gloss(_feature(lit), _feature(beside), enclosed=0.95, softness=0.8) == gloss
    assert not is_gloss(_feature(lit), _feature(beside), enclosed=0.95, softness=1.0)
    assert not is_gloss(_feature(lit), _feature(beside), enclosed=0.5, softness=0.8)
