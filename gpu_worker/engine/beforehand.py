"""Marks that come before the others, because they change the photo itself: every other mark of the edit is meant for what they leave.

Removals, attributes that are tailored, looks, parts of other products, paintings, pulls at a hem, in this order. Each is a function from
a projection to what it made of it (`Done`); what they have in common is here.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from gpu_worker.contract.marks import Attribute, Constraint, Message, Remove, SolverOptions
from gpu_worker.contract.tailored import is_tailored
from gpu_worker.edits.start import Start
from gpu_worker.engine.values import Callback, EditResult, Example, Pixels, Projection, Variant
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.segmentation.frame import Frame, crop_to_frame
from gpu_worker.segmentation.parts import RESOLUTION

_HIGHER_IS_BETTER = frozenset({"light_kept", "part_seen", "part_likeness"})


@dataclass(frozen=True, kw_only=True, eq=False)
class Given:
    """What comes along with an edit's marks."""

    masks: dict[str, Pixels] = field(default_factory=dict)  # (H, W) uint8 by `mask_key`
    examples: Mapping[str, Example] = field(default_factory=dict)  # by `example_key`
    callback: Callback | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Done:
    """A projection after marks of one kind, what was measured on it, and what a reviewer is told."""

    projection: Projection
    measures: dict[str, float]
    warnings: list[str]


class Editor(Protocol):
    """What is used of the engine, which uses these modules."""

    manifold: Manifold

    def start_of(self, projection: Projection, *, own_generator: bool = True) -> Start:
        """Where edits of a projection begin."""

    def cleared(
        self,
        projection: Projection,
        removals: Sequence[Remove],
        *,
        masks: dict[str, Pixels] | None = None,
        callback: Callback | None = None,
    ) -> tuple[Projection, float]:
        """The photo without what was brushed over, and the share of its product that was made up."""

    def edit(
        self,
        projection: Projection,
        constraints: Sequence[Constraint],
        options: SolverOptions | None = None,
        *,
        masks: Mapping[str, Pixels] | None = None,
        examples: Mapping[str, Example] | None = None,
        callback: Callback | None = None,
    ) -> EditResult:
        """The pictures of a set of constraints."""


Mark = TypeVar("Mark", bound=Message)
Act = Callable[[Editor, Projection, Sequence[Any], Given], Done]
Apart = Callable[[Sequence[Constraint], Projection, str], tuple[list[Any], list[Constraint]]]


@dataclass(frozen=True)
class Stage:
    """Marks of one kind: which of an edit's they are, on a photo of a kind of products, and what they do to it."""

    name: str
    act: Act
    apart: Apart  # those, and the others
    at_full_size: bool = False  # in previews, too


def of_type(mark: type[Mark]) -> Apart:
    """Those of one type. Of attributes these are the tailored ones."""

    def apart(
        constraints: Sequence[Constraint], projection: Projection, kind: str
    ) -> tuple[list[Mark], list[Constraint]]:
        def first(one: Constraint) -> bool:
            return isinstance(one, mark) and (not isinstance(one, Attribute) or is_tailored(one, kind))

        wanted: list[Any] = [one for one in constraints if first(one)]
        return wanted, [one for one in constraints if not first(one)]

    return apart


def edited(
    engine: Editor,
    projection: Projection,
    act: Callable[[], Done],
    rest: Sequence[Constraint],
    options: SolverOptions,
    given: Given,
) -> EditResult:
    """What `act` makes of the photo, and then every other mark on that. Raises EditError, PhotoError."""
    started = time.perf_counter()
    done = act()
    if not rest:
        variant = _variant(done, time.perf_counter() - started)
        return EditResult(variants=[variant], sequence=[_shown(one) for one in (projection, done.projection)])
    rest = brought_over(rest, projection.frame, done.projection.frame)
    result = engine.edit(
        done.projection, rest, options, masks=given.masks, examples=given.examples, callback=given.callback
    )
    told = [
        replace(v, measures=worst(v.measures, done.measures), warnings=[*done.warnings, *v.warnings])
        for v in result.variants
    ]
    return replace(result, variants=told)


def worst(measures: Mapping[str, float], more: Mapping[str, float]) -> dict[str, float]:
    """Both, and of what was measured twice the worse."""
    both = dict(measures)
    for name, value in more.items():
        both[name] = (min if name in _HIGHER_IS_BETTER else max)(both.get(name, value), value)
    return both


def projected(
    manifold: Manifold,
    projection: Projection,
    pixels: Pixels,
    alpha: Pixels | None = None,
    own: Pixels | None = None,
) -> Projection:
    """The photo with other pixels (H, W, 3), another outline and opacity of its own (H, W) where they are given, by the encoder."""
    photo = replace(projection.photo, pixels=pixels, alpha=projection.photo.alpha if own is None else own)
    mask = projection.mask if alpha is None else replace(projection.mask, alpha=alpha)
    frame = crop_to_frame(photo, mask, manifold.kind, RESOLUTION)
    return replace(projection, photo=photo, mask=mask, frame=frame, w_plus=encoded(manifold, frame)[0].cpu().numpy())


def encoded(manifold: Manifold, frame: Frame) -> Tensor:
    """The encoder's latent of a frame, (1, L, D): the same wherever and whenever it is asked for."""
    image = torch.from_numpy(frame.image.transpose(2, 0, 1) * 2 - 1)[None].to(manifold.device)
    with torch.no_grad():
        latent: Tensor = manifold.encoder(F.interpolate(image, size=(manifold.resolution,) * 2, mode="area"))
    return latent


def brought_over(constraints: Sequence[Constraint], old: Frame, new: Frame) -> list[Constraint]:
    """The same marks at the same places of the photo, in another frame of it."""
    if new.placing == old.placing:
        return list(constraints)
    ratio = (new.placing.scale / new.image.shape[0]) / (old.placing.scale / old.image.shape[0])

    def there(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        in_photo = old.placing.to_photo(np.array(points, np.float64) * old.image.shape[0])
        here = np.clip(new.placing.to_frame(in_photo) / new.image.shape[0], -0.5, 1.5)
        return [(float(x), float(y)) for x, y in here]

    return [mark.brought(there, ratio) for mark in constraints]


def _shown(projection: Projection) -> Pixels:
    """As the frame shows it: between before and after there is nothing."""
    return np.asarray(np.round(projection.frame.image * 255), np.uint8)


def _variant(done: Done, seconds: float) -> Variant:
    """Of nothing else: one picture."""
    projection = done.projection
    return Variant(
        pixels=projection.photo.pixels,
        alpha=projection.mask.alpha,
        w_plus=projection.w_plus,
        cost=0.0,
        measures={**done.measures, "mask_confidence": projection.mask.confidence, "seconds_transfer": seconds},
        warnings=list(done.warnings),
    )
