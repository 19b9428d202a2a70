"""What a merchant taught, beside what comes with a manifold: the examples of an attribute, as an object in the store.

With them a photo goes the way of its own nearest examples, as it does with a shipped attribute (decision 0019).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from gpu_worker.contract.marks import Attribute, Constraint
from gpu_worker.edits.errors import WrongLatent
from gpu_worker.engine.facade import Engine
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.manifold.examples import NEIGHBOURS, Examples, kept_still

Fetch = Callable[[str], bytes]
_PARTS = ("direction", "having", "lacking", "kept")


def packed(
    manifold: Manifold, direction_d: Tensor, having_nd: Tensor, lacking_nd: Tensor, kept_kd: Tensor
) -> bytes | None:
    """The bytes of an attribute's examples; None where there are so few that the nearest of them would be all of them.

    `kept_kd` are directions that the merchant wants held still, besides colours and unrelated attributes.
    """
    if min(len(having_nd), len(lacking_nd)) < NEIGHBOURS:
        return None
    still = torch.cat([kept_still(direction_d, manifold.examples), kept_kd])
    values = (direction_d, having_nd.half(), lacking_nd.half(), still)
    tensors = {name: value.cpu().contiguous() for name, value in zip(_PARTS, values, strict=True)}
    return save({**tensors, "version": torch.tensor(list(manifold.version.encode()), dtype=torch.uint8)})


def knowing(engine: Engine, constraints: Sequence[Constraint], fetch: Fetch) -> Engine:
    """The engine with the examples of the attributes that are asked for. Raises WrongLatent for bytes that are none."""
    keys = {c.examples_key: c.name for c in constraints if isinstance(c, Attribute) and c.examples_key}
    found = [_examples(key, fetch, engine.manifold.version, str(engine.manifold.device)) for key in sorted(keys)]
    if None in found:
        raise WrongLatent("The examples of an attribute belong to another manifold or are damaged: learn it again.")
    new = [examples for examples in found if examples is not None and examples not in engine.manifold.examples]
    if not new:
        return engine
    return Engine(replace(engine.manifold, examples=(*engine.manifold.examples, *new)), engine.perceptual)


@lru_cache(maxsize=64)
def _examples(key: str, fetch: Fetch, version: str, device: str) -> Examples | None:
    """One and the same object for a key, since what is derived from it is kept beside it."""
    try:
        tensors = load(fetch(key))
        direction, having, lacking, kept = (tensors[name].float().to(device) for name in _PARTS)
        if bytes(tensors["version"].tolist()).decode() != version:
            return None
    except (SafetensorError, KeyError, ValueError):
        return None
    return Examples(direction=direction, having=having, lacking=lacking, kept=kept)
