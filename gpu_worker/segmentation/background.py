"""The plain or softly shaded background: a smooth surface fitted to what surrounds the product.

Colours are sRGB in [0, 1]; positions are in units of the photo's sides, so a model fits every size of the same photo.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.photos.errors import NotOneProduct

Array = NDArray[np.float32]

_ROUNDS = 4
_LIKE_THE_MODE = 0.06  # sRGB distance from the commonest border colour to count as a first guess
_PLAIN_SHARE = 0.3  # of the border that must show background: worn shirts hide much of it


@dataclass(frozen=True, kw_only=True)
class Background:
    """B(x, y) = sum_k c_k p_k(x, y) per channel, p = (1, x, y, x^2, xy, y^2), x and y in [-1, 1]."""

    coefficients: Array  # (6, 3)
    noise: float  # robust standard deviation of what remains, sRGB
    plain: bool = True  # False where the surface only stands in for a ground that is none

    def at(self, height: int, width: int, rows: slice = slice(None)) -> Array:
        """The surface at the pixels of an (height, width) photo, rows given or all: (h, width, 3)."""
        y = np.linspace(-1, 1, height, dtype=np.float32)[rows, None]
        x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
        if np.abs(self.coefficients[1:]).max() < 1e-6:
            return np.broadcast_to(self.coefficients[0], (y.shape[0], width, 3))
        c = self.coefficients[:, None, None, :]
        surface = c[0] + c[1] * x[..., None] + c[2] * y[..., None] + c[3] * (x * x)[..., None]
        surface = surface + c[4] * (x * y)[..., None] + c[5] * (y * y)[..., None]
        return np.asarray(np.clip(surface, 0, 1), np.float32)

    def at_points(self, height: int, width: int, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Array:
        """The surface at single pixels of an (height, width) photo: (N, 3)."""
        x = (columns * (2 / max(1, width - 1)) - 1).astype(np.float32)
        y = (rows * (2 / max(1, height - 1)) - 1).astype(np.float32)
        basis = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], -1)
        return np.asarray(np.clip(basis @ self.coefficients, 0, 1), np.float32)


def fit_background(image: Array) -> Background:
    """Fit the surface to the border of (H, W, 3), then to all that agrees with it.

    Raises NotOneProduct when too little of the border is one smooth colour.
    """
    height, width = image.shape[:2]
    band = max(2, round(0.02 * min(height, width)))
    border = np.zeros((height, width), bool)
    border[:band], border[-band:], border[:, :band], border[:, -band:] = True, True, True, True
    colours, basis = image[border], _basis(height, width)[border]
    inliers = np.linalg.norm(colours - _mode(colours), axis=1) < _LIKE_THE_MODE
    coefficients = np.zeros((6, 3), np.float32)
    tolerance = _LIKE_THE_MODE
    for _ in range(_ROUNDS):
        _require_plain(inliers)
        coefficients = _ridge(basis[inliers], colours[inliers])
        distance = np.linalg.norm(colours - basis @ coefficients, axis=1)
        tolerance = float(np.clip(6 * np.median(distance[inliers]), 0.015, _LIKE_THE_MODE))
        inliers = distance < tolerance
    _require_plain(inliers)
    coefficients = _settle(image, coefficients, tolerance)
    residual = np.abs(colours[inliers] - basis[inliers] @ coefficients)
    return Background(coefficients=coefficients, noise=float(np.clip(1.48 * np.median(residual), 0.001, 0.02)))


def _require_plain(inliers: NDArray[np.bool_]) -> None:
    if inliers.mean() < _PLAIN_SHARE:
        raise NotOneProduct(
            "The background is not plain: photograph the product on one even colour.", plain_share=float(inliers.mean())
        )


def _basis(height: int, width: int) -> Array:
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], -1).astype(np.float32)


def _mode(colours: Array) -> Array:
    """The commonest colour, by bins of 8 levels and then the mean near the fullest bin."""
    bins = np.minimum((colours * 32).astype(np.int32), 31)
    keys = bins[:, 0] * 1024 + bins[:, 1] * 32 + bins[:, 2]
    fullest = np.bincount(keys, minlength=32768).argmax()
    return np.asarray(colours[keys == fullest].mean(0), np.float32)


def _ridge(basis: Array, colours: Array) -> Array:
    """Least squares with a slight pull of slopes and curves to zero: a plain colour stays exactly plain."""
    penalty = np.diag([0.0, 1, 1, 3, 3, 3]) * 0.02 * len(basis)
    coefficients = np.linalg.solve(basis.T @ basis + penalty, basis.T @ colours)
    spread = np.abs(coefficients[1:]).max()
    if spread < 0.004:  # one grey level across the photo: noise, not shading
        coefficients[1:] = 0
        coefficients[0] = np.median(colours, axis=0)
    return coefficients.astype(np.float32)


def _settle(image: Array, coefficients: Array, tolerance: float) -> Array:
    """One more fit over the whole photo: the border alone says little about shading behind the product."""
    basis = _basis(*image.shape[:2])
    close = np.linalg.norm(image - basis @ coefficients, axis=2) < tolerance
    return _ridge(basis[close], image[close])
