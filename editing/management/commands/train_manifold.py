import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.models import Merchant, ProductKind
from editing.lifecycle.states import OPEN_JOBS
from editing.lifecycle.training import NotTrained, TooFewPhotos, trained_bundle_fetch, training_ask
from editing.models import EditJob, Task

POLL_SECONDS = 2.0


class Command(BaseCommand):
    help = "Fit a manifold to a merchant's own photos on queue `train`, and fetch the bundle."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--merchant", metavar="SLUG", help="Whose photos; starts a training.")
        parser.add_argument("--kind", choices=ProductKind.values, default=ProductKind.SHOE)
        parser.add_argument("--steps", type=int, default=1000)
        parser.add_argument("--job", metavar="KEY", help="Follow a training that runs already.")
        parser.add_argument(
            "--out", type=Path, metavar="DIR", help="Wait for the end and write the bundle to DIR/KIND."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        job = self._followed(options["job"]) if options["job"] else self._started(options)
        self.stdout.write(f"training {job.key}")
        if options["out"] is None:
            return
        self._wait(job)
        try:
            folder = trained_bundle_fetch(job=job, out=options["out"])
        except NotTrained as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{folder} holds the bundle; workers take it with MANIFOLDS_DIR={options['out']}")

    def _started(self, options: dict[str, Any]) -> EditJob:
        merchant = Merchant.objects.filter(slug=options["merchant"]).first()
        if merchant is None:
            raise CommandError("Say with --merchant whose photos to train on, by the merchant's slug.")
        try:
            return training_ask(merchant=merchant, kind=ProductKind(options["kind"]), steps=options["steps"])
        except TooFewPhotos as error:
            raise CommandError(str(error)) from error

    def _followed(self, key: str) -> EditJob:
        job = EditJob.objects.filter(key=key, task=Task.TRAIN).first()
        if job is None:
            raise CommandError(f"There is no training {key}.")
        return job

    def _wait(self, job: EditJob) -> None:
        last = ""
        while job.status in OPEN_JOBS:
            now = f"{job.get_status_display().lower()} {job.stage} {job.step}/{job.steps}"
            if now != last:
                self.stdout.write(now)
                self.stdout.flush()
                last = now
            time.sleep(POLL_SECONDS)  # nothing to listen to: the database is the truth
            job.refresh_from_db()
