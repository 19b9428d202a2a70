import threading
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily

from deploy.backlog import Backlog


class _OwnConnection(Backlog):
    """Each scrape has a thread of its own, and so a connection of its own, which is given back."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            yield from super().collect()
        finally:
            connection.close()


class Command(BaseCommand):
    help = "Serve what the database knows of the backlog, for Prometheus, on METRICS_PORT. One process is enough."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.METRICS_PORT:
            raise CommandError("METRICS_PORT is not set.")
        registry = CollectorRegistry()
        registry.register(_OwnConnection())
        start_http_server(settings.METRICS_PORT, addr=settings.METRICS_ADDRESS, registry=registry)
        threading.Event().wait()
