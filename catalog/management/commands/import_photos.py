from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.errors import CatalogError
from catalog.models import Merchant, ProductKind
from catalog.services import imports


class Command(BaseCommand):
    help = "Bring in a folder of photos as products. Good rows are kept, bad ones are reported; safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--csv", type=Path, help="Columns: file, kind, title, sku, price, tags, description.")
        parser.add_argument("--merchant", help="The merchant's slug; may be left out while there is only one.")
        parser.add_argument("--kind", choices=ProductKind.values, default=ProductKind.SHOE, help="Where no row says.")
        parser.add_argument("--draft", action="store_true", help="Leave new products as drafts.")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, kind = options["folder"], ProductKind(options["kind"])
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        merchant = self._merchant(options["merchant"])
        try:
            rows = (
                list(imports.read_csv(options["csv"], folder, kind=kind))
                if options["csv"]
                else imports.read_folder(folder, kind=kind)
            )
        except (CatalogError, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        self._import(rows, merchant, activate=not options["draft"])

    def _merchant(self, slug: str | None) -> Merchant:
        merchants = list(Merchant.objects.filter(slug=slug) if slug else Merchant.objects.all()[:2])
        if len(merchants) != 1:
            raise CommandError("Say with --merchant whose products they are." if not slug else f"No merchant {slug}.")
        return merchants[0]

    def _import(self, rows: list[Any], merchant: Merchant, *, activate: bool) -> None:
        new = there = bad = 0
        for number, row in enumerate(rows, start=1):
            outcome = (
                row
                if isinstance(row, imports.ImportOutcome)
                else imports.row_import(row, merchant=merchant, activate=activate)
            )
            if outcome.error:
                bad += 1
                self.stderr.write(f"{outcome.where}: {outcome.error}")
            new, there = new + outcome.is_new, there + (not outcome.error and not outcome.is_new)
            if number % 25 == 0 or number == len(rows):
                self.stdout.write(f"{number} of {len(rows)} rows")
        self.stdout.write(f"{new} photos brought in, {there} were there already, {bad} rows refused.")
        if bad and not new and not there:
            raise CommandError("Nothing could be brought in.")
