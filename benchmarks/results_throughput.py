"""How fast answers are recorded: `python -m benchmarks.results_throughput`.

Every job of 1,000 requests is with the broker; the answers of all (a first sign of life, each variant, the end), some of
them twice, lie on the queue `results` before two results workers start. Prints seconds, and what is there twice.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--twice", type=float, default=0.1, help="share of the answers that come twice")
    options = parser.parse_args()
    from deploy.local.stack import Stack

    with tempfile.TemporaryDirectory(prefix="colorway-results-") as folder:
        stack = Stack(Path(folder))
        try:
            stack.start()
            stack.migrate()
            os.environ.update(stack.environment, DJANGO_SETTINGS_MODULE="deploy.settings")
            import django

            django.setup()
            _measure(stack, Path(folder), options)
        finally:
            stack.stop()


def _measure(stack: Any, folder: Path, options: argparse.Namespace) -> None:
    from editing.models import EditJob, EditRequest, Event, Variant
    from tests.faults.rig import Rig

    answers = _queue_answers(options)
    rig = Rig(stack, folder)
    try:
        names = ("recorder-one", "recorder-two")
        started = time.monotonic()
        for name in names:
            rig.start_recorder(name, "deploy.celery")
        first = 0.0
        while EditJob.objects.exclude(status="done").exists():
            first = first or (time.monotonic() if Event.objects.filter(moved_to="running").exists() else 0.0)
            rig.supervise()
            time.sleep(0.1)
        ended = time.monotonic()
    finally:
        rig.stop()
    variants, asked = Variant.objects.count(), 2 * options.requests
    _print("requests", options.requests)
    _print("answers on the queue", answers)
    _print("requests rendered", EditRequest.objects.filter(status="rendered").count())
    _print("variants recorded", variants)
    _print("variants doubled", variants - asked)
    _print("moves doubled", Event.objects.filter(job__isnull=False).count() - 3 * options.requests)
    _print("seconds, with the workers' start", f"{ended - started:.1f}")
    _print("answers a second, once they run", f"{answers / (ended - first):.0f}")
    sys.exit(0 if variants == asked else 1)


def _queue_answers(options: argparse.Namespace) -> int:
    from celery import current_app

    from editing.lifecycle import dispatch
    from editing.models import EditJob
    from gpu_worker.contract.answers import RECORD_ANSWER
    from tests.editing.lifecycle.conftest import ask, merchant, variant

    dispatch.AT_BROKER = dict.fromkeys(dispatch.AT_BROKER, options.requests)
    merchants = [merchant() for _ in range(10)]
    for number in range(options.requests):
        ask(merchants[number % 10])
    messages = []
    for job in EditJob.objects.all():
        base = {"job": str(job.key), "token": job.token, "worker": "bench:1"}
        variants = [variant(candidate, mark=str(candidate)) for candidate in range(2)]
        messages.append(base | {"type": "heartbeat", "stage": "fetch"})
        messages += [base | {"type": "variant", "variant": one} for one in variants]
        messages.append(base | {"type": "finished", "variants": variants, "seconds": 1})
    chance = random.Random(1)
    queued = [message for message in messages for _ in range(2 if chance.random() < options.twice else 1)]
    with current_app.producer_pool.acquire() as producer:
        for message in queued:
            current_app.send_task(RECORD_ANSWER, args=[message], queue="results", producer=producer, ignore_result=True)
    return len(queued)


def _print(name: str, value: object) -> None:
    print(f"{name:<36}{value}")


if __name__ == "__main__":
    main()
