"""`Idempotency-Key`: a write that is sent again does nothing again and gets the first answer.

The answer is stored in the transaction of the write itself, so there is either both or neither. A running request holds
an advisory lock on its key, and another one with the same key gets 409.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.base import token_of
from catalog.models import IdempotencyRecord, Merchant

HEADER = "Idempotency-Key"
LIFE = timedelta(hours=24)
MAX_LENGTH = 255
Handler = TypeVar("Handler", bound=Callable[..., Response])


class KeyInFlight(APIException):
    status_code = 409
    default_code = "idempotency_key_in_flight"
    default_detail = "A request with this Idempotency-Key is still running. Try again in a moment."


class KeyReused(APIException):
    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = "This Idempotency-Key was used for another request. Use a new key for each new request."


def idempotent(handler: Handler) -> Handler:
    """Run a writing handler in one transaction, and at most once per key."""

    @wraps(handler)
    def guarded(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER, "")
        if len(key) > MAX_LENGTH or not key.isprintable():
            raise ValidationError({HEADER: [f"At most {MAX_LENGTH} printable characters."]})
        with transaction.atomic():
            if not key:
                return handler(view, request, *args, **kwargs)
            merchant, fingerprint = token_of(request).merchant, fingerprint_of(request)
            known = _claim(merchant, key, fingerprint)
            if known is not None:
                return Response(known.body, status=known.status_code, headers={"Idempotent-Replayed": "true"})
            response = handler(view, request, *args, **kwargs)
            _remember(merchant, key, fingerprint, response)
            return response

    return guarded  # type: ignore[return-value]


def _claim(merchant: Merchant, key: str, fingerprint: str) -> IdempotencyRecord | None:
    """The stored answer, if there is one; otherwise the key is ours until the transaction ends."""
    lock = int.from_bytes(hashlib.sha256(f"{merchant.pk}:{key}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock])
        if not cursor.fetchone()[0]:
            raise KeyInFlight
    IdempotencyRecord.objects.filter(merchant=merchant, created_at__lt=timezone.now() - LIFE).delete()
    known = IdempotencyRecord.objects.filter(merchant=merchant, key=key).first()
    if known is not None and known.fingerprint != fingerprint:
        raise KeyReused
    return known


def _remember(merchant: Merchant, key: str, fingerprint: str, response: Response) -> None:
    body = json.loads(JSONRenderer().render(response.data)) if response.data is not None else None
    IdempotencyRecord.objects.create(
        merchant=merchant, key=key, fingerprint=fingerprint, status_code=response.status_code, body=body
    )


def fingerprint_of(request: Request) -> str:
    """SHA-256 of what was asked: method, path and data, files by their bytes."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}".encode())
    data = request.data
    names = sorted(data) if hasattr(data, "keys") else []
    for name in names:
        values = data.getlist(name) if hasattr(data, "getlist") else [data[name]]
        for value in values:
            digest.update(f"\0{name}=".encode())
            for chunk in _chunks(value):
                digest.update(chunk)
    if not names:
        digest.update(json.dumps(data, default=str).encode())
    return digest.hexdigest()


def _chunks(value: Any) -> Any:
    if not isinstance(value, UploadedFile):
        return [json.dumps(value, sort_keys=True, default=str).encode()]
    chunks = list(value.chunks())
    value.seek(0)
    return chunks
