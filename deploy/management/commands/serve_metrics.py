import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from prometheus_client import CollectorRegistry, start_http_server

from deploy.backlog import Backlog


class Command(BaseCommand):
    help = "Serve what the database knows of the backlog, for Prometheus, on METRICS_PORT. One process is enough."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.METRICS_PORT:
            raise CommandError("METRICS_PORT is not set.")
        registry = CollectorRegistry()
        registry.register(Backlog())
        start_http_server(settings.METRICS_PORT, addr=settings.METRICS_ADDRESS, registry=registry)
        threading.Event().wait()
