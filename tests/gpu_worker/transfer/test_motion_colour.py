import math

import numpy as np
import torch
from torch import Tensor

from gpu_worker.transfer.anchor import anchor_drags
from gpu_worker.transfer.motion_colour import Change, apply_affine, compose, estimate_change, warp

SIDE = 64


def blob(x: float, y: float, colour: tuple[float, float, float] = (-0.4, 0.3, 0.6)) -> Tensor:
    """(1, 3, 64, 64): a soft textured blob on white."""
    grid = torch.arange(SIDE) + 0.5
    dx, dy = grid[None, :] - x, grid[:, None] - y
    shape = torch.sigmoid((18 - torch.hypot(dx, 1.4 * dy)) / 1.5)
    texture = 0.25 * torch.sin(dx / 3) * torch.sin(dy / 4)
    product = torch.tensor(colour)[:, None, None] + texture
    return (1 + shape * (product - 1))[None]


def inside(x: float, y: float) -> Tensor:
    grid = torch.arange(SIDE) + 0.5
    return torch.hypot(grid[None, :] - x, 1.4 * (grid[:, None] - y)) < 14


def test_a_known_shift_is_recovered() -> None:
    frames = torch.cat([blob(32 + 0.8 * k, 32 - 0.5 * k) for k in range(7)])
    total = compose(estimate_change(frames, with_motion=True))
    flow = total.flow[0][:, inside(36.8, 29)]
    assert abs(float(flow[0].median()) + 4.8) < 0.5
    assert abs(float(flow[1].median()) - 3.0) < 0.5


def test_a_known_change_of_colour_is_recovered() -> None:
    colours = [(-0.4 + 0.15 * k, 0.3 - 0.1 * k, 0.6 - 0.2 * k) for k in range(5)]
    frames = torch.cat([blob(32, 32, colour) for colour in colours])
    total = compose(estimate_change(frames, with_motion=False))
    assert float(total.flow.abs().max()) == 0
    error = (apply_affine(frames[:1], total.affine) - frames[-1:])[0][:, inside(32, 32)]
    assert float(error.abs().mean()) < 0.03


def test_motion_and_colour_are_told_apart() -> None:
    frames = torch.cat([blob(32 + 0.6 * k, 32, (-0.4 + 0.12 * k, 0.3 - 0.1 * k, 0.6 - 0.15 * k)) for k in range(6)])
    total = compose(estimate_change(frames, with_motion=True))
    assert abs(float(total.flow[0, 0][inside(35, 32)].median()) + 3) < 0.6
    rebuilt = apply_affine(warp(frames[:1], total.flow), total.affine)
    assert float((rebuilt - frames[-1:]).abs().mean()) < 0.03


def test_nothing_changed_means_no_change() -> None:
    total = compose(estimate_change(blob(30, 30).repeat(4, 1, 1, 1), with_motion=True))
    assert float(total.flow.abs().max()) < 1e-3
    assert float((apply_affine(blob(30, 30), total.affine) - blob(30, 30)).abs().max()) < 1e-3


def test_two_shifts_compose_to_their_sum() -> None:
    flow = torch.stack([torch.full((2, SIDE, SIDE), 1.5), torch.full((2, SIDE, SIDE), -0.5)])
    eye = torch.eye(3, 4)[None, :, :, None, None].expand(2, 3, 4, SIDE, SIDE)
    assert torch.allclose(compose(Change(flow=flow, affine=eye)).flow, torch.ones(1, 2, SIDE, SIDE))


def test_a_dragged_point_arrives_and_the_far_side_rests() -> None:
    eye = torch.eye(3, 4)[None, :, :, None, None].expand(1, 3, 4, SIDE, SIDE)
    still = Change(flow=torch.zeros(1, 2, SIDE, SIDE), affine=eye)
    drags = torch.tensor([[20.0, 30.0, 26.0, 27.0], [50.0, 40.0, 50.0, 40.0]])
    flow = anchor_drags(still, drags).flow
    at = flow[0, :, 26:28, 25:27].mean((1, 2))
    assert math.hypot(float(at[0]) + 6, float(at[1]) - 3) < 0.3
    assert float(flow[0, :, 60, 2].abs().max()) < 0.3
    gradient = torch.gradient(flow[0, 0], dim=1)[0]
    assert float(gradient.abs().max()) < 1  # the picture is not folded


def test_results_are_finite_for_flat_pictures() -> None:
    change = estimate_change(torch.ones(3, 3, SIDE, SIDE), with_motion=True)
    assert bool(change.flow.isfinite().all())
    assert bool(change.affine.isfinite().all())
    assert np.isfinite(float(change.affine.sum()))
