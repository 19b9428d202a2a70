import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gpu_worker.segmentation.parts import Parts
from gpu_worker.segmentation.sole import find_sole
from gpu_worker.training.segmentation.sole import sole_by_colour

SIDE = 256


class _Sees(nn.Module):
    """Says the same of every picture."""

    def __init__(self, logits: np.ndarray) -> None:
        super().__init__()
        self.logits = F.interpolate(torch.from_numpy(logits.astype(np.float32))[None, None], size=(192, 192))[0]

    def forward(self, light: Tensor) -> Tensor:
        return self.logits


def _shoe() -> np.ndarray:
    inside = np.zeros((SIDE, SIDE), bool)
    inside[80:200, 20:230] = True
    return inside


def _band(top: int, left: int = 20, right: int = 230) -> np.ndarray:
    band = np.zeros((SIDE, SIDE), bool)
    band[top:200, left:right] = True
    return band


def _found(logits: np.ndarray) -> np.ndarray:
    image = np.ones((SIDE, SIDE, 3), np.float32)
    return find_sole(image, _shoe(), _Sees(logits))  # type: ignore[arg-type]


def test_a_band_along_the_ground_is_a_sole() -> None:
    found = _found(np.where(_band(176), 4.0, -4.0))
    assert (found ^ _band(176)).sum() < 3 * SIDE


def test_a_doubtful_a_short_and_a_hovering_sole_are_none() -> None:
    assert not _found(np.where(_band(176), 0.4, -4.0)).any()
    assert not _found(np.where(_band(176, right=100), 4.0, -4.0)).any()
    assert not _found(np.where(_band(120) & ~_band(150), 4.0, -4.0)).any()


def test_soles_to_learn_from_are_bands_of_another_colour() -> None:
    colours = np.array([[30.0, 10, 10], [95.0, 0, 0]], np.float32)

    def parts(band: np.ndarray) -> Parts:
        labels = np.where(_shoe(), np.where(band, 1, 0), -1).astype(np.int32)
        features = np.where(labels[..., None] >= 0, colours[np.maximum(labels, 0)], 0).astype(np.float32)
        weights = np.array([0.8, 0.2], np.float32)
        nothing = np.zeros_like(band)
        return Parts(labels=labels, features=features, colours=colours, weights=weights, sole=nothing, foot=nothing)

    sole = sole_by_colour(parts(_band(176)))
    assert sole is not None and (sole == _band(176)).all()
    assert sole_by_colour(parts(_band(176, right=100))) is None
    assert sole_by_colour(parts(_band(100))) is None
