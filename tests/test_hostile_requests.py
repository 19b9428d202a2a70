"""Every route, with text and numbers that nobody sends by mistake: nothing ends in a fault of ours."""

import json
import re
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from rest_framework import serializers

from catalog.models import Product
from tests.permissions import table
from tests.permissions.world import World
from tests.test_permission_matrix import ADMIN_ROUTES, ROUTES, STREAMS

ROOT = Path(__file__).parents[1]
MANY_DIGITS = "9" * 5000
VALUES = ["²", MANY_DIGITS, "9223372036854775807", "1e400", "x" * 100_000]
NESTED = b"[" * 20_000 + b"]" * 20_000


def _names() -> list[str]:
    """Every name of a field in a template or script of ours, and those of queries and of programs."""
    texts = [path.read_text() for path in (ROOT / "templates").rglob("*.html")]
    found = {name for text in texts for name in re.findall(r'name="([a-z_-]+)"', text)}
    code = [path.read_text() for app in ("catalog", "editing") for path in (ROOT / app).rglob("*.py")]
    found |= {
        name for text in code for name in re.findall(r'(?:GET|POST|sent|data|query)\.get(?:list)?\("([a-z_-]+)"', text)
    }
    return sorted(
        found - {"csrfmiddlewaretoken"} | {"page", "cursor", "limit", "mask-1", "example-1", "example-²", "amount-1"}
    )


NAMES = _names()


def _serializer_fields() -> list[str]:
    """The fields that programs may send, of every serializer there is."""
    every, found = list(serializers.BaseSerializer.__subclasses__()), set()
    while every:
        kind = every.pop()
        every += kind.__subclasses__()
        found |= set(getattr(kind, "_declared_fields", {})) | set(getattr(getattr(kind, "Meta", None), "fields", []))
    return sorted(found)


@cache
def _bodies() -> list[bytes]:
    """Bodies for programs' routes."""
    texts = ["\ud800", "²", "../../photos/a", "x" * 3000]
    wrong: list[Any] = [*texts, [], {}, None, 2**63 - 1, [{"type": "swatch"}], {"a": "b"}]
    fields = _serializer_fields()
    bodies = [json.dumps(dict.fromkeys(fields, value)).encode() for value in wrong]
    raw = [
        b"1e400",
        b"NaN",
        NESTED,
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        b"\xff\xfe",
        b"",
        b"null",
        b'"\\ud800"',
        b"9" * 5000,
    ]
    return [
        *bodies,
        *raw,
        b'{"photos": [1e400], "constraints": ' + NESTED + b"}",
        b'{"title": "' + b"x" * 3_000_000 + b'"}',
    ]


def _tried(client: Client, method: str, address: str, **sent: Any) -> int:
    with transaction.atomic():
        answer = getattr(client, method)(address, **sent)
        transaction.set_rollback(True)
    return int(answer.status_code)


def _address(world: World, route: str) -> str:
    return reverse(route, kwargs=world.arguments(route, list(ROUTES[route])))


@cache
def _query(value: str) -> str:
    return "&".join(f"{quote(name)}={quote(value[:5000])}" for name in NAMES)


@cache
def _as_form(value: str) -> dict[str, Any]:
    data = "&".join(f"{quote(name)}={quote(value)}" for name in NAMES)
    return {"data": data, "content_type": "application/x-www-form-urlencoded"}


PAGES = sorted(route for route in set(ROUTES) - set(ADMIN_ROUTES) - STREAMS if not route.startswith("api"))
PROGRAMS = sorted(route for route in set(ROUTES) - STREAMS if route.startswith("api"))


