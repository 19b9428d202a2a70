"""Random changes of training images. Every draw comes from the generator passed in, so a resumed run repeats exactly.

`vary_colour` and `dye` widen what the autoencoder can reach (catalogues are mostly black, white and brown);
`differentiable_augment` keeps the discriminator from learning a small set by heart (Zhao et al. 2020, DiffAugment).
"""

import math

import torch
from torch import Tensor
from torch.nn import functional as F


def vary_colour(image_nchw: Tensor, share: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Turn the hue and scale the saturation of about `share` of the images; greys and white stay as they are.

    Also returns which images were changed, (N,) bool.
    """
    count = len(image_nchw)
    draws = torch.rand(3, count, generator=generator).to(image_nchw.device)
    angle = 2 * math.pi * draws[0]
    saturation = 0.6 + 1.2 * draws[1]
    matrix = _hue_matrix(angle, saturation)
    changed = torch.einsum("nij,njhw->nihw", matrix, image_nchw).clamp(-1, 1)
    chosen = draws[2] < share
    return torch.where(chosen[:, None, None, None], changed, image_nchw), chosen


def _hue_matrix(angle: Tensor, saturation: Tensor) -> Tensor:
    """(N, 3, 3): rotation about the grey axis by `angle` (Rodrigues), chroma times `saturation`."""
    grey = torch.full((3, 3), 1 / 3, device=angle.device)
    cross = torch.tensor([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]], device=angle.device) / math.sqrt(3)
    chroma = torch.eye(3, device=angle.device) - grey
    turn = angle.cos()[:, None, None] * chroma + angle.sin()[:, None, None] * cross
    return grey + saturation[:, None, None] * turn


def dye(image_nchw: Tensor, share: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Give the product's commonest tone another colour in about `share` of the images, shading kept.

    Unlike a turned hue this makes a red shoe of a black one, and leaves its pale sole and a wearer's skin alone. What is
    nearly white is left as it is: its outline is not known here. Also returns which images were changed, (N,) bool.
    """
    draws = torch.rand(4, len(image_nchw), 1, 1, 1, generator=generator).to(image_nchw.device)
    unit = (image_nchw + 1) / 2
    product = (0.97 - unit.amin(1, keepdim=True)) / 0.08  # what is not the white ground
    usual = torch.where(product > 0.5, unit, torch.nan).flatten(2).nanmedian(2).values[:, :, None, None]
    grey, tone = unit.mean(1, keepdim=True), usual.mean(1, keepdim=True)
    other_tone = ((grey - tone).abs() - 0.25) / 0.15
    other_hue = (((unit - grey) - (usual - tone)).norm(dim=1, keepdim=True) - 0.15) / 0.1
    weight = product.clamp(0, 1) * (1 - other_tone.clamp(0, 1)) * (1 - other_hue.clamp(0, 1))
    dyed = _shaded(_colour_of_hsv(draws[0], 0.2 + 0.8 * draws[1], 0.15 + 0.85 * draws[2]), grey, tone)
    chosen = (draws[3] < share).flatten() & (tone < 0.82).flatten()  # false for a blank image, whose tone is nan
    changed = (unit + weight * (dyed - unit)) * 2 - 1
    return torch.where(chosen[:, None, None, None], changed, image_nchw), chosen


def _colour_of_hsv(hue: Tensor, saturation: Tensor, value: Tensor) -> Tensor:
    """(N, 1, 1, 1) each, in [0, 1], to (N, 3, 1, 1)."""
    offset = torch.tensor([0.0, 2 / 3, 1 / 3], device=hue.device).view(1, 3, 1, 1)
    pure = (((hue + offset) % 1 * 6 - 3).abs() - 1).clamp(0, 1)
    return value * (1 - saturation + saturation * pure)


def _shaded(colour: Tensor, grey: Tensor, tone: Tensor) -> Tensor:
    """The colour where the photo has its commonest tone; darker by multiplying, lighter by screening, so that nothing clips."""
    factor = ((grey + 0.15) / (tone + 0.15)).sqrt()
    return torch.where(factor < 1, colour * factor, 1 - (1 - colour) / factor)


def mirror(image_nchw: Tensor, share: float, generator: torch.Generator) -> Tensor:
    flip = torch.rand(len(image_nchw), generator=generator).to(image_nchw.device) < share
    return torch.where(flip[:, None, None, None], image_nchw.flip(3), image_nchw)


def differentiable_augment(image_nchw: Tensor, generator: torch.Generator) -> Tensor:
    """Random brightness, saturation, contrast, shift and one cut-out per image."""
    draws = torch.rand(7, len(image_nchw), 1, 1, 1, generator=generator).to(image_nchw.device)
    image_nchw = image_nchw + (draws[0] - 0.5) * 0.4
    mean = image_nchw.mean(1, keepdim=True)
    image_nchw = (image_nchw - mean) * (0.5 + draws[1]) + mean
    mean = image_nchw.mean((1, 2, 3), keepdim=True)
    image_nchw = (image_nchw - mean) * (0.75 + 0.5 * draws[2]) + mean
    return _cut_out(_shift(image_nchw, draws[3], draws[4]), draws[5], draws[6])


def _shift(image_nchw: Tensor, right: Tensor, down: Tensor, share: float = 0.125) -> Tensor:
    """Shift by up to `share` of the side; the edge pixel is repeated, which is background."""
    theta = torch.zeros(len(image_nchw), 2, 3, device=image_nchw.device)
    theta[:, 0, 0] = theta[:, 1, 1] = 1
    theta[:, 0, 2] = (right.flatten() - 0.5) * 4 * share
    theta[:, 1, 2] = (down.flatten() - 0.5) * 4 * share
    grid = F.affine_grid(theta, list(image_nchw.shape), align_corners=False)
    return F.grid_sample(image_nchw, grid, padding_mode="border", align_corners=False)


def _cut_out(image_nchw: Tensor, across: Tensor, down: Tensor, share: float = 0.3) -> Tensor:
    side = image_nchw.shape[-1]
    at = torch.arange(side, device=image_nchw.device) / side
    hidden_columns = (at - across.view(-1, 1)).abs() < share / 2
    hidden_rows = (at - down.view(-1, 1)).abs() < share / 2
    hidden = hidden_rows[:, None, :, None] & hidden_columns[:, None, None, :]
    return image_nchw * ~hidden
