import numpy as np
import pytest

from gpu_worker.contract.outline import Outline, OutlineBrush
from gpu_worker.photos.decode import Photo
from gpu_worker.segmentation import product_mask, wearer
from gpu_worker.segmentation.finder import Finding
from gpu_worker.segmentation.product_mask import ProductMask, mask_of

SIDE = 192
SKIN, CLOTH = (205, 150, 120), (40, 60, 120)


def torso(arm: tuple[int, int, int]) -> Photo:
    """A body with two arms, on white."""
    pixels = np.full((SIDE, SIDE, 3), 255, np.uint8)
    pixels[20:170, 60:130] = CLOTH
    pixels[30:150, 40:60] = pixels[30:150, 130:150] = arm
    return Photo(pixels=pixels)


ARMS = np.zeros((SIDE, SIDE), bool)
ARMS[30:150, 40:60] = ARMS[30:150, 130:150] = True


@pytest.fixture
def knowing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks that see one product, and no shirt on its arms."""

    def parts(image: np.ndarray, head: object) -> np.ndarray:
        y, x = np.mgrid[: len(image), : len(image)] / len(image)
        likely = np.zeros((7, *image.shape[:2]), np.float32)
        likely[1], beside = 1, (abs(x - 0.5) > 0.225) & (abs(y - 0.47) < 0.42)
        likely[0][beside], likely[1][beside] = 1, 0
        return likely

    def found(pixels: np.ndarray, kind: str, outline: Outline | None = None) -> Finding:
        product = (pixels.min(2) < 250).astype(np.float32)
        return Finding(likely=product, agreement=1.0)

    monkeypatch.setattr(wearer, "likely_parts", parts)
    monkeypatch.setattr(product_mask, "find", found)


def share_of_arms(mask: ProductMask) -> float:
    return float((mask.alpha[ARMS] > 127).mean())


@pytest.mark.usefixtures("knowing")
def test_bare_arms_are_left_out_and_the_frame_stays() -> None:
    mask = mask_of(torso(SKIN), "shirt")
    assert share_of_arms(mask) < 0.05
    assert (mask.alpha[25:165, 65:125] == 255).all()
    assert mask.box == (40, 20, 150, 170)


@pytest.mark.usefixtures("knowing")
def test_sleeves_of_the_bodys_colour_stay_whatever_the_network_says() -> None:
    assert share_of_arms(mask_of(torso(CLOTH), "shirt")) > 0.95


@pytest.mark.usefixtures("knowing")
def test_what_a_person_marked_as_product_is_product() -> None:
    stroke = {"points": [[50 / SIDE, 40 / SIDE], [50 / SIDE, 140 / SIDE]], "radius": 0.05}
    outline = Outline(marks=[OutlineBrush.model_validate({"type": "product", "strokes": [stroke]})])
    mask = mask_of(torso(SKIN), "shirt", outline)
    assert (mask.alpha[40:140, 44:56] > 127).mean() > 0.95
    assert (mask.alpha[40:140, 136:146] > 127).mean() < 0.05
