"""From the trunk's 64 px to 192 px: the lift into the tail's latent and the tail itself, one pair for every manifold.

    high = shared_high_resolution()
    there = high.lift(manifold.generator(w_plus))       # (N, 32, 24, 24)
    picture = high.decode(there)                        # (N, 3, 192, 192)

The trunk's latents, attributes and directions stay what they are; its pictures get the detail that 64 px cannot hold.
"""

from functools import cache
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from gpu_worker.manifold.lift import Lift
from gpu_worker.manifold.tail import SHRINK, Tail

WEIGHTS = Path(__file__).parent / "weights"


class HighResolution(nn.Module):
    """The frozen pair, in evaluation mode; it differentiates in its inputs."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        super().__init__()
        self.tail, self._lift = Tail(), Lift()
        for network, name in ((self.tail, "tail"), (self._lift, "lift")):
            stored = load_file(weights / f"{name}.safetensors")
            network.load_state_dict({key: value.float() for key, value in stored.items()})
        self.eval().requires_grad_(False).to(memory_format=torch.channels_last)

    def lift(self, small_nchw: Tensor) -> Tensor:
        """A picture (N, 3, 64, 64) in [-1, 1] to the tail's latent (N, 32, 24, 24)."""
        latent: Tensor = self._lift(small_nchw)
        return latent

    def encode(self, image_nchw: Tensor) -> Tensor:
        """A picture (N, 3, H, W) in [-1, 1] to its latent (N, 32, H/8, W/8); it comes back almost exactly."""
        if image_nchw.shape[-1] % SHRINK or image_nchw.shape[-2] % SHRINK:
            raise ValueError(f"sides must be divisible by {SHRINK}, not {tuple(image_nchw.shape[-2:])}")
        latent: Tensor = self.tail.encoder(image_nchw)
        return latent

    def decode(self, tail_nchw: Tensor) -> Tensor:
        """A latent (N, 32, h, w) to its picture (N, 3, 8h, 8w) in [-1, 1]."""
        image: Tensor = self.tail.decoder(tail_nchw)
        return image.clamp(-1, 1)

    def enlarge(self, small_nchw: Tensor) -> Tensor:
        """A picture three times as large, with the detail that belongs to it: (N, 3, H, W) to (N, 3, 3H, 3W)."""
        return self.decode(self.lift(small_nchw))


@cache
def shared_high_resolution(device: str = "cpu") -> HighResolution:
    """The process's one copy on a device."""
    return HighResolution().to(device)
