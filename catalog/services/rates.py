"""How often somebody may do something, counted in the database, so that all processes count together."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone

from catalog.errors import TooOften
from catalog.models import RateCount

_KEPT = timedelta(days=2)
_COUNT = """
    INSERT INTO catalog_ratecount AS counted (key, "window", count) VALUES (%s, %s, 1)
    ON CONFLICT (key, "window") DO UPDATE SET count = counted.count + 1 RETURNING count
"""


@dataclass(frozen=True, kw_only=True)
class Rate:
    """At most `count` times in each stretch of `seconds`."""

    name: str
    count: int
    seconds: int


def spend(rate: Rate, who: str) -> None:
    """Count one more time. Raises TooOften where that is more than the rate allows."""
    if not take(rate, who):
        raise TooOften(_sentence(seconds_left(rate)))


def seconds_left(rate: Rate) -> int:
    """Until the current stretch ends."""
    return rate.seconds - int(timezone.now().timestamp()) % rate.seconds


def take(rate: Rate, who: str) -> bool:
    """Count one more time, and say whether it is within the rate."""
    now = int(timezone.now().timestamp())
    window = datetime.fromtimestamp(now - now % rate.seconds, tz=UTC)
    key = hashlib.sha256(f"{rate.name} {rate.seconds} {who}".encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, window])
        return bool(cursor.fetchone()[0] <= rate.count)


def _sentence(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return f"That was often enough for now. Try again in {minutes} minute{'' if minutes == 1 else 's'}."


def forget_old() -> int:
    """Delete what no stretch needs any more."""
    return RateCount.objects.filter(window__lt=timezone.now() - _KEPT).delete()[0]
