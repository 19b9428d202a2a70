"""The results worker at its usual pace, with places to be killed at: `celery -A tests.faults.struck_recorder worker -Q results`."""

import os
from pathlib import Path

import django

from deploy.celery import app
from tests.faults import kill_points

__all__ = ["app"]

django.setup()
kill_points.lay(kill_points.RECORDER, Path(os.environ["STUB_FOLDER"]))
