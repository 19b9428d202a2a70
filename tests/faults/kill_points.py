"""Named places in the code at which a process dies: `arm` one, and whoever comes there next is killed, once.

Workers and recorders of these tests `lay` them at their start: each wraps one function of the service, so that a name that is no longer
there keeps them from starting. Nothing of this is known to the service itself.
"""

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

When = Literal["before", "after"]


@dataclass(frozen=True)
class Point:
    """Before or after a function, `module:name` or `module:name[key]`, where its arguments are of interest."""

    when: When
    target: str
    only: Callable[..., bool] = lambda *_, **__: True


def _kind(name: str) -> Callable[..., bool]:
    return lambda line, kind, **_: kind.__name__ == name


def _stage(name: str) -> Callable[..., bool]:
    return lambda stage, *_: stage == name


_ANSWERS, _DISPATCH, _SWEEP = (f"editing.lifecycle.{module}" for module in ("answers", "dispatch", "sweep"))
WORKER: Mapping[str, Point] = {
    "worker: before a sign of life": Point("before", "gpu_worker.tasks.lifeline:Lifeline._beat"),
    "worker: after a sign of life": Point("after", "gpu_worker.tasks.lifeline:Lifeline._beat"),
    **{
        f"worker: at {stage}": Point("before", "tests.faults.stub_engine:_at", _stage(stage))
        for stage in ("fetch", "project", "solve", "transfer", "store")
    },
    "worker: before an object is put": Point("before", "gpu_worker.storage:put"),
    "worker: after an object is put": Point("after", "gpu_worker.storage:put"),
    **{
        f"worker: {when} it answers {kind}": Point(when, "gpu_worker.tasks.lifeline:Lifeline.answer", _kind(kind))
        for kind in ("Projected", "VariantStored", "Finished")
        for when in ("before", "after")
    },
}
RECORDER: Mapping[str, Point] = {
    "recorder: before an answer": Point("before", f"{_ANSWERS}:record"),
    "recorder: after an answer": Point("after", f"{_ANSWERS}:record"),
    "recorder: an answer committed, nothing given out": Point("after", f"{_ANSWERS}:_record_locked"),
    **{
        f"recorder: {when} {kind} is applied": Point(when, f"{_ANSWERS}:_APPLY[{kind}]")
        for kind in ("Heartbeat", "Projected", "VariantStored", "Finished")
        for when in ("before", "after")
    },
    "recorder: before a request is rolled up": Point("before", f"{_ANSWERS}:roll_up"),
    "recorder: after a request is rolled up": Point("after", f"{_ANSWERS}:roll_up"),
    "recorder: before jobs are taken": Point("before", f"{_DISPATCH}:_take_next"),
    "recorder: a job marked, not committed": Point("after", f"{_DISPATCH}:_give_out"),
    "recorder: jobs committed, not sent": Point("before", f"{_DISPATCH}:_send"),
    "recorder: a job sent": Point("after", f"{_DISPATCH}:_send"),
    "recorder: a sweep begun": Point("after", f"{_SWEEP}:_tick"),
    "recorder: a sweep at its end": Point("after", f"{_SWEEP}:_send_missing"),
}
POINTS = {**WORKER, **RECORDER}


def arm(folder: Path, name: str) -> None:
    """Whoever comes to the point next dies."""
    _file(folder, name).touch()


def has_struck(folder: Path, name: str) -> bool:
    """Whether somebody died at an armed point."""
    return not _file(folder, name).exists()


def disarm(folder: Path) -> None:
    """Nobody dies any more."""
    for file in folder.glob("kill-*"):
        file.unlink(missing_ok=True)


def lay(points: Mapping[str, Point], folder: Path) -> None:
    """Wrap the functions of all points, in this process."""
    for name, point in points.items():
        _wrap(point, _file(folder, name))


def _wrap(point: Point, file: Path) -> None:
    read, write = _place(point.target)
    function = read()

    @wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if point.when == "before" and point.only(*args, **kwargs):
            _die_if_armed(file)
        result = function(*args, **kwargs)
        if point.when == "after" and point.only(*args, **kwargs):
            _die_if_armed(file)
        return result

    write(wrapped)


def _place(target: str) -> tuple[Callable[[], Any], Callable[[Any], None]]:
    """How to read and write a function; raises AttributeError, KeyError where there is none of that name."""
    module, _, path = target.partition(":")
    *owners, name = path.rstrip("]").replace("[", ".[").split(".")
    owner: Any = import_module(module)
    for part in owners:
        owner = getattr(owner, part)
    if not name.startswith("["):
        return lambda: getattr(owner, name), lambda function: setattr(owner, name, function)
    (key,) = (key for key in owner if key.__name__ == name[1:])
    return lambda: owner[key], lambda function: owner.__setitem__(key, function)


def _file(folder: Path, name: str) -> Path:
    return folder / f"kill-{name.replace(' ', '-').replace(':', '')}"


def _die_if_armed(file: Path) -> None:
    try:
        file.unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
