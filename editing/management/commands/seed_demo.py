import os
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.models import Merchant
from editing.demo import shop as demo


class Command(BaseCommand):
    help = "Fill the demo's shops: people, products, and colourways asked for. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--photos", type=Path, help="A folder of your own product photos, brought in as well.")

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get("DEMO_PASSWORD", "")
        if not password:
            raise CommandError("DEMO_PASSWORD is not set; `make demo` makes one.")
        shops = demo.shops_ensure(said=self._say)
        demo.people_ensure(password)
        if options["photos"]:
            self._bring_in(options["photos"], shops[0])
        for shop in shops:
            request = demo.colourways_ask(shop)
            if request is not None:
                self.stdout.write(f"asked for {request.variants_asked} variants: {request.title} ({shop.name})")

    def _bring_in(self, folder: Path, shop: Merchant) -> None:
        """Bad rows are reported and the good ones kept; the demo goes on. A CSV file in the folder describes them."""
        described = next(iter(sorted(folder.glob("*.csv"))), None)
        try:
            call_command(
                "import_photos", folder, merchant=shop.slug, csv=described, stdout=self.stdout, stderr=self.stderr
            )
        except CommandError as error:
            self.stderr.write(str(error))

    def _say(self, what: str) -> None:
        self.stdout.write(what)
        self.stdout.flush()
