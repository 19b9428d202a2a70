from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from editing.lifecycle import garbage
from editing.shopper import previews


class Command(BaseCommand):
    help = "Delete objects older than a day that no row names, and copies of what was withdrawn."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only print what would be deleted")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        if not dry_run:
            previews.delete_old()
        count = size = 0
        for item in garbage.find():
            if dry_run or garbage.remove(item):
                count, size = count + 1, size + item.size
                self.stdout.write(f"{item.stored_at:%Y-%m-%d %H:%M}  {item.size:>10}  {item.key}")
        done = "would be deleted" if dry_run else "deleted"
        self.stdout.write(f"{count} objects, {size / 1e6:.1f} MB {done}.")
