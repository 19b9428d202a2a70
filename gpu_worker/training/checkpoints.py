"""Checkpoints of small networks: written beside and renamed, so that a run that is killed goes on from a whole one."""

import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor

from gpu_worker.training.manifold.data import is_held_out, load_photos, resize_for


class Stateful(Protocol):
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state_dict: dict[str, Any]) -> Any: ...


def resume(path: Path, parts: dict[str, Stateful]) -> int:
    """Fill the parts from a checkpoint; the number of steps it had done, 0 where there is none."""
    if not path.is_file():
        return 0
    state = torch.load(path, weights_only=True)
    for name, part in parts.items():
        part.load_state_dict(state[name])
    return int(state["steps"])


def save(path: Path, parts: dict[str, Stateful], steps: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save({name: part.state_dict() for name, part in parts.items()} | {"steps": steps}, partial)
    partial.replace(path)


def half_precision(network: torch.nn.Module) -> dict[str, Tensor]:
    """The weights as they ship."""
    return {name: value.detach().half().contiguous() for name, value in network.state_dict().items()}


def report(step: int, figures: dict[str, float]) -> None:
    sys.stderr.write(json.dumps({"step": step, "time": time.strftime("%H:%M:%S")} | figures) + "\n")


def crops_of(folders: Iterable[Path], size: int) -> tuple[Tensor, Tensor]:
    """Square crops of several folders or tars at `size` px, uint8 (N, 3, size, size): to train on, and held out."""
    inside, outside = [], []
    for folder in folders:
        photos = load_photos(folder, resize_for(size))
        held = torch.tensor([is_held_out(name) for name in photos.ids])
        inside.append(photos.images_nchw[~held])
        outside.append(photos.images_nchw[held])
    return torch.cat(inside), torch.cat(outside)
