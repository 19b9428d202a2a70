"""From the solver's and the transfer's steps to what a callback hears."""

from collections.abc import Callable

from gpu_worker.core.progress import Callback, Progress, Stage
from gpu_worker.edits.solver import Step
from gpu_worker.engine.values import to_pixels


def report_steps(callback: Callback | None) -> Callable[[Step], None]:
    """Of the solver, with the best candidate's picture."""

    def report(step: Step) -> None:
        if callback is not None:
            best = int(step.costs.argmin())
            preview = to_pixels(step.image[best : best + 1])[0]
            callback(
                Progress(stage="solve", step=step.step, steps=step.steps, cost=float(step.costs[best]), preview=preview)
            )

    return report


def report(callback: Callback | None, stage: Stage, step: int, steps: int) -> None:
    """Tell whoever listens that `step` of `steps` of a stage is reached. What the callback raises stops the work."""
    if callback is not None:
        callback(Progress(stage=stage, step=step, steps=steps))