@pytest.mark.parametrize("route", PAGES)
def test_no_page_falls_over_what_it_is_sent(route: str, world: World, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    address, wrong = _address(world, route), []
    staff = route.startswith(("editing:review", "editing:dead", "editing:replay"))
    for person in (table.ANONYMOUS, table.SUPERUSER if staff else table.OWNER):
        for value in VALUES:
            answers = {
                "get": _tried(world.clients[person], "get", f"{address}?{_query(value)}"),
                "post": _tried(world.clients[person], "post", address, **_as_form(value)),
            }
            wrong += [(person, method, value[:20], status) for method, status in answers.items() if status >= 500]
    assert wrong == []


@pytest.mark.parametrize("route", PROGRAMS)
def test_no_endpoint_falls_over_what_it_is_sent(route: str, world: World):
    address, wrong, methods = _address(world, route), [], table.TABLE[route]
    for person in (table.ANONYMOUS, table.WRITING_TOKEN):
        for value in VALUES:
            wrong += [(person, "get", value[:20])] * (
                _tried(world.clients[person], "get", f"{address}?{_query(value)}") >= 500
            )
    for method in {"POST", "PUT", "PATCH"} & set(methods):
        for body in _bodies():
            sent = {"data": body, "content_type": "application/json"}
            status = _tried(world.clients[table.WRITING_TOKEN], method.lower(), address, **sent)
            wrong += [(method, body[:30], status)] * (status >= 500)
    assert wrong == []


CURSORS = [
    b"p=nonsense",
    b"p=\0",
    b"p=2026-13-45",
    b"o=99999999999999999999",
    b"r=1&p=0001-01-01",
    b"p=9999-12-31T23:59:59%2B99:99",
    b"\xff",
]


@pytest.mark.parametrize("cursor", CURSORS)
@pytest.mark.parametrize("route", ["api:products", "api-edits:requests", "api-edits:variants", "api-edits:webhooks"])
def test_a_cursor_that_is_none_of_ours_is_no_page(route: str, cursor: bytes, world: World):
    client = world.clients[table.READING_TOKEN]
    Product.objects.update(title="There is something to page through")
    answer = client.get(reverse(route), {"cursor": b64encode(cursor).decode()})
    assert answer.status_code in {200, 403, 404}


@pytest.mark.parametrize("place", ["address", "query", "name", "form", "file"])
def test_half_characters_and_nul_are_refused_before_any_view(place: str, world: World):
    client = world.clients[table.OWNER]
    form = {"content_type": "application/x-www-form-urlencoded"}
    answers = {
        "address": lambda: client.get("/shop/%00/"),
        "query": lambda: client.get("/?q=a%00b"),
        "name": lambda: client.get("/?%00=1"),
        "form": lambda: client.post(reverse("catalog:product-new"), "title=a%00b", **form),
        "file": lambda: client.post(reverse("catalog:product-new"), {"title\0": "a"}),
    }
    assert answers[place]().status_code in {400, 404}


def test_a_user_name_of_a_hundred_thousand_letters_is_nobody(world: World):
    for name in ("x" * 100_000, "x" * 100_000 + "@example.com"):
        answer = Client().post(reverse("login"), {"username": name, "password": "p" * 100_000})
        assert answer.status_code == 200


def test_a_body_that_is_too_large_is_answered_in_our_shape(world: World):
    body = json.dumps({"title": "x" * 3_000_000}).encode()
    answer = world.clients[table.WRITING_TOKEN].post(reverse("api:products"), body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"constraints": [{"strokes": ' + b"[" * 40 + b"]" * 40 + b"}]}", "constraints"),
        (b'{"title": "\\ud800"}', "title"),
        (b'{"photos": [1e400]}', "photos"),
        (b'{"photos": [123456789012345678901234567890]}', "photos"),
    ],
)
def test_what_cannot_be_read_is_named(body: bytes, field: str, world: World):
    answer = world.clients[table.WRITING_TOKEN].post(
        reverse("api-edits:requests"), body, content_type="application/json"
    )
    assert answer.status_code == 400
    assert [name.partition(".")[0] for name in answer.json()["error"]["fields"]] == [field]
