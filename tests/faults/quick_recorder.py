"""The results worker with short leases: `celery -A tests.faults.quick_recorder worker -Q results`."""

from tests.faults.pace import quicken
from tests.faults.struck_recorder import app

__all__ = ["app"]

quicken()
