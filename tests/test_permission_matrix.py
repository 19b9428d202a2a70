"""Every route, with every method, asked by everybody. The rows are in `tests/permissions/table.py`."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.permissions import table
from tests.permissions.table import TABLE, Audience, Person
from tests.permissions.world import World, build

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
WRITES = ("INSERT", "UPDATE", "DELETE")
# Written for anybody who comes along: sessions, what axes notes, the last use of a token.
# Lines of the audit log say who tried; rates count who asks.
BOOKKEEPING = ("catalog_session", "catalog_auditentry", "catalog_ratecount", "axes_", "last_used_at", "last_login")


def _routes(
    resolver: URLResolver, namespace: str = "", names: tuple[str, ...] = ()
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for entry in resolver.url_patterns:
        arguments = (*names, *entry.pattern.converters, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _routes(entry, inner, tuple(arguments))
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name or 'catch-all'}", tuple(dict.fromkeys(arguments))


ROUTES = dict(_routes(get_resolver()))
STREAMS = {"editing:studio-events", "editing:request-events", "api-edits:request-events"}
ADMIN_ROUTES = [route for route in ROUTES if route.startswith("admin:")]


def test_every_route_has_a_row_and_every_row_a_route():
    assert set(ROUTES) - set(ADMIN_ROUTES) == set(TABLE)


def _answer(
    world: World, person: Person, method: str, address: str, form: dict[str, Any] | None = None
) -> tuple[HttpResponse, list[str]]:
    """The answer, and what was written; nothing of it lasts."""
    with transaction.atomic():
        with CaptureQueriesContext(connection) as queries:
            body = {"content_type": "application/json"} if "/api/" in address else {}
            if method == "POST":
                body["data"] = form or {}
            response = getattr(world.clients[person], method.lower())(address, **body)
        transaction.set_rollback(True)
    written = [query["sql"] for query in queries if query["sql"].startswith(WRITES)]
    return response, [sql for sql in written if not any(name in sql for name in BOOKKEEPING)]


def _is_refused(response: HttpResponse) -> bool:
    """Sent to the login page, told that there is nothing, or told that there is no such method."""
    to_login = response.status_code == 302 and urlsplit(response["Location"]).path.endswith("/login/")
    return to_login or response.status_code in {401, 403, 404, 405}


def _may(person: Person, route: str, method: str) -> bool:
    audience = TABLE[route].get(method)
    if audience is None or person not in audience.value:
        return False
    names_an_object = bool(ROUTES[route]) or route == "catalog:switch-merchant"
    is_strange = person in {table.STRANGER, table.STRANGE_TOKEN}
    return audience in {Audience.EVERYBODY, Audience.STAFF} or not (names_an_object and is_strange)


@pytest.mark.parametrize("route", sorted(set(TABLE) & set(ROUTES) - STREAMS))
def test_a_route_answers_its_audience_and_nobody_else(route: str, world: World, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    address = reverse(route, kwargs=world.arguments(route, list(ROUTES[route])))
    people = (*table.PEOPLE, *table.TOKENS) if route.startswith("api") else table.PEOPLE
    wrong = []
    for person in people:
        for method in METHODS:
            response, written = _answer(world, person, method, address, world.forms.get(route))
            refused, may = _is_refused(response), _may(person, route, method)
            if TABLE[route].get(method) is Audience.ANYHOW:
                refused = not may
            if refused == may or response.status_code >= 500 or (refused and written):
                wrong.append(f"{person} {method}: {response.status_code}, may be answered: {may}, written: {written}")
    assert wrong == []


def _filled(payload: Any, photo: int, key: str) -> Any:
    """The payload with a photo and a key in their places."""
    if isinstance(payload, dict):
        return {name.replace(table.PHOTO, str(photo)): _filled(value, photo, key) for name, value in payload.items()}
    if isinstance(payload, list):
        return [_filled(value, photo, key) for value in payload]
    return {table.PHOTO: photo, table.KEY: key}.get(payload, payload)


@pytest.mark.parametrize("route", sorted(table.KEYED))
def test_a_payload_opens_no_object_of_somebody_else(route: str, world: World):
    """The owner of A, for A's own photo, with the keys of everything that B has in the store."""
    person = table.WRITING_TOKEN if route.startswith("api") else table.OWNER
    for payload in table.KEYED[route]:
        for key in world.strange_keys:
            body = _filled(payload, world.objects["photo_id"], key)
            data = json.dumps(body) if route.startswith("api") else body
            response, written = _answer(world, person, "POST", reverse(route), data)
            assert (response.status_code in {400, 404, 422}, written) == (True, []), (key, response.status_code)
        body = _filled(payload, world.objects["photo_id"], world.own_mask)
        data = json.dumps(body) if route.startswith("api") else body
        response, written = _answer(world, person, "POST", reverse(route), data)
        assert response.status_code in {201, 302} and written


