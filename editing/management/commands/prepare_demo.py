from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Everything between migrated tables and a shop to look at, in one process, so that a start is quick."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--photos", type=Path, help="A folder of your own product photos, brought in as well.")

    def handle(self, *args: Any, **options: Any) -> None:
        self._say("- collecting static files")
        call_command("collectstatic", interactive=False, verbosity=0)
        self._say("- seeding the catalogue")
        call_command("seed_demo", photos=options["photos"], stdout=self.stdout)
        call_command("load_attributes", stdout=self.stdout)

    def _say(self, what: str) -> None:
        self.stdout.write(what)
        self.stdout.flush()
