"""A bundle: one trained manifold in one directory, `weights.safetensors` and `card.json`.

Weights are fp16; the encoder's and the frozen features' matrices, which nothing differentiates by, are int8 with one scale
per output row, which halves them and changes no figure.
The version is the hash of the weights file, so a bundle cannot change under a version. Nothing is unpickled.
"""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from gpu_worker.manifold.discriminator import Discriminator
from gpu_worker.manifold.examples import Examples
from gpu_worker.manifold.known_attributes import colour_directions, load_examples
from gpu_worker.manifold.networks import Encoder, Generator, Mapping, NetworkSize
from gpu_worker.manifold.units import Units, load_units

FORMAT = 1
WEIGHTS_FILE, CARD_FILE = "weights.safetensors", "card.json"
_EIGHT_BIT, _SCALE = ("encoder.", "discriminator.features."), ".scale_of_rows"
_PARTS = ("generator", "encoder", "mapping", "discriminator")


class BundleError(ValueError):
    """The directory is not a usable bundle; the message says why."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Manifold:
    """A loaded bundle. Networks are in evaluation mode with frozen parameters; they differentiate in their inputs."""

    kind: str
    version: str
    size: NetworkSize
    generator: Generator  # w+ (N, L, D) -> image (N, 3, R, R) in [-1, 1]
    encoder: Encoder  # image -> w+
    mapping: Mapping  # z (N, D) ~ N(0, I) -> w (N, D)
    discriminator: Discriminator  # image -> logit (N,)
    mean_w: Tensor  # (D,)
    pca_components: Tensor  # (K, D), unit rows, the w of training photos, most varied first
    pca_std: Tensor  # (K,)
    card: dict[str, Any]
    # (C, D), unit rows: of the shipped attributes that are about colour; there may be none
    colour_directions: Tensor = field(default_factory=lambda: torch.empty(0, 0))
    examples: tuple[Examples, ...] = ()  # of the shipped attributes
    units: Units | None = None  # what its units know of parts

    @property
    def resolution(self) -> int:
        """Side R of a generated image, pixels."""
        return self.size.resolution

    @property
    def layers(self) -> int:
        """Styles L of a w+ (L, D)."""
        return self.size.layers

    @property
    def w_dim(self) -> int:
        """Numbers D of one style."""
        return self.size.w_dim

    @property
    def device(self) -> torch.device:
        """Where the networks are, and where latents must be."""
        return self.mean_w.device

    def sample(self, count: int, *, seed: int, spread: float = 1.0) -> Tensor:
        """Random w+ (count, L, D); `spread` < 1 draws them towards the mean (truncation)."""
        draw = torch.Generator().manual_seed(seed)
        z = torch.randn(count, self.w_dim, generator=draw).to(self.device)
        with torch.no_grad():
            w = self.mean_w + spread * (self.mapping(z) - self.mean_w)
        return self.generator.spread(w).contiguous()


def save_bundle(
    directory: Path,
    networks: nn.Module,
    *,
    mean_w: Tensor,
    pca_components: Tensor,
    pca_std: Tensor,
    card: dict[str, Any],
) -> str:
    """Write a bundle from a module with the four networks as attributes; returns its version."""
    tensors = {"mean_w": mean_w, "pca_components": pca_components, "pca_std": pca_std}
    for part in _PARTS:
        tensors |= {f"{part}.{name}": value for name, value in getattr(networks, part).state_dict().items()}
    directory.mkdir(parents=True, exist_ok=True)
    save_file(_compact(tensors), directory / WEIGHTS_FILE)
    version = _version(directory / WEIGHTS_FILE)
    (directory / CARD_FILE).write_text(json.dumps({"format": FORMAT, **card, "version": version}, indent=2) + "\n")
    return version


def load_bundle(directory: Path, device: str | torch.device = "cpu") -> Manifold:
    """Load and check a bundle. Raises BundleError when it is missing, damaged, changed or of another format."""
    card = _read_card(directory)
    weights = directory / WEIGHTS_FILE
    if not weights.is_file():
        raise BundleError(f"{directory}: {WEIGHTS_FILE} is missing")
    if _version(weights) != card["version"]:
        raise BundleError(f"{weights} is damaged or was changed: its hash is not the version on the card")
    try:
        tensors = _expand(load_file(weights))
        size = NetworkSize(resolution=card["resolution"], w_dim=card["w_dim"])
        parts = {"generator": Generator(size), "encoder": Encoder(size), "mapping": Mapping(size)}
        networks: dict[str, Any] = {**parts, "discriminator": Discriminator()}
        for part, module in networks.items():
            _fill(module, tensors, f"{part}.")
            # channels last: the convolutions' own layout, twice as fast on a CPU
            module.to(device, memory_format=torch.channels_last).eval().requires_grad_(False)
        extra: dict[str, Any] = {name: tensors[name].to(device) for name in ("mean_w", "pca_components", "pca_std")}
    except (SafetensorError, KeyError, RuntimeError, ValueError, TypeError) as error:
        raise BundleError(f"{weights} does not hold this program's networks: {error}") from error
    version, width = card["version"], card["w_dim"]
    extra["colour_directions"] = colour_directions(directory, version, width).to(device)
    extra["examples"] = load_examples(directory, version, device)
    extra["units"] = load_units(directory, version, device)
    return Manifold(kind=card["kind"], version=card["version"], size=size, card=card, **networks, **extra)


def version_of(directory: Path) -> str:
    """The version on a bundle's card; raises BundleError."""
    return str(_read_card(directory)["version"])


def owner_of(directory: Path) -> int | None:
    """The merchant to whose photos a bundle was fitted; None for one that all share. Raises BundleError."""
    owner = _read_card(directory).get("owner")
    return None if owner is None else int(owner)


def _fill(module: nn.Module, tensors: dict[str, Tensor], prefix: str) -> None:
    own = {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
    module.load_state_dict(own)


def _read_card(directory: Path) -> dict[str, Any]:
    path = directory / CARD_FILE
    try:
        card: dict[str, Any] = json.loads(path.read_text())
    except (OSError, json.JSONDecodeError) as error:
        raise BundleError(f"{path} cannot be read: {error}") from error
    missing = {"format", "kind", "version", "resolution", "w_dim"} - card.keys()
    if missing:
        raise BundleError(f"{path} lacks {', '.join(sorted(missing))}")
    if card["format"] != FORMAT:
        raise BundleError(f"{path} is of format {card['format']}; this program reads format {FORMAT}")
    return card


def _compact(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    compact = {}
    for name, value in tensors.items():
        value = value.detach().cpu().contiguous()
        if name.startswith(_EIGHT_BIT) and value.ndim >= 2:
            rows = value.flatten(1).float()
            scale = (rows.abs().amax(1, keepdim=True) / 127).clamp_min(1e-12)
            compact[name] = (rows / scale).round().to(torch.int8).view_as(value)
            compact[name + _SCALE] = scale
        else:
            compact[name] = value.half() if value.is_floating_point() else value
    return compact


def _expand(stored: dict[str, Tensor]) -> dict[str, Tensor]:
    tensors = {name: value.float() for name, value in stored.items() if not name.endswith(_SCALE)}
    for name, value in tensors.items():
        scale = stored.get(name + _SCALE)
        if scale is not None:
            tensors[name] = (value.flatten(1) * scale).view_as(value)
    return tensors


def _version(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
