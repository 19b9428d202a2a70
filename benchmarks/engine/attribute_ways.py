"""Five ways to an attribute: python -m benchmarks.engine.attribute_ways --kind KIND --photos FOLDER --labels CSV --vgg WEIGHTS

Mean difference, linear classifier, the nearest principal direction, Deep Feature Interpolation, and the photo's own neighbours, each by
the same number of steps on the same held-out photos and finished in the same way, so that only the latents differ. `reached` and
`leaked` as in benchmarks.engine.attributes: the share in which a judge that nothing has seen then sees the attribute, and the share of its
verdicts on other attributes that changed; `said`: what the picture's own measure says; `seconds` to find the latent.

    --names "high heel,formal" --amount 3 --every 5 (of the labelled photos, one in so many teaches the judge)
"""

import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from benchmarks.engine.attributes import Features, Judge, _base64, _level, _tensor, judges_of
from benchmarks.engine.common import arguments, engine_of, finish, held_out_photos, projected, summary
from gpu_worker.attributes.directions import Direction, mean_difference
from gpu_worker.contract.marks import Attribute, SolverOptions
from gpu_worker.edits.errors import OutOfReach
from gpu_worker.edits.from_marks import examples_of
from gpu_worker.engine.facade import Engine, Projection
from gpu_worker.engine.interpolation import solution_of
from gpu_worker.engine.loaded import BUNDLES
from gpu_worker.engine.prepared_edit import PreparedEdit, prepare_edit
from gpu_worker.engine.shape_measures import shape_measures
from gpu_worker.engine.values import Pixels
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.training.attributes.shipped import load_attributes

Way = Callable[[PreparedEdit], Tensor]  # to the latent (1, L, D)


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """One attribute for one photo."""

    engine: Engine
    message: Attribute
    direction: Direction
    amount: float


def ways_of(asked: Asked) -> dict[str, Way]:
    manifold = asked.engine.manifold
    examples = examples_of(asked.message, manifold)
    assert examples is not None
    mean = mean_difference(examples.having, examples.lacking)
    by_features = replace_way(asked.message)
    return {
        "mean difference": lambda edit: _walked(edit, mean, asked.amount),
        "classifier": lambda edit: _walked(edit, asked.direction, asked.amount),
        "principal direction": lambda edit: _walked(edit, principal_like(asked.direction, manifold), asked.amount),
        "deep features": lambda edit: _solved(replace(edit, messages=[by_features]), asked.engine),
        "photo's neighbours": lambda edit: _solved(edit, asked.engine),
    }


def replace_way(message: Attribute) -> Attribute:
    return message.model_copy(update={"way": "features"})


def principal_like(direction: Direction, manifold: Manifold) -> Direction:
    """The principal direction along which the attribute moves most, the way in which it grows."""
    along = manifold.pca_components @ direction.vector * manifold.pca_std
    index = int(along.abs().argmax())
    vector = F.normalize(manifold.pca_components[index] * along[index].sign(), dim=0)
    return replace(direction, vector=vector, scale=float(manifold.pca_std[index]))


def _walked(edit: PreparedEdit, direction: Direction, amount: float) -> Tensor:
    return edit.start.proposal.w_plus + amount * direction.scale * direction.vector


def _solved(edit: PreparedEdit, engine: Engine) -> Tensor:
    return solution_of(edit, SolverOptions(), engine.perceptual, None).w_plus[:1]


def main() -> None:
    options = arguments(__doc__, labels="", vgg="", amount=3.0, every=5, names="")
    engine, features = engine_of(options), Features(Path(options.vgg))
    judges = judges_of(options, features, every=options.every)
    directions = load_attributes(options.bundle or BUNDLES / options.kind, engine.manifold.version)
    found = [projected(engine, photo, "hybrid") for _, photo in held_out_photos(options.photos, options.limit)]
    report: dict[str, Any] = {}
    sheet = []
    for name in [n.strip() for n in options.names.split(",")] if options.names else list(judges):
        direction = directions[name]
        message = Attribute.model_validate(
            {"name": name, "direction": _base64(direction), "amount": options.amount, "scale": direction.scale}
        )
        asked = Asked(engine=engine, message=message, direction=direction, amount=options.amount)
        report[name], rows = _compared(asked, [p for p in found if p is not None], judges, features)
        report[name]["accuracy of judge"] = judges[name].accuracy
        sheet += rows[:6]
        sys.stderr.write(f"{name} {report[name]}\n")
    finish(f"attribute-ways-{options.kind}", report, sheet)


def _compared(
    asked: Asked, photos: list[Projection], judges: dict[str, Judge], features: Features
) -> tuple[dict[str, Any], list[list[Pixels]]]:
    name, rows, tried = asked.message.name, [], 0
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for projection in photos:
        try:
            start = asked.engine.start_of(projection)
            edit = prepare_edit(asked.engine.manifold, start, projection, [asked.message], SolverOptions())
        except OutOfReach:
            continue
        before = edit.frame_of_photo().image
        first = features(_tensor(before))
        if bool(judges[name].sees(first)[0]):
            continue
        tried += 1
        row = [_level(before)]
        for way, latent_of in ways_of(asked).items():
            started = time.perf_counter()
            latent = latent_of(edit)
            seconds = time.perf_counter() - started
            measured, picture = _judged(asked.engine, edit, latent, judges, features, first, name)
            for figure, value in {**measured, "seconds": seconds}.items():
                found[way][figure].append(value)
            row.append(_level(picture))
        rows.append(row)
    return {"photos": tried} | {way: _told(figures) for way, figures in found.items()}, rows


@torch.no_grad()
def _judged(
    engine: Engine,
    edit: PreparedEdit,
    latent: Tensor,
    judges: dict[str, Judge],
    features: Features,
    first: Tensor,
    name: str,
) -> tuple[dict[str, float], np.ndarray]:
    made = edit.finish(latent)
    after = edit.frame_of(made.rendered).image
    last = features(_tensor(after))
    changed = [bool(j.sees(first)[0]) != bool(j.sees(last)[0]) for other, j in judges.items() if other != name]
    measures = shape_measures(edit, made, engine.perceptual)
    reached = float(judges[name].sees(last)[0])
    return {
        "reached": reached,
        "leaked": float(np.mean(changed)),
        "said": measures["reached"],
        "kept": measures["kept"],
    }, after


def _told(figures: dict[str, list[float]]) -> dict[str, Any]:
    shares = {name: round(float(np.mean(figures[name])), 2) for name in ("reached", "leaked")}
    return shares | {name: summary(figures[name]) for name in ("said", "kept", "seconds")}


if __name__ == "__main__":
    main()
