import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.models import Merchant, ProductKind
from editing.lifecycle.states import OPEN_JOBS
from editing.lifecycle.training import (
    NotTrained,
    TooFewPhotos,
    own_manifold_leave,
    own_manifold_use,
    trained_bundle_fetch,
    training_ask,
)
from editing.models import EditJob, Task

POLL_SECONDS = 2.0


class Command(BaseCommand):
    help = "Fit a manifold to a merchant's own photos on queue `train`, and use it for that merchant alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--merchant", metavar="SLUG", help="Whose photos; starts a training.")
        parser.add_argument("--kind", choices=ProductKind.values, default=ProductKind.SHOE)
        parser.add_argument("--steps", type=int, default=1000)
        parser.add_argument("--job", metavar="KEY", help="Follow a training that runs already.")
        parser.add_argument(
            "--out", type=Path, metavar="DIR", help="Wait for the end and write the bundle to DIR/KIND, to look at it."
        )
        parser.add_argument("--use", action="store_true", help="Wait for the end and use it for the merchant's photos.")
        parser.add_argument(
            "--leave", action="store_true", help="Use the manifold that all share again; trains nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["leave"]:
            self._leave(options)
            return
        job = self._followed(options["job"]) if options["job"] else self._started(options)
        self.stdout.write(f"training {job.key}")
        if options["out"] is None and not options["use"]:
            return
        self._wait(job)
        try:
            self._deliver(job, options)
        except NotTrained as error:
            raise CommandError(str(error)) from error

    def _deliver(self, job: EditJob, options: dict[str, Any]) -> None:
        if options["out"] is not None:
            self.stdout.write(f"{trained_bundle_fetch(job=job, out=options['out'])} holds the bundle")
        if options["use"]:
            own = own_manifold_use(job=job)
            self.stdout.write(f"{own.merchant}'s {own.kind} photos are worked on with {own.version} from now on")

    def _leave(self, options: dict[str, Any]) -> None:
        merchant = self._merchant(options)
        if not own_manifold_leave(merchant=merchant, kind=options["kind"]):
            raise CommandError(f"{merchant} uses no {options['kind']} manifold of their own.")
        self.stdout.write(f"{merchant}'s {options['kind']} photos are worked on with the shared manifold from now on")

    def _merchant(self, options: dict[str, Any]) -> Merchant:
        merchant = Merchant.objects.filter(slug=options["merchant"]).first()
        if merchant is None:
            raise CommandError("Say with --merchant whose photos they are, by the merchant's slug.")
        return merchant

    def _started(self, options: dict[str, Any]) -> EditJob:
        merchant = self._merchant(options)
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
