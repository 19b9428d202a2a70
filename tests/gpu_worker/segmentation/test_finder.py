from pathlib import Path

import cv2
import numpy as np
import pytest

from gpu_worker.photos.decode import Photo, decode_photo
from gpu_worker.photos.errors import NotOneProduct
from gpu_worker.segmentation.finder import Finding, Hints, find
from gpu_worker.segmentation.learned import combined, product_of
from gpu_worker.segmentation.outline import guided, matted
from gpu_worker.segmentation.product_mask import KIND_SETTINGS, find_product
from gpu_worker.segmentation.transparency import product_alpha
from tests.gpu_worker.conftest import draw_product

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


def test_of_a_worn_shirt_the_wearer_is_left_out() -> None:
    person, shirt = np.zeros((100, 100), bool), np.zeros((100, 100), bool)
    person[5:95, 30:70], shirt[30:60, 30:70] = True, True
    both = combined(shirt, finding(shirt), person, "shirt")
    assert both.by_rules
    assert overlap(both.product, shirt) > 0.95
    assert not (both.product & both.other).any()


def test_where_both_agree_the_rules_place_the_outline() -> None:
    rules, network = np.zeros((100, 100), bool), np.zeros((100, 100), bool)
    rules[20:80, 20:80], network[22:80, 20:79] = True, True
    both = combined(network, finding(network), rules, "shoe")
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


def test_what_the_merchant_marks_is_certain() -> None:
    photo = decode_photo((PHONE / "shirt-7f9275de.jpg").read_bytes())
    hints = Hints(product=np.array([[0.05, 0.05]]), other=np.array([[0.55, 0.5]]), box=None)
    likely = find(photo.pixels, "shirt", hints).likely
    height, width = likely.shape
    assert likely[int(0.05 * height), int(0.05 * width)] == 1
    assert likely[int(0.5 * height), int(0.55 * width)] == 0


def test_outside_of_the_merchants_box_nothing_is_product() -> None:
    photo = decode_photo((PHONE / "shoe-c236c933.jpg").read_bytes())
    nothing = np.zeros((0, 2))
    likely = find(photo.pixels, "shoe", Hints(product=nothing, other=nothing, box=(0.5, 0.0, 1.0, 1.0))).likely
    assert likely[:, : likely.shape[1] // 2 - 1].max() == 0
    assert (likely > 0.5).mean() > 0.1


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
