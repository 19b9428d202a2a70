from pathlib import Path

import cv2
import numpy as np
import pytest

from gpu_worker.contract.outline import Outline, OutlineBrush
from gpu_worker.photos.decode import Photo, decode_photo
from gpu_worker.photos.errors import NotOneProduct
from gpu_worker.segmentation.finder import Finding, find
from gpu_worker.segmentation.learned import combined, product_of
from gpu_worker.segmentation.outline import guided, matted
from gpu_worker.segmentation.plain_ground import KIND_SETTINGS
from gpu_worker.segmentation.product_mask import find_product
from gpu_worker.segmentation.told import with_alike
from gpu_worker.segmentation.transparency import product_alpha
from tests.gpu_worker.conftest import draw_product
from tests.gpu_worker.segmentation.test_learned import by_rules

PHONE = Path(__file__).parent / "phone"


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / (a | b).sum())


@pytest.mark.parametrize("name", ["shoe-c236c933", "shirt-7f9275de", "shirt-c72791c2"])
def test_a_product_is_found_on_a_floor_or_a_carpet(name: str) -> None:
    photo = decode_photo((PHONE / f"{name}.jpg").read_bytes())
    truth = np.asarray(cv2.imread(str(PHONE / f"{name}.png"), cv2.IMREAD_GRAYSCALE)) > 127
    found = find_product(photo, KIND_SETTINGS[name.split("-")[0]])
    assert overlap(found.alpha > 127, truth) > 0.93
    assert not found.is_doubtful


def test_two_shirts_are_refused_in_one_sentence() -> None:
    one = decode_photo((PHONE / "shirt-7f9275de.jpg").read_bytes()).pixels
    with pytest.raises(NotOneProduct, match="Two shirts are in this photo"):
        find_product(Photo(pixels=np.concatenate([one, one], axis=0)), KIND_SETTINGS["shirt"])


def test_noise_is_refused() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
    with pytest.raises(NotOneProduct):
        find_product(Photo(pixels=noise), KIND_SETTINGS["shirt"])


def test_what_the_network_does_not_know_keeps_the_rules_outline_in_a_studio() -> None:
    photo = Photo(pixels=draw_product(320, background=250))
    settings = KIND_SETTINGS["shoe"]
    alpha = find_product(photo, settings).alpha
    y, x = (np.mgrid[:320, :320] + 0.5) / 320
    body = ((x - 0.5) / 0.4) ** 4 + ((y - 0.45) / 0.22) ** 4 < 1
    assert overlap(alpha > 127, body | ((abs(x - 0.5) < 0.4) & (y > 0.64) & (y < 0.72))) > 0.9


def finding(likely: np.ndarray, agreement: float = 0.95) -> Finding:
    return Finding(likely=likely.astype(np.float32), agreement=agreement)


WHITE = np.ones((100, 100), np.float32)


def test_of_a_worn_shirt_the_wearer_is_left_out() -> None:
    person, shirt = np.zeros((100, 100), bool), np.zeros((100, 100), bool)
    person[5:95, 30:70], shirt[30:60, 30:70] = True, True
    both = combined(shirt, finding(shirt), by_rules(person), "shirt", WHITE)
    assert both.by_rules
    assert overlap(both.product, shirt) > 0.95
    assert not (both.product & both.other).any()


def test_where_both_agree_the_rules_place_the_outline() -> None:
    rules, network = np.zeros((100, 100), bool), np.zeros((100, 100), bool)
    rules[20:80, 20:80], network[22:80, 20:79] = True, True
    both = combined(network, finding(network), by_rules(rules), "shoe", WHITE)
    assert (both.product == rules).all()
    assert both.confidence >= 0.95


def test_small_holes_are_filled_and_specks_dropped() -> None:
    likely = np.zeros((200, 200), np.float32)
    likely[40:160, 40:160], likely[100:104, 100:104], likely[5:9, 5:9] = 1, 0.4, 1
    product = product_of(finding(likely), "shirt")
    assert product[102, 102]
    assert not product[6, 6]


def test_a_pair_of_shoes_is_one_product_and_two_shirts_are_not() -> None:
    likely = np.zeros((100, 100), np.float32)
    likely[20:80, 10:40], likely[20:80, 60:90] = 1, 1
    assert product_of(finding(likely), "shoe").sum() == 2 * 60 * 30
    with pytest.raises(NotOneProduct, match="Two shirts"):
        product_of(finding(likely), "shirt")


