import numpy as np

from gpu_worker.commands.enlarge import enlarge


def disc(side: int) -> np.ndarray:
    y, x = np.mgrid[:side, :side] + 0.5
    inside = np.clip(0.35 * side - np.hypot(x - side / 2, y - side / 2) + 0.5, 0, 1)
    return np.round(255 - inside[..., None] * np.array([55, 155, 205])).astype(np.uint8)


def test_edges_are_sharper_than_after_interpolation_alone_and_flat_parts_stay() -> None:
    enlarged = enlarge(disc(32), 256)
    assert enlarged.shape == (256, 256, 3)
    assert (enlarged[128, 128] == disc(32)[16, 16]).all()
    assert (enlarged[4, 4] == 255).all()
    between = (enlarged[128] > 110) & (enlarged[128] < 245)
    assert between[:, 1].sum() <= 8  # two edges; cubic interpolation alone leaves about 18


def test_a_picture_of_the_size_stays_as_it_is() -> None:
    assert (enlarge(disc(64), 64) == disc(64)).all()
