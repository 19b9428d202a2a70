"""The photo after an order's marks that come before the others, kept from one order to the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gpu_worker.contract.marks import Constraint, Message
from gpu_worker.engine.beforehand import Given, brought_over
from gpu_worker.engine.editing_session import shrunk
from gpu_worker.engine.facade import BEFOREHAND, Engine
from gpu_worker.engine.values import Example, Projection


@dataclass(frozen=True, eq=False)
class _Step:
    wanted: list[Message]
    before: Projection  # as it was given
    shown: Projection  # the same, as small as it is shown
    after: Projection


@dataclass(eq=False)
class Preparation:
    """Marks of a kind are done anew only where they, or what they are done on, changed."""

    side: int  # pixels of the longest side that is shown; removals alone are made at the photo's own size
    _steps: dict[str, _Step] = field(default_factory=dict)

    def take(
        self, engine: Engine, projection: Projection, constraints: Sequence[Constraint], examples: Mapping[str, Example]
    ) -> tuple[Projection, list[Constraint]]:
        """The photo that all other marks are meant for, and those. Raises EditError, PhotoError."""
        here, rest = projection, list(constraints)
        for stage in BEFOREHAND:
            wanted, rest = stage.apart(rest, here, engine.manifold.kind)
            step = self._steps.pop(stage.name, None)
            if not wanted:
                continue
            if step is None or step.wanted != wanted or step.before is not here:
                shown = here if stage.at_full_size else self._shown(step, engine, here)
                done = stage.act(engine, shown, wanted, Given(examples=examples))
                step = _Step(wanted, here, shown, done.projection)
            self._steps[stage.name] = step
            rest, here = brought_over(rest, step.shown.frame, step.after.frame), step.after
        return here, rest

    def _shown(self, step: _Step | None, engine: Engine, here: Projection) -> Projection:
        """As small as it is shown; the same one while a slider moves, so that its parts are found once."""
        return step.shown if step is not None and step.before is here else shrunk(here, self.side, engine.manifold.kind)
