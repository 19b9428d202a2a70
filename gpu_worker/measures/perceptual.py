"""Perceptual distances on AlexNet features: LPIPS, and the conv4 term of Zhu et al. 2016 (iGAN).

Layout: image_nchw is (N, 3, H, W), RGB in [-1, 1]. Masks are (N, 1, H, W) in [0, 1].
Weights come from a file beside this module, never from a download.
"""

import warnings
from functools import cache
from pathlib import Path

import lpips
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

WEIGHTS = Path(__file__).parent / "weights" / "alexnet_lpips_fp16.safetensors"
_SLICE_OF_CONV = (("slice1", 0), ("slice2", 3), ("slice3", 6), ("slice4", 8), ("slice5", 10))
_CONV4 = 3


class Perceptual(nn.Module):
    """AlexNet's five feature maps, frozen, and the distances built on them."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        super().__init__()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # lpips builds AlexNet with an old spelling of "no download"
            self.network = lpips.LPIPS(pretrained=False, net="alex", pnet_rand=True, verbose=False)
        self.network.load_state_dict(_lpips_state(weights), strict=False)
        self.requires_grad_(False).eval()

    def features(self, image_nchw: Tensor) -> list[Tensor]:
        """Activations after each of the five convolutions, (N, C, h, w), not normalised."""
        return list(self.network.net(self.network.scaling_layer(image_nchw)))

    def lpips(self, a_nchw: Tensor, b_nchw: Tensor, mask_n1hw: Tensor | None = None) -> Tensor:
        """LPIPS v0.1 between pairs, (N,). With a mask, only pixels where it is 1 count.

        Source: Zhang et al. 2018, equation 1.
        """
        return self.lpips_of_features(self.features(a_nchw), self.features(b_nchw), mask_n1hw)

    def lpips_of_features(
        self, a_features: list[Tensor], b_features: list[Tensor], mask_n1hw: Tensor | None = None
    ) -> Tensor:
        """LPIPS from features computed before: a fixed target's features need computing only once."""
        total = a_features[0].new_zeros(a_features[0].shape[0], dtype=torch.float32)
        for a, b, linear in zip(a_features, b_features, self.network.lins, strict=True):
            difference = linear((_unit(a) - _unit(b)) ** 2).float()
            total = total + _masked_mean(difference, mask_n1hw)
        return total

    def conv4(self, image_nchw: Tensor, enlarge: int = 4) -> Tensor:
        """The paper's feature term C(x): AlexNet conv4 of the image enlarged `enlarge` times, (N, 384, h, w)."""
        if enlarge != 1:
            image_nchw = F.interpolate(image_nchw, scale_factor=enlarge, mode="bilinear", align_corners=False)
        return self.features(image_nchw)[_CONV4]

    def embedding(self, image_nchw: Tensor, enlarge: int = 2) -> Tensor:
        """One vector per image for distances between sets: pooled conv3, conv4 and conv5, (N, 896)."""
        image_nchw = F.interpolate(image_nchw, scale_factor=enlarge, mode="bilinear", align_corners=False)
        return torch.cat([f.mean((2, 3)) for f in self.features(image_nchw)[2:]], dim=1)


@cache
def shared_perceptual(device: str = "cpu") -> Perceptual:
    """The process's one copy on a device: loading costs 50 ms, the weights never change."""
    return Perceptual().to(device)


def _unit(features: Tensor) -> Tensor:
    return features / (features.square().sum(1, keepdim=True) + 1e-10).sqrt()


def _masked_mean(difference_n1hw: Tensor, mask_n1hw: Tensor | None) -> Tensor:
    if mask_n1hw is None:
        return difference_n1hw.mean((1, 2, 3))
    weight = F.interpolate(mask_n1hw.float(), size=difference_n1hw.shape[2:], mode="area")
    return (difference_n1hw * weight).sum((1, 2, 3)) / weight.sum((1, 2, 3)).clamp_min(1e-6)


def _lpips_state(path: Path) -> dict[str, Tensor]:
    raw = {name: value.float() for name, value in load_file(path).items()}
    state: dict[str, Tensor] = {}
    for index, (slice_name, position) in enumerate(_SLICE_OF_CONV):
        for kind in ("weight", "bias"):
            state[f"net.{slice_name}.{position}.{kind}"] = raw[f"features.{index}.{kind}"]
        for prefix in (f"lin{index}", f"lins.{index}"):
            state[f"{prefix}.model.1.weight"] = raw[f"lin.{index}.weight"]
    return state
