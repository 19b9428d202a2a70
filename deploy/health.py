"""What an orchestrator asks: is the process alive, and can it do its work?"""

from collections.abc import Callable

import structlog
import valkey
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog import storage

log = structlog.get_logger()


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked, so that a broken database does not restart every web process."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Every part answers, or 503 with the names of those that do not. `?only=postgres` asks for some only.

    Without the database no page works; without broker or store most do, so a balancer asks for the database alone.
    """
    wanted = set(request.GET.get("only", "").split(",")) & set(_PARTS) or set(_PARTS)
    parts = {name: _answers(name, ask) for name, ask in _PARTS.items() if name in wanted}
    ready = all(parts.values())
    body = {
        "status": "ok" if ready else "unavailable",
        "parts": {n: "ok" if ok else "failed" for n, ok in parts.items()},
    }
    return JsonResponse(body, status=200 if ready else 503)


def _ask_postgres() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_broker() -> None:
    with valkey.Valkey.from_url(settings.BROKER_URL, socket_timeout=2, socket_connect_timeout=2) as client:
        client.ping()


_PARTS: dict[str, Callable[[], None]] = {
    "postgres": _ask_postgres,
    "broker": _ask_broker,
    "object_store": storage.check_bucket,
}


def _answers(name: str, ask: Callable[[], None]) -> bool:
    try:
        ask()
    except (Error, valkey.ValkeyError, storage.StorageError) as error:
        log.warning("part_not_ready", part=name, error=str(error))
        return False
    return True
