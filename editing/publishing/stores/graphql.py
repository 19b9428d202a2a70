"""Calls of a store's GraphQL endpoint, through the one guarded way out."""

import json
from typing import Any

from editing.publishing.outbound import http
from editing.publishing.stores.errors import StoreRefused

SECONDS, MAX_READ = 30.0, 4_000_000
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
_THROTTLED = frozenset({"THROTTLED", "MAX_COST_EXCEEDED"})


def call(url: str, headers: dict[str, str], query: str, variables: dict[str, Any]) -> dict[str, Any]:
    """The answer's `data`. Raises StoreRefused."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    sent = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "User-Agent": "Colorway-Stores/1",
        **headers,
    }
    answer = http.exchange(url, body, sent, seconds=SECONDS, max_read=MAX_READ)
    if answer.outcome.problem:
        raise _refusal(answer.outcome)
    try:
        found = json.loads(answer.body)
    except ValueError as error:
        raise StoreRefused("The store's answer is no JSON. Is the address right?") from error
    if not isinstance(found, dict):
        raise StoreRefused("The store's answer is no GraphQL. Is the address right?")
    _check(found.get("errors") or [])
    return dict(found.get("data") or {})


def _refusal(outcome: http.Outcome) -> StoreRefused:
    if outcome.status_code in (401, 403):
        return StoreRefused("The store does not accept the access token, or it lacks a right.")
    if outcome.status_code == 404:
        return StoreRefused("There is no such address at the store.")
    later = outcome.status_code is None or outcome.status_code in _LATER
    return StoreRefused(outcome.problem, worth_retrying=later)


def _check(errors: Any) -> None:
    if not errors:
        return
    known = isinstance(errors, list) and isinstance(errors[0], dict)
    first: dict[str, Any] = errors[0] if known else {"message": str(errors)}
    code = str((first.get("extensions") or {}).get("code", ""))
    raise StoreRefused(f"The store says: {first.get('message', 'no')}"[:300], worth_retrying=code in _THROTTLED)


def check_user_errors(errors: list[dict[str, Any]]) -> None:
    """What the store has against the values. Raises StoreRefused."""
    if errors:
        raise StoreRefused(f"The store says: {'; '.join(str(row.get('message')) for row in errors)}"[:300])
