"""What is measured on a variant, within which limits it is beyond suspicion, and how to say so to a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One measure with its limit; `lower_is_better` says on which side of the limit the good values lie."""

    label: str
    limit: float
    lower_is_better: bool = True
    unit: str = ""


# By the names under which the worker sends them (gpu_worker.measures). Unknown ones are shown without a limit.
MEASURES: dict[str, Measure] = {
    "swatch_de2000": Measure(label="Colour difference to the swatch", limit=2.0, unit="ΔE00"),
    "background_changed": Measure(label="Background pixels changed", limit=0.0),
    "structure": Measure(label="Folds and seams kept", limit=0.85, lower_is_better=False),
    "grey_lpips": Measure(label="How different it looks, colour apart", limit=0.25),
    "reached": Measure(label="Share of what was asked that was reached", limit=0.5, lower_is_better=False),
    "drag_error": Measure(label="Pulled points off their place", limit=2.0, unit="px of 64"),
    "kept": Measure(label="Change where nothing was asked", limit=0.1),
    "artificial": Measure(label="How much less like a photo than the original", limit=0.25),
    "new": Measure(label="Share of the product that is newly made", limit=0.15),
    "outside_changed": Measure(label="Pixels changed outside the part", limit=0.0),
    "part_seen": Measure(label="Painted part is seen, or gone", limit=0.25, lower_is_better=False),
    "material_de2000": Measure(label="Colour difference to the example's material", limit=8.0, unit="ΔE00"),
    "light_kept": Measure(label="Light and folds kept", limit=0.6, lower_is_better=False),
    "part_likeness": Measure(label="Part's likeness to the other product's", limit=0.5, lower_is_better=False),
    "seam": Measure(label="Seam where the old part was, against the cloth", limit=2.5),
    "example_enlarged": Measure(label="Example enlarged", limit=1.5),
    "projection_lpips": Measure(label="How unlike what was learned the photo is", limit=0.45),
    "mask_confidence": Measure(label="Certainty of the outline", limit=0.85, lower_is_better=False),
}
WARNING = 1.0  # suspicion that a warning adds


def suspicion(
    measured: Mapping[str, float], warnings: Sequence[str], limits: Mapping[str, float] | None = None
) -> float:
    """How far the worst measure lies beyond its limit, in limits; warnings count too. 0 = nothing to see.

    `limits` are a merchant's own, by measure; without one the service's holds.
    """
    known = {name: _with_limit(name, limits or {}) for name in MEASURES}
    beyond = [_beyond(known[name], value) for name, value in measured.items() if name in known]
    return round(max([0.0, *beyond]) + WARNING * len(warnings), 4)


def _with_limit(name: str, limits: Mapping[str, float]) -> Measure:
    return replace(MEASURES[name], limit=limits[name]) if name in limits else MEASURES[name]


def _beyond(measure: Measure, value: float) -> float:
    over = value - measure.limit if measure.lower_is_better else measure.limit - value
    return max(0.0, over / (abs(measure.limit) or 1.0))


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A measure as a page shows it."""

    label: str
    value: str
    limit: str
    is_good: bool | None  # None: no limit is known


def shown(measured: Mapping[str, float]) -> list[Shown]:
    """Measures with a limit first, in their own order; how long the work took is no measure of the picture."""
    order = [*MEASURES, *sorted(set(measured) - set(MEASURES))]
    rows = [(MEASURES.get(name), name, measured[name]) for name in order if name in measured and "seconds" not in name]
    return [
        Shown(
            label=measure.label if measure else name.replace("_", " ").capitalize(),
            value=f"{value:.3g} {measure.unit if measure else ''}".strip(),
            limit=f"{'≤' if measure.lower_is_better else '≥'} {measure.limit:g}" if measure else "",
            is_good=_beyond(measure, value) == 0 if measure else None,
        )
        for measure, name, value in rows
    ]
