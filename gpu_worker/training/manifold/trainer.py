"""One training step of a manifold, and the state it works on.

Two phases in one loop. First an autoencoder: photo -> w+ -> photo, while the mapping learns to draw w like the
encoder's. From step `adversarial_from` on, random samples are made beside each batch and the projected discriminator
joins.
Every random draw is seeded by (seed, rank, step), so a run that was stopped goes on exactly as if it had not been.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from copy import deepcopy
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn import functional as F

from gpu_worker.manifold.discriminator import Discriminator, discriminator_loss, generator_loss
from gpu_worker.manifold.networks import Encoder, Generator, Mapping, NetworkSize
from gpu_worker.measures.perceptual import Perceptual
from gpu_worker.training.manifold import augment
from gpu_worker.training.manifold.data import PhotoSet, to_float
from gpu_worker.training.manifold.losses import reconstruction_loss, sliced_wasserstein
from gpu_worker.training.manifold.matching import FeatureMatching

_CL = torch.channels_last


@dataclass(frozen=True, kw_only=True)
class TrainingSettings:
    """Everything that changes the result of a run."""

    kind: str
    steps: int = 6000  # steps in all; the rate falls over the last fifth
    adversarial_from: int = 4500  # step at which the discriminator joins
    batch: int = 16  # photos per step and process; the second phase adds half as many samples
    rate: float = 1e-3  # Adam, generator, encoder and mapping
    discriminator_rate: float = 3e-4
    adversarial_weight: float = 0.05
    matching_weight: float = 0.2  # on the squared MMD of made pictures to photos (decision 0012)
    offset_weight: float = 0.02  # on the mean square of the encoder's per-layer offsets
    offset_drop: float = 0.5  # share of photos that must do without offsets, so that a plain w is a good latent too
    mixing: float = 0.2  # share of random samples whose coarse and fine styles come from two latents
    colour_share: float = 0.3  # share of photos whose hue and saturation are varied
    dye_share: float = 0.3  # share of photos whose product gets another colour, black and grey ones too
    mirror_share: float = 0.0  # share of photos that are mirrored
    ema: float = 0.999
    seed: int = 0


class Networks(nn.Module):
    """What a bundle holds."""

    def __init__(self, size: NetworkSize, discriminator: Discriminator) -> None:
        super().__init__()
        self.size = size
        self.generator = Generator(size)
        self.encoder = Encoder(size)
        self.mapping = Mapping(size)
        self.discriminator = discriminator


@dataclass(frozen=True, eq=False)
class _Batch:
    photo: Tensor  # (N, 3, R, R) in [-1, 1]
    untouched: Tensor  # (N,) bool: colours are the photo's own, so its latent counts for the mapping


class Trainer:
    """Holds networks, their averages and optimisers; `step()` advances all by one."""

    def __init__(self, settings: TrainingSettings, photos: PhotoSet, networks: Networks, device: torch.device) -> None:
        self.settings = settings
        self.device = device
        self.rank = dist.get_rank() if dist.is_initialized() else 0
        self.world = dist.get_world_size() if dist.is_initialized() else 1
        self.photos = photos.images_nchw.to(device)
        self.networks = networks.to(device, memory_format=_CL)  # type: ignore[call-overload]
        self.average = deepcopy(self.networks).eval().requires_grad_(False)
        self.perceptual = Perceptual().to(device, memory_format=_CL)  # type: ignore[call-overload]
        n = self.networks
        matched = settings.matching_weight > 0
        self.matching = FeatureMatching(n.discriminator.features, self.photos) if matched else None
        autoencoder = [*n.generator.parameters(), *n.encoder.parameters(), *n.mapping.parameters()]
        self.optimiser = torch.optim.Adam(autoencoder, lr=settings.rate, betas=(0.5, 0.99))
        heads = list(n.discriminator.heads.parameters())
        self.discriminator_optimiser = torch.optim.Adam(heads, lr=settings.discriminator_rate, betas=(0.0, 0.99))
        self.latents = torch.randn(2048, n.size.w_dim, device=device)  # the encoder's latest w
        self.steps_done = 0
        _broadcast(self.networks)

    def step(self) -> dict[str, float]:
        """One step on one batch; returns the losses for the log."""
        draw = self._generator()
        self._set_rate()
        adversarial = self.steps_done >= self.settings.adversarial_from
        batch = self._recoloured(self._photos(self.settings.batch, draw), draw)
        losses = self._adversarial_step(batch, draw) if adversarial else self._autoencoder_step(batch, draw)
        self.steps_done += 1
        self._update_average()
        return losses

    def _autoencoder_step(self, batch: _Batch, draw: torch.Generator) -> dict[str, float]:
        with self._autocast():
            w, offsets = self.networks.encoder.parts(batch.photo)
            made = self.networks.generator(self._w_plus(w, offsets, draw))
            loss, log = self._reconstruction(made, batch, w, offsets, draw)
        self._descend(loss)
        return log

    def _adversarial_step(self, batch: _Batch, draw: torch.Generator) -> dict[str, float]:
        n, weight, photo = self.networks, self.settings.adversarial_weight, batch.photo
        with self._autocast():
            w, offsets = n.encoder.parts(photo)
            w_sample = self._sample_w(len(photo) // 2, draw)
            w_plus = torch.cat([self._w_plus(w, offsets, draw), self._mixed(w_sample, draw)])
            made = n.generator(w_plus)
            loss, log = self._reconstruction(made[: len(photo)], batch, w, offsets, draw)
            n.discriminator.heads.requires_grad_(False)
            changed = augment.differentiable_augment(made, draw)
            fooled = generator_loss(n.discriminator.patch_logits(changed.contiguous(memory_format=_CL)))
            loss = loss + weight * fooled
            if self.matching is not None:
                matched = self.matching(torch.cat([made[: len(photo)][batch.untouched], made[len(photo) :]]))
                loss = loss + self.settings.matching_weight * matched
                log["matched"] = matched.item()
            if self.steps_done % 2 == 0:
                seen_w, _ = n.encoder.parts(made[len(photo) :].detach().contiguous(memory_format=_CL))
                loss = loss + 0.2 * F.mse_loss(seen_w, w_sample)
        self._descend(loss)
        log |= self._discriminator_step(made.detach(), draw) | {"fooled": fooled.item()}
        return log

    def _discriminator_step(self, made: Tensor, draw: torch.Generator) -> dict[str, float]:
        n = self.networks
        n.discriminator.heads.requires_grad_(True)
        real = self._photos(len(made), draw)
        recoloured = self._recoloured(
            real[: self.settings.batch], draw
        ).photo  # or a red shoe would be taken for a made one
        real = torch.cat([recoloured, real[self.settings.batch :]])
        both = augment.differentiable_augment(torch.cat([real, made]), draw)
        with self._autocast():
            logits = n.discriminator.patch_logits(both.contiguous(memory_format=_CL))
            loss = discriminator_loss(
                [m[: len(real)].float() for m in logits], [m[len(real) :].float() for m in logits]
            )
        self.discriminator_optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self._average_gradients(n.discriminator.heads.parameters())
        self.discriminator_optimiser.step()
        return {"discriminator": loss.item()}

    def _reconstruction(
        self, made: Tensor, batch: _Batch, w: Tensor, offsets: Tensor, draw: torch.Generator
    ) -> tuple[Tensor, dict[str, float]]:
        loss, lpips = reconstruction_loss(self.perceptual, made, batch.photo)
        loss = loss + self.settings.offset_weight * offsets.square().mean()
        matched = self._mapping_loss(w.detach()[batch.untouched], draw)
        return loss + matched, {"reconstruction": loss.item(), "lpips": lpips.item(), "mapping": matched.item()}

    def _mapping_loss(self, w: Tensor, draw: torch.Generator) -> Tensor:
        """The mapping's samples should be distributed like the encoder's latest latents."""
        self.latents = torch.cat([self.latents[len(w) :], w.float()])
        z = torch.randn(self.latents.shape, generator=draw).to(self.device)
        with torch.autocast(self.device.type, enabled=False):
            return sliced_wasserstein(self.networks.mapping(z), self.latents, draw, directions=64)

    @torch.no_grad()
    def _sample_w(self, count: int, draw: torch.Generator) -> Tensor:
        """The adversary must not reach the mapping: it would seek the few latents whose images fool best (seen: orange)."""
        return self.networks.mapping(torch.randn(count, self.networks.size.w_dim, generator=draw).to(self.device))

    def _photos(self, count: int, draw: torch.Generator) -> Tensor:
        chosen = torch.randint(len(self.photos), (count,), generator=draw).to(self.device)
        photo = to_float(self.photos[chosen])
        if self.settings.mirror_share:
            photo = augment.mirror(photo, self.settings.mirror_share, draw)
        return photo.contiguous(memory_format=_CL)

    def _recoloured(self, photo: Tensor, draw: torch.Generator) -> _Batch:
        photo, turned = augment.vary_colour(photo, self.settings.colour_share, draw)
        photo, dyed = augment.dye(photo, self.settings.dye_share, draw)
        return _Batch(photo.contiguous(memory_format=_CL), ~(turned | dyed))

    def _w_plus(self, w: Tensor, offsets: Tensor, draw: torch.Generator) -> Tensor:
        kept = torch.rand(len(w), generator=draw).to(self.device) >= self.settings.offset_drop
        return w[:, None] + offsets * kept[:, None, None]

    def _mixed(self, w: Tensor, draw: torch.Generator) -> Tensor:
        """Spread w over the layers; some samples take their fine layers from the next sample's w."""
        layers = self.networks.size.layers
        cut = torch.randint(1, layers, (len(w), 1), generator=draw)
        cut[torch.rand(len(w), generator=draw) >= self.settings.mixing] = layers
        from_other = (torch.arange(layers) >= cut).to(self.device)
        return torch.where(from_other[:, :, None], w.roll(1, 0)[:, None], w[:, None])

    def _descend(self, loss: Tensor) -> None:
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        parameters = [p for group in self.optimiser.param_groups for p in group["params"]]
        self._average_gradients(parameters)
        nn.utils.clip_grad_norm_(parameters, 5.0)
        self.optimiser.step()

    def _set_rate(self) -> None:
        """Warm up over 100 steps, stay, fall linearly to a twentieth over the last fifth."""
        settings, step = self.settings, self.steps_done
        fall = (settings.steps - step) / (0.2 * settings.steps)
        factor = min(1.0, (step + 1) / 100, max(0.05, fall))
        self.optimiser.param_groups[0]["lr"] = settings.rate * factor

    @torch.no_grad()
    def _update_average(self) -> None:
        decay = min(self.settings.ema, (self.steps_done + 1) / (self.steps_done + 10))
        for mean, now in zip(_tensors(self.average), _tensors(self.networks), strict=True):
            if mean.is_floating_point():
                mean.lerp_(now, 1 - decay)
            else:
                mean.copy_(now)

    def _average_gradients(self, parameters: Iterable[nn.Parameter]) -> None:
        if self.world == 1:
            return
        gradients = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([g.flatten() for g in gradients])
        dist.all_reduce(flat)
        for gradient, part in zip(gradients, flat.div_(self.world).split([g.numel() for g in gradients]), strict=True):
            gradient.copy_(part.view_as(gradient))

    def _generator(self) -> torch.Generator:
        s = self.settings
        return torch.Generator().manual_seed((s.seed * 1_000_003 + self.rank) * 10_000_019 + self.steps_done)

    def _autocast(self) -> AbstractContextManager[None]:
        return torch.autocast(self.device.type, torch.bfloat16)

    def state_dict(self) -> dict[str, object]:
        """All that a resumed run needs to go on exactly."""
        matching = {} if self.matching is None else {"matching": self.matching.state_dict()}
        return matching | {
            "networks": self.networks.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "discriminator_optimiser": self.discriminator_optimiser.state_dict(),
            "latents": self.latents,
            "steps_done": self.steps_done,
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        for name in ("networks", "average", "optimiser", "discriminator_optimiser"):
            getattr(self, name).load_state_dict(state[name])
        if self.matching is not None and "matching" in state:  # it may be asked for in the middle of a run
            self.matching.load_state_dict(state["matching"])  # type: ignore[arg-type]
        latents, steps = state["latents"], state["steps_done"]
        assert isinstance(latents, Tensor) and isinstance(steps, int)
        self.latents, self.steps_done = latents.to(self.device), steps


def _tensors(module: nn.Module) -> Iterator[Tensor]:
    yield from module.parameters()
    yield from module.buffers()


def _broadcast(module: nn.Module) -> None:
    if dist.is_initialized():
        for tensor in _tensors(module):
            dist.broadcast(tensor.data, src=0)
