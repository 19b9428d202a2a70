"""What a visitor is told while a part of the service is away: a sentence, a status and a way on."""

import errno
import sys
from dataclasses import dataclass

import valkey
from django.db import InterfaceError, OperationalError
from kombu.exceptions import OperationalError as BrokerAway
from prometheus_client import Counter

from catalog.storage import StorageError

SEEN = Counter("colorway_outages", "Answers that a part of the service was missing for", ["part"])


@dataclass(frozen=True, kw_only=True)
class Outage:
    part: str
    title: str
    sentence: str
    retry_after: int = 30  # seconds


_DATABASE = Outage(
    part="database",
    title="We are back in a minute",
    sentence="Our database does not answer just now. Nothing that you saved is lost. Try again in half a minute.",
)
_STORE = Outage(
    part="object store",
    title="Pictures are away for a moment",
    sentence="The store of our pictures does not answer just now. Nothing that you saved is lost. Try again in half a minute.",
)
_BROKER = Outage(
    part="broker",
    title="This takes a little longer",
    sentence="The part that hands out work does not answer just now. What you asked for before is kept and will be done. "
    "Try again in half a minute.",
)
_DISK = Outage(
    part="disk",
    title="There is no room just now",
    sentence="Our disk is full, so that nothing can be taken in. What you saved before is safe. Try again in ten minutes.",
    retry_after=600,
)
_BY_KIND: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Outage], ...] = (
    ((OperationalError, InterfaceError), _DATABASE),
    (StorageError, _STORE),
    ((BrokerAway, valkey.ConnectionError, valkey.TimeoutError), _BROKER),
)
_FULL = {errno.ENOSPC, errno.EDQUOT}


def current() -> Outage | None:
    """What the exception that is being handled says about the service; None where it is a fault of the code."""
    error = sys.exception()
    while error is not None:
        found = _of(error)
        if found:
            SEEN.labels(found.part).inc()
            return found
        error = error.__cause__ or error.__context__
    return None


def _of(error: BaseException) -> Outage | None:
    if isinstance(error, OSError) and error.errno in _FULL:
        return _DISK
    if "No space left on device" in str(error) or "could not extend file" in str(error):
        return _DISK
    return next((outage for kinds, outage in _BY_KIND if isinstance(error, kinds)), None)
