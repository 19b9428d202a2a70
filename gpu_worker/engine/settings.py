"""What a request's options and marks mean for the solver and the transfer."""

from collections.abc import Sequence

from gpu_worker.contract.marks import Attribute, Constraint, SolverOptions, Swatch
from gpu_worker.contract.parts import REGIONS
from gpu_worker.core.progress import Pixels
from gpu_worker.edits.solver import SolverSettings

_STAY, _REALISM = 0.05, 0.2  # what 1 on the studio's sliders means for lambda_s and lambda_d
_SWATCH_STEPS = 16  # the closing correction does the rest


def solver_settings(options: SolverOptions, constraints: Sequence[Constraint]) -> SolverSettings:
    """The solver's settings for a request's options."""
    only_swatches = all(isinstance(message, Swatch) for message in constraints)
    # An attribute's way leads from examples to examples: nothing has to hold it on the manifold, or hold it back.
    only_attributes = all(isinstance(message, Attribute) for message in constraints)
    return SolverSettings(
        stay=0.0 if only_attributes else _STAY * options.strength,
        realism=0.0 if only_swatches or only_attributes else _REALISM * options.realism,
        steps=min(options.steps, _SWATCH_STEPS) if only_swatches else options.steps,
        candidates=1 if only_swatches else options.candidates,
        seed=options.seed,
    )


def swatch_messages(constraints: Sequence[Constraint]) -> list[Swatch]:
    """Those of the messages that ask for a colour, in their order."""
    return [message for message in constraints if isinstance(message, Swatch)]


def region_fields(region: str | Pixels) -> dict[str, object]:
    """A swatch message's fields for a region named as on the command line, or for a mask called "given"."""
    if not isinstance(region, str):
        return {"region": "painted", "mask_key": "given"}
    name, _, number = region.partition("-")
    if name == "part" and number.isdecimal() and int(number) >= 1:
        return {"region": "part", "part": int(number)}
    if region not in ("dominant", "product", *REGIONS):
        names = ", ".join(REGIONS)
        raise ValueError(f"a region is dominant, product, {names}, part-1, part-2, ... or a mask, not {region!r}")
    return {"region": region}