def test_nothing_found_is_refused() -> None:
    with pytest.raises(NotOneProduct, match="No shoe"):
        product_of(finding(np.zeros((100, 100))), "shoe")


def marked(kind: str, x: float, y: float, radius: float = 0.02) -> OutlineBrush:
    return OutlineBrush.model_validate({"type": kind, "strokes": [{"points": [(x, y)], "radius": radius}]})


def test_what_a_person_marks_is_certain_and_later_marks_lie_over_earlier_ones() -> None:
    photo = decode_photo((PHONE / "shirt-7f9275de.jpg").read_bytes())
    marks = [marked("other", 0.05, 0.05, 0.04), marked("product", 0.05, 0.05), marked("other", 0.4, 0.5)]
    alpha = find_product(photo, KIND_SETTINGS["shirt"], Outline(marks=marks)).alpha
    longest = max(alpha.shape)
    assert alpha[int(0.05 * longest), int(0.05 * longest)] == 255
    assert alpha[int(0.05 * longest), int(0.083 * longest)] == 0
    assert alpha[int(0.5 * longest), int(0.4 * longest)] == 0


def test_outside_of_the_box_nothing_is_product() -> None:
    photo = decode_photo((PHONE / "shoe-c236c933.jpg").read_bytes())
    share = photo.width / max(photo.width, photo.height)
    likely = find(photo.pixels, "shoe", Outline(box=(0.5 * share, 0.0, share, 1.0))).likely
    assert likely[:, : likely.shape[1] // 2 - 1].max() == 0
    assert (likely > 0.5).mean() > 0.1


def test_a_stroke_takes_what_looks_alike_along_but_never_a_large_area() -> None:
    image, likely = np.full((100, 100, 3), 0.2, np.float32), np.zeros((100, 100), np.float32)
    likely[20:80, 20:80] = 1
    image[20:80, 74:80] = 0.7  # a strip of skin that was taken for product
    strip = with_alike(image, likely, Outline(marks=[marked("other", 0.77, 0.5)]))
    assert not strip[22:78, 75:79].any() and strip[22:78, 22:72].all()
    whole = with_alike(image, likely, Outline(marks=[marked("other", 0.4, 0.5)]))
    assert whole[22:78, 22:72].all()


def test_only_a_persons_word_makes_a_mask_certain() -> None:
    photo = decode_photo((PHONE / "shoe-c236c933.jpg").read_bytes())
    marks = [marked("product", 0.5, 0.4)]
    assert find_product(photo, KIND_SETTINGS["shoe"], Outline(marks=marks)).confidence < 1
    assert find_product(photo, KIND_SETTINGS["shoe"], Outline(marks=marks, confirmed=True)).confidence == 1


def test_the_guided_filter_moves_an_outline_to_the_pictures_edge() -> None:
    image = np.zeros((64, 64, 3), np.float32)
    image[:, 32:] = 0.8
    coarse = np.zeros((64, 64), np.float32)
    coarse[:, 35:] = 1
    moved = guided(image, coarse) > 0.5
    assert (moved == (image[..., 0] > 0.4)).mean() > 0.99


def test_a_soft_edge_is_unmixed_on_any_ground() -> None:
    truth = cv2.GaussianBlur(np.pad(np.ones((60, 60), np.float32), 34), (0, 0), 1.2)
    pixels = np.round(truth[..., None] * [200, 30, 30] + (1 - truth[..., None]) * [40, 90, 160]).astype(np.uint8)
    alpha = matted(pixels, truth > 0.5) / 255
    assert np.abs(alpha - truth).max() < 0.12


def test_a_soft_shadow_in_a_transparent_file_is_not_the_product() -> None:
    alpha = np.zeros((400, 400), np.uint8)
    alpha[100:300, 100:300] = 255
    alpha[300:340, 80:320] = 90
    assert product_alpha(alpha)[320:].max() == 0
    assert (product_alpha(alpha)[100:300, 100:300] == 255).all()


def test_see_through_cloth_within_a_solid_outline_stays() -> None:
    alpha = np.zeros((400, 400), np.uint8)
    alpha[100:300, 100:300] = 255
    alpha[180:220, 180:220] = 120
    assert (product_alpha(alpha)[180:220, 180:220] == 120).all()


@pytest.mark.parametrize("kind", ["shoe", "shirt"])
def test_an_empty_photo_is_refused_whatever_the_network_sees(kind: str):
    with pytest.raises(NotOneProduct, match="Nothing stands out"):
        find_product(Photo(pixels=np.full((400, 600, 3), 255, np.uint8)), KIND_SETTINGS[kind])
