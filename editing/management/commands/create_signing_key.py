from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gpu_worker.origin.credentials import CHAIN_FILE, KEY_FILE, CredentialsError, create


class Command(BaseCommand):
    help = "Make the installation's key that signs pictures, with its certificates. Once: it is never overwritten."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="ORIGIN_FOLDER of the web and of the GPU workers")
        parser.add_argument("--name", default="Colorway", help="the organisation in the certificates")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            create(options["folder"], options["name"])
        except CredentialsError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['folder']}: {KEY_FILE} (keep it secret) and {CHAIN_FILE}")