@pytest.mark.django_db
def test_every_key_that_a_program_may_send_is_in_the_table():
    """A new field that is called a key needs its payload above."""
    schema = json.loads(Client().get(reverse("api:schema"), {"format": "json"}).content)
    sent = {
        reference["$ref"].rpartition("/")[2]
        for path in schema["paths"].values()
        for operation in path.values()
        for reference in _references(operation.get("requestBody", {}))
    }
    parts = schema["components"]["schemas"]
    keyed = {name for name in _with_parts(sent, parts) if set(parts[name].get("properties", {})) & {"key", "mask_key"}}
    tried = {"Mask", "PaintedPhoto"}  # the second in tests/editing/own_parts: its photo must be known to the studio
    assert {name.removesuffix("Request") for name in keyed} == tried


def _references(value: Any) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _with_parts(names: set[str], parts: dict[str, Any]) -> set[str]:
    """The schemas of these names and all within them."""
    inner = {found["$ref"].rpartition("/")[2] for name in names for found in _references(parts[name])}
    return names if inner <= names else _with_parts(names | inner, parts)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("route", sorted(STREAMS))
def test_a_stream_is_opened_to_its_audience_only(route: str):
    """Streams give their database connection back before they begin, so that nothing may be rolled back around them."""
    world = build()
    address = reverse(route, kwargs=world.arguments(route, list(ROUTES[route])))
    people = table.TOKENS if route.startswith("api") else table.PEOPLE
    answered = {person: not _is_refused(world.clients[person].get(address)) for person in people}
    assert answered == {person: _may(person, route, "GET") for person in people}


def test_the_operators_desk_is_closed_to_all_but_staff(world: World):
    outsiders = [person for person in table.PEOPLE if person not in {table.REVIEWER, table.SUPERUSER}]
    wrong = []
    for route in ADMIN_ROUTES:
        if route in table.ADMIN_DOORS:
            continue
        arguments = dict.fromkeys(ROUTES[route], "1") | ({"app_label": "catalog"} if route == "admin:app_list" else {})
        address = "/admin/nothing/" if route == "admin:catch-all" else reverse(route, kwargs=arguments)
        closed_to = outsiders if route in table.ADMIN_FRAME else [*outsiders, table.REVIEWER]
        for person in closed_to:
            for method in ("GET", "POST"):
                response, written = _answer(world, person, method, address)
                to_index = response.status_code == 302 and response["Location"] == "/admin/"  # no such object
                if not (to_index or _is_refused(response)) or written:
                    wrong.append(f"{person} {method} {address}: {response.status_code} {written}")
    assert wrong == []


def test_a_superuser_sees_every_list_of_the_operators_desk(world: World):
    client = world.clients[table.SUPERUSER]
    lists = [route for route in ADMIN_ROUTES if route.endswith("_changelist")]
    assert len(lists) > 8
    assert [route for route in lists if client.get(reverse(route)).status_code != 200] == []
