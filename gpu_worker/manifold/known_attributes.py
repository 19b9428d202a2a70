"""The attributes that ship beside a bundle: `attributes.json` has their directions, `examples.safetensors` their examples.

Both name the version they were learned on; those of other weights are as good as none.
"""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from torch import Tensor

from gpu_worker.manifold.examples import Examples, unrelated

ATTRIBUTES_FILE, EXAMPLES_FILE = "attributes.json", "examples.safetensors"
ABOUT_COLOUR = ("light", "colourful", "patterned")  # shipped attributes that change colours by what they are
COLOURS = "colours"  # the tensor that reads a product's mean colour off a latent
_VERSION = "manifold_version"


def read_directions(directory: Path, version: str) -> dict[str, Tensor]:
    """Unit vectors (D,) by name; none where they belong to other weights or are not there."""
    path = directory / ATTRIBUTES_FILE
    if not path.is_file():
        return {}
    content = json.loads(path.read_text())
    if content[_VERSION] != version:
        return {}
    return {a["name"]: _vector(a) for a in content["attributes"]}


def read_scales(directory: Path) -> dict[str, float]:
    """The length of one standard deviation along each direction, by name."""
    content = json.loads((directory / ATTRIBUTES_FILE).read_text())
    return {a["name"]: float(a["scale"]) for a in content["attributes"]}


def colour_directions(directory: Path, version: str, width: int) -> Tensor:
    """(C, D) of the attributes that are about colour."""
    rows = [vector for name, vector in read_directions(directory, version).items() if name in ABOUT_COLOUR]
    return torch.stack(rows) if rows else torch.empty(0, width)


def load_examples(directory: Path, version: str, device: str | torch.device) -> tuple[Examples, ...]:
    """The examples of each attribute that has some."""
    path, directions = directory / EXAMPLES_FILE, read_directions(directory, version)
    if not path.is_file() or not directions:
        return ()
    with safe_open(path, framework="pt", device=str(device)) as file:
        if (file.metadata() or {}).get(_VERSION) != version:
            return ()
        tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118  not a dict
    directions = {name: vector.to(device) for name, vector in directions.items()}
    return tuple(_examples(name, directions, tensors) for name in directions if f"{name}.having" in tensors)


def _examples(name: str, directions: dict[str, Tensor], tensors: dict[str, Tensor]) -> Examples:
    others = torch.stack([vector for other, vector in directions.items() if other != name])
    return Examples(
        direction=directions[name],
        having=tensors[f"{name}.having"],
        lacking=tensors[f"{name}.lacking"],
        kept=torch.cat([tensors[COLOURS], unrelated(directions[name], others)]),
    )


def _vector(described: dict[str, Any]) -> Tensor:
    return torch.from_numpy(np.frombuffer(base64.b64decode(described["direction"]), "<f4").astype(np.float32))
