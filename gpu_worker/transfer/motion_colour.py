"""Motion and colour between neighbouring frames of the sequence (Zhu et al. 2016, section 4, "edit transfer").

Minimises, coarse to fine and for all pairs of frames at once,

    E(u, v, A) = sum |A(x) I_t(x + f(x)) - I_t+1(x)|^2 + sigma_s |grad f|^2 + sigma_c |grad A|^2

with f = (u, v) in pixels and A a 3x4 affine of colour. Given A, f follows by Gauss-Newton steps on a robust data term;
given f, A follows in closed form as a regression in windows whose width plays the part of sigma_c, pulled to the identity.

Legend: frames_nchw (T, 3, R, R) in [-1, 1]; flow_n2hw (T - 1, 2, R, R), x then y; affine_n34hw (T - 1, 3, 4, R, R).
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True, kw_only=True)
class EnergySettings:
    """Weights of the energy; images in [-1, 1], lengths in pixels of the frame."""

    smooth_motion: float = 1.0  # sigma_s
    colour_window: float = 3.0  # standard deviation of A's windows, the wider the smoother: sigma_c
    identity: float = 0.01  # pull of A to "no change", against the variance of colour in a window
    robust: float = 0.05  # residual beyond which a pixel counts linearly
    levels: int = 3
    warps: int = 4  # linearisations per level
    sweeps: int = 24  # Jacobi sweeps per linearisation


@dataclass(frozen=True, kw_only=True, eq=False)
class Change:
    """Backward mapping: what is seen at x is affine(x) applied to what was at x + flow(x)."""

    flow: Tensor  # (N, 2, R, R)
    affine: Tensor  # (N, 3, 4, R, R)

    @property
    def pairs(self) -> int:
        """How many pairs of neighbouring frames the change goes through."""
        return len(self.flow)


@torch.no_grad()
def estimate_change(frames_nchw: Tensor, *, with_motion: bool, settings: EnergySettings | None = None) -> Change:
    """The change between each pair of neighbouring frames."""
    settings = settings or EnergySettings()
    before, after = frames_nchw[:-1], frames_nchw[1:]
    flow = torch.zeros_like(before[:, :2])
    if with_motion:
        flow = _motion(before, after, settings)
    return Change(flow=flow, affine=_affine(warp(before, flow), after, settings))


@torch.no_grad()
def compose(change: Change) -> Change:
    """The change from the first frame to the last, N = 1: I_n(x) = A_n(x) A_n-1(x + f_n) ... I_0(x + f_n + f_n-1(..))."""
    flow, affine = change.flow[-1:], change.affine[-1:]
    for index in range(change.pairs - 2, -1, -1):
        earlier = warp(change.affine[index : index + 1].flatten(1, 2), flow).unflatten(1, (3, 4))
        affine = _chain(affine, earlier)
        flow = flow + warp(change.flow[index : index + 1], flow)
    return Change(flow=flow, affine=affine)


def warp(image_nchw: Tensor, flow_n2hw: Tensor) -> Tensor:
    """image(x + flow(x)), bilinear, border repeated."""
    height, width = image_nchw.shape[2:]
    y = torch.arange(height, device=image_nchw.device, dtype=image_nchw.dtype)[:, None] + flow_n2hw[:, 1] + 0.5
    x = torch.arange(width, device=image_nchw.device, dtype=image_nchw.dtype) + flow_n2hw[:, 0] + 0.5
    where = torch.stack([x * (2 / width) - 1, y * (2 / height) - 1], -1)
    return F.grid_sample(image_nchw, where, padding_mode="border", align_corners=False)


def apply_affine(image_nchw: Tensor, affine_n34hw: Tensor) -> Tensor:
    """A(x) [I(x); 1]."""
    return torch.einsum("ncdhw,ndhw->nchw", affine_n34hw[:, :, :3], image_nchw) + affine_n34hw[:, :, 3]


def _chain(later: Tensor, earlier: Tensor) -> Tensor:
    matrix = torch.einsum("nabhw,nbchw->nachw", later[:, :, :3], earlier)
    matrix[:, :, 3] += later[:, :, 3]
    return matrix


def _affine(before: Tensor, after: Tensor, settings: EnergySettings) -> Tensor:
    """Regression of after on before in Gaussian windows, ridge towards the identity: (N, 3, 4, R, R)."""
    sigma, ridge = settings.colour_window, settings.identity
    change = after - before
    mean_x, mean_d = blur(before, sigma), blur(change, sigma)
    outer_xx = blur((before[:, :, None] * before[:, None]).flatten(1, 2), sigma).unflatten(1, (3, 3))
    outer_dx = blur((change[:, :, None] * before[:, None]).flatten(1, 2), sigma).unflatten(1, (3, 3))
    covariance = outer_xx - mean_x[:, :, None] * mean_x[:, None]
    cross = outer_dx - mean_d[:, :, None] * mean_x[:, None]
    eye = torch.eye(3, device=before.device, dtype=before.dtype)
    left = covariance.permute(0, 3, 4, 1, 2) + ridge * eye
    slope = torch.linalg.solve(left, cross.permute(0, 3, 4, 2, 1)).permute(0, 4, 3, 1, 2)  # (N, out, in, R, R)
    offset = mean_d - torch.einsum("noihw,nihw->nohw", slope, mean_x)
    return torch.cat([slope + eye[None, :, :, None, None], offset[:, :, None]], 2)


def _motion(before: Tensor, after: Tensor, settings: EnergySettings) -> Tensor:
    flow: Tensor | None = None
    for level in reversed(range(settings.levels)):
        scale = 2**level
        small_before, small_after = F.avg_pool2d(before, scale), F.avg_pool2d(after, scale)
        flow = torch.zeros_like(small_before[:, :2]) if flow is None else _double(flow)
        for _ in range(settings.warps):
            flow = _gauss_newton(small_before, small_after, flow, settings)
    assert flow is not None
    return flow


def _double(flow: Tensor) -> Tensor:
    return 2 * F.interpolate(flow, scale_factor=2, mode="bilinear", align_corners=False)


def _gauss_newton(before: Tensor, after: Tensor, flow: Tensor, settings: EnergySettings) -> Tensor:
    """One linearisation of the data term about `flow`, solved with the smoothness by Jacobi sweeps."""
    wide = EnergySettings(colour_window=max(2.0, before.shape[-1] / 8), identity=0.05)
    warped = warp(before, flow)
    changed = apply_affine(warped, _affine(warped, after, wide))
    residual = changed - after
    slope_x, slope_y = _slopes(changed)
    weight = 1 / (residual.square().mean(1, keepdim=True) + settings.robust**2).sqrt()
    xx, xy, yy = ((a * b * weight).sum(1) for a, b in ((slope_x, slope_x), (slope_x, slope_y), (slope_y, slope_y)))
    rx, ry = ((slope_x * residual * weight).sum(1), (slope_y * residual * weight).sum(1))
    stiffness = settings.smooth_motion / settings.robust
    determinant = (xx + stiffness) * (yy + stiffness) - xy.square()
    result = flow
    for _ in range(settings.sweeps):
        mean = _neighbour_mean(result)
        bx = xx * flow[:, 0] + xy * flow[:, 1] - rx + stiffness * mean[:, 0]
        by = xy * flow[:, 0] + yy * flow[:, 1] - ry + stiffness * mean[:, 1]
        u = ((yy + stiffness) * bx - xy * by) / determinant
        v = ((xx + stiffness) * by - xy * bx) / determinant
        result = torch.stack([u, v], 1)
    return flow + (result - flow).clamp(-1.5, 1.5)


def _slopes(image: Tensor) -> tuple[Tensor, Tensor]:
    padded = F.pad(image, (1, 1, 1, 1), mode="replicate")
    return (padded[:, :, 1:-1, 2:] - padded[:, :, 1:-1, :-2]) / 2, (
        padded[:, :, 2:, 1:-1] - padded[:, :, :-2, 1:-1]
    ) / 2


def _neighbour_mean(field: Tensor) -> Tensor:
    padded = F.pad(field, (1, 1, 1, 1), mode="replicate")
    near = padded[:, :, 1:-1, 2:] + padded[:, :, 1:-1, :-2] + padded[:, :, 2:, 1:-1] + padded[:, :, :-2, 1:-1]
    return near / 4


def blur(image_nchw: Tensor, sigma: float) -> Tensor:
    """Gaussian blur, border repeated."""
    radius = max(1, round(2.5 * sigma))
    ramp = torch.arange(-radius, radius + 1, device=image_nchw.device, dtype=image_nchw.dtype)
    kernel = torch.exp(-0.5 * (ramp / sigma) ** 2)
    kernel = (kernel / kernel.sum()).expand(image_nchw.shape[1], 1, -1)
    channels = image_nchw.shape[1]
    padded = F.pad(image_nchw, (radius,) * 4, mode="replicate")
    across = F.conv2d(padded, kernel[:, :, None, :], groups=channels)
    return F.conv2d(across, kernel[:, :, :, None], groups=channels)
