"""The results worker with short leases: `celery -A tests.faults.quick_recorder worker -Q results`."""

from deploy.celery import app
from tests.faults.pace import quicken

__all__ = ["app"]

quicken()
