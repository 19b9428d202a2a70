#!/usr/bin/env python
import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

DEMO = Path(__file__).resolve().parent / ".local"


def beside_the_demo() -> None:
    """Without any settings in the environment, a command works on the demo of this folder, and says so."""
    if {"SECRET_KEY", "DATABASE_URL"} & os.environ.keys() or not (DEMO / "credentials.json").is_file():
        return
    from deploy.local.stack import Stack  # not installed in production

    os.environ.update(Stack(DEMO).environment)
    sys.stderr.write("No DATABASE_URL is set: this runs on the demo in .local/, which `make demo` must have started.\n")


if __name__ == "__main__":
    beside_the_demo()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
    execute_from_command_line(sys.argv)
