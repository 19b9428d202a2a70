"""sRGB -> CIELAB in torch, differentiable, for constraints; and back. Images are (N, 3, H, W) in [-1, 1]."""

import torch
from torch import Tensor

_TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
_WHITE = (0.95047, 1.0, 1.08883)


def image_to_lab(image_nchw: Tensor) -> Tensor:
    """(N, 3, H, W) sRGB in [-1, 1] to Lab (D65), L in [0, 100]. Gradients stay finite at black."""
    rgb = ((image_nchw.float() + 1) / 2).clamp(0, 1)
    bright = rgb > 0.04045
    light = torch.where(bright, ((rgb.clamp_min(0.04045) + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    matrix = light.new_tensor(_TO_XYZ) / light.new_tensor(_WHITE)[:, None]
    xyz = torch.einsum("ij,njhw->nihw", matrix, light)
    f = torch.where(xyz > 216 / 24389, xyz.clamp_min(216 / 24389) ** (1 / 3), (24389 / 27 * xyz + 16) / 116)
    x, y, z = f.unbind(1)
    return torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], 1)


def lab_to_image(lab_nchw: Tensor) -> Tensor:
    """The inverse, colours outside of sRGB clipped."""
    y = (lab_nchw[:, 0] + 16) / 116
    f = torch.stack([y + lab_nchw[:, 1] / 500, y, y - lab_nchw[:, 2] / 200], 1)
    xyz = torch.where(f > 6 / 29, f**3, (116 * f - 16) * 27 / 24389)
    to_light = torch.linalg.inv(xyz.new_tensor(_TO_XYZ) / xyz.new_tensor(_WHITE)[:, None])
    light = torch.einsum("ij,njhw->nihw", to_light, xyz).clamp(0, 1)
    rgb = torch.where(light > 0.0031308, 1.055 * light.clamp_min(0.0031308) ** (1 / 2.4) - 0.055, 12.92 * light)
    return rgb * 2 - 1
