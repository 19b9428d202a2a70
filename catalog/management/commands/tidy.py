from typing import Any

from django.core.management.base import BaseCommand

from catalog.tasks import tidy


class Command(BaseCommand):
    help = (
        "Delete what is over: ended sessions, old rates and searches, old lines of the log, shops closed long enough."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for what, count in tidy().items():
            self.stdout.write(f"{what}: {count}")
