import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from editing.demo.shop import LOGINS


class Command(BaseCommand):
    help = "Print who can sign in to the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get("DEMO_PASSWORD", "(DEMO_PASSWORD is not set)")
        self.stdout.write("Sign in as:")
        for login in LOGINS:
            self.stdout.write(f"  {login.email:<28} {login.what}")
        self.stdout.write(f"  password for all: {password}")
        if not settings.STAFF_SECOND_FACTOR:
            self.stdout.write(
                "  (In this demo staff sign in with the password alone; production asks for a second factor.)"
            )
