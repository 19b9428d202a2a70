"""What a job that kills its worker costs others: `python -m benchmarks.nemesis --poison`."""

import statistics
import time
from typing import Any

MERCHANTS = 5


def poison_rows(rig: Any, jobs: int, rounds: int) -> list[tuple[str, object]]:
    """How long the others' jobs take without and with a job that kills its worker."""
    from django.conf import settings

    from editing.models import EditJob
    from tests.editing.lifecycle.conftest import ask, merchant

    assert settings.configured
    calm, poisoned = [], []
    attempts = 0
    for turn in range(2 * rounds):
        is_poisoned = turn % 2 == 1
        started = time.monotonic()
        if is_poisoned:
            ask(merchant(), colours=1, name="Poison")
        others = [ask(merchant(), photos=jobs // MERCHANTS, colours=1).pk for _ in range(MERCHANTS)]
        while EditJob.objects.filter(request__in=others).exclude(status="done").exists():
            rig.supervise()
            time.sleep(0.05)
        (poisoned if is_poisoned else calm).append(time.monotonic() - started)
        while EditJob.objects.filter(status__in=("waiting", "sent", "running")).exists():
            time.sleep(0.1)
        attempts = max([attempts, *EditJob.objects.filter(status="failed").values_list("attempts", flat=True)])
    return [
        ("jobs of others, each round", jobs),
        ("attempts of the job that kills its worker", attempts),
        ("seconds without it, median", f"{statistics.median(calm):.1f}"),
        ("seconds with it, median", f"{statistics.median(poisoned):.1f}"),
        ("slower by", f"{100 * (statistics.median(poisoned) / statistics.median(calm) - 1):.1f} %"),
    ]
