from typing import Any

from django.core.management.base import BaseCommand

from catalog import storage


class Command(BaseCommand):
    help = "Make the bucket, where it is missing."

    def handle(self, *args: Any, **options: Any) -> None:
        storage.create_bucket()
