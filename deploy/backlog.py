"""What only the database knows, as metrics: how much waits and for how long, and whether somebody sees to it.

One process serves them (`manage.py serve_metrics`). Each scrape is a handful of indexed queries; while the database is
away `colorway_database_up` is 0 and the rest is left out, so that alerts tell the two apart.
"""

from collections.abc import Iterator

from django.db import Error, connection
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

_JOBS = """
    SELECT task, status, count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0)
    FROM editing_editjob WHERE status IN ('waiting', 'sent', 'running') GROUP BY task, status
"""
_SINGLES = {
    "colorway_dead_letters": (
        "Jobs that failed for a reason of ours and that nobody has looked at",
        "SELECT count(*) FROM editing_editjob WHERE is_dead",
    ),
    "colorway_sweep_age_seconds": (
        "Since the last sweep: beat, a results worker or the broker is away when it grows",
        "SELECT coalesce(extract(epoch FROM now() - max(last_at)), 0) FROM editing_sweepclock",
    ),
    "colorway_webhooks_waiting": (
        "Deliveries of webhooks that are due and were not tried yet",
        "SELECT count(*) FROM editing_webhookdelivery WHERE status = 'waiting' AND attempts = 0"
        " AND next_at < now() - interval '1 minute'",
    ),
    "colorway_reviews_waiting_seconds": (
        "Age of the oldest variant that waits for a reviewer",
        "SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM editing_variant WHERE status = 'pending'",
    ),
    "colorway_connections": ("Connections to the database", "SELECT count(*) FROM pg_stat_activity"),
    "colorway_database_bytes": ("Size of the database", "SELECT pg_database_size(current_database())"),
}


class Backlog(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = GaugeMetricFamily("colorway_database_up", "Whether the database answers")
        try:
            found = [*_jobs(), *_singles()]
            up.add_metric([], 1)
        except Error:
            found = []
            up.add_metric([], 0)
        yield up
        yield from found


def _jobs() -> Iterator[GaugeMetricFamily]:
    count = GaugeMetricFamily("colorway_jobs", "Open jobs", labels=["task", "status"])
    oldest = GaugeMetricFamily("colorway_oldest_job_seconds", "Age of the oldest open job", labels=["task", "status"])
    with connection.cursor() as cursor:
        cursor.execute(_JOBS)
        for task, status, jobs, age in cursor.fetchall():
            count.add_metric([task, status], jobs)
            oldest.add_metric([task, status], float(age))
    yield count
    yield oldest


def _singles() -> Iterator[GaugeMetricFamily]:
    with connection.cursor() as cursor:
        for name, (meaning, query) in _SINGLES.items():
            cursor.execute(query)
            yield GaugeMetricFamily(name, meaning, value=float(cursor.fetchone()[0]))
