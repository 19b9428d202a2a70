import numpy as np
import pytest
import torch
from torch import Tensor, nn

from gpu_worker.photos.decode import Photo
from gpu_worker.segmentation.background import Background
from gpu_worker.segmentation.silhouette import SIDE, probability, settled, silhouette_of
from gpu_worker.segmentation.soft_edge import soften
from gpu_worker.training.segmentation.silhouette import Example, pale_pair, pale_photo, train
from tests.gpu_worker.conftest import draw_product

WHITE = Background(coefficients=np.vstack([np.ones((1, 3)), np.zeros((5, 3))]).astype(np.float32), noise=0.005)


class _SeesDark(nn.Module):
    """Takes for product what is dark."""

    def forward(self, light: Tensor) -> Tensor:
        return 40 * (0.65 - light.mean(1))


class _Sees(nn.Module):
    """Takes for product a fixed part of its square."""

    def __init__(self, logits: Tensor) -> None:
        super().__init__()
        self.logits = logits

    def forward(self, light: Tensor) -> Tensor:
        return self.logits[None]


def _rectangle(height: int, width: int, top: int, bottom: int, left: int, right: int) -> np.ndarray:
    mask = np.zeros((height, width), bool)
    mask[top:bottom, left:right] = True
    return mask


@pytest.mark.parametrize(("height", "width"), [(100, 140), (384, 300), (192, 192)])
def test_the_opinion_lies_where_the_product_lies_at_any_size(height: int, width: int) -> None:
    product = _rectangle(height, width, height // 5, height // 2, width // 3, width - 11)
    light = np.where(product[..., None], 0.3, 1.0).astype(np.float32).repeat(3, 2)
    likely = probability(_SeesDark(), light, product)  # type: ignore[arg-type]
    assert ((likely > 0.5) ^ product).sum() < 0.01 * product.sum()


def _with_opinion(image: np.ndarray, product: np.ndarray, logits: np.ndarray) -> np.ndarray:
    network = _Sees(torch.from_numpy(logits.astype(np.float32)))
    return settled(network, image, np.ones_like(image), product)  # type: ignore[arg-type]


def test_a_pale_spot_beside_the_product_is_dropped_and_a_coloured_one_kept() -> None:
    product = _rectangle(160, 160, 0, 160, 0, 160)  # the square is the photo with a margin of 16
    image = np.full((160, 160, 3), 0.95, np.float32)
    image[150:, :80] = (0.9, 0.4, 0.4)
    logits = np.full((SIDE, SIDE), 5.0)
    logits[160:] = -5.0
    result = _with_opinion(image, product, logits)
    assert result[:140].all()
    assert result[151:, :79].all()
    assert not result[152:, 82:].any()


def test_where_the_network_wavers_a_clear_outline_in_the_photo_counts() -> None:
    product = _rectangle(160, 160, 20, 140, 20, 140)
    image = np.where(product[..., None], 0.5, 1.0).astype(np.float32).repeat(3, 2)
    wavering = np.where(_rectangle(SIDE, SIDE, 24, 168, 24, 168), 0.4, -0.4)
    assert (_with_opinion(image, product, wavering)[21:139, 21:139]).all()


def test_an_opinion_that_is_far_off_is_not_followed() -> None:
    product = _rectangle(160, 160, 20, 140, 20, 140)
    image = np.full((160, 160, 3), 0.93, np.float32)
    elsewhere = np.where(_rectangle(SIDE, SIDE, 0, 60, 0, 60), 5.0, -5.0)
    assert (_with_opinion(image, product, elsewhere) == product).all()


def test_a_shadow_along_the_outline_is_not_mixed_into_the_soft_edge() -> None:
    product = _rectangle(200, 200, 60, 120, 40, 160)
    pixels = np.full((200, 200, 3), 255, np.uint8)
    pixels[120:140, 40:160] = 190
    pixels[product] = 60
    alpha = soften(pixels, product, WHITE)
    assert alpha[122:138, 50:150].max() < 40
    assert alpha[62:118, 42:158].min() == 255


def test_where_product_and_shadow_are_alike_the_outline_decides() -> None:
    product = _rectangle(200, 200, 60, 120, 40, 160)
    pixels = np.full((200, 200, 3), 255, np.uint8)
    pixels[60:140, 40:160] = 235
    alpha = soften(pixels, product, WHITE)
    assert alpha[122:138, 50:150].max() == 0
    assert alpha[62:118, 42:158].min() == 255


def test_a_few_steps_learn_an_outline_and_the_shipped_network_is_of_the_same_build() -> None:
    photo = Photo(pixels=draw_product(200, background=255))
    alpha = (photo.pixels.min(2) < 200).astype(np.float32)
    example = Example(
        product=photo.pixels.astype(np.float32) / 255,
        alpha=alpha,
        behind=np.ones((200, 200, 3), np.float32),
        surface=np.ones((200, 200, 3), np.float32),
    )
    network = train([example], pale_pair, steps=12)
    light = pale_photo(example, np.random.default_rng(3)).astype(np.float32) / 255
    likely = probability(network, light, alpha > 0.5)
    assert likely[alpha > 0.5].mean() > likely[alpha == 0].mean() + 0.1
    assert list(silhouette_of("shoe").state_dict()) == list(network.state_dict())
