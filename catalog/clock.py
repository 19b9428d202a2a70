"""What runs by the clock: named to Celery when its module is imported, whatever happened before.

Celery's own signal for this (`on_after_finalize`) fires once, when anybody first looks at a task; a module that is imported
later would never be heard. Nobody looks at a task here: it is known by its name.
"""

from typing import Any

from celery import current_app, signature


def every(seconds: float, task: str, *, name: str | None = None, **options: Any) -> None:
    """`options` are those with which the task is sent; `name` is the entry's in the schedule, the task's own if none."""
    current_app.add_periodic_task(seconds, signature(task), name=name or task, **options)
