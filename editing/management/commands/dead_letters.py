from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from catalog.errors import TransitionRefused
from editing.lifecycle.requests import job_replay
from editing.models import EditJob


class Command(BaseCommand):
    help = "List jobs that failed for a reason of ours, or give some of them another three attempts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--replay", nargs="+", type=UUID, metavar="KEY", default=[], help="keys from the list")
        parser.add_argument("--replay-all", action="store_true")

    def handle(self, *, replay: list[UUID], replay_all: bool, **options: Any) -> None:
        dead = EditJob.objects.filter(is_dead=True).order_by("-finished_at").select_related("merchant")
        if not (replay or replay_all):
            for job in dead:
                self.stdout.write(f"{job.key}  {job.finished_at:%Y-%m-%d %H:%M}  {job.merchant.slug}  {job.task}")
                self.stdout.write(f"    {job.error_code}: {job.error_detail or job.error}")
            self.stdout.write(f"{dead.count()} dead letters.")
            return
        for key in list(dead.values_list("key", flat=True)) if replay_all else replay:
            self._replay(key)

    def _replay(self, key: UUID) -> None:
        try:
            job_replay(key=key, by=None)
        except (TransitionRefused, EditJob.DoesNotExist) as error:
            raise CommandError(f"{key}: {error}") from error
        self.stdout.write(f"{key} is waiting again.")
