"""Every page of every role, read by axe-core on a screen, in light. No violation of any impact."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page

from tests.end_to_end.test_catalogue import CHROMIUM, browser, open_page  # noqa: F401  fixtures
from tests.permissions import table
from tests.permissions.table import TABLE, Audience
from tests.permissions.world import World, build
from tests.test_permission_matrix import ROUTES, STREAMS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium: set CHROMIUM to one"),
    pytest.mark.django_db(transaction=True),
]
ROLES = (table.ANONYMOUS, table.OWNER, table.REVIEWER, table.SHOPPER)
RUN = "() => axe.run(document, {resultTypes: ['violations'], iframes: false}).then(found => found.violations)"


def _pages(world: World) -> dict[str, list[str]]:
    """By role, the addresses of the pages that it is the first to see."""
    pages: dict[str, list[str]] = {role: [] for role in ROLES}
    for route, names in ROUTES.items():
        audience = TABLE.get(route, {}).get("GET")
        if audience in (None, Audience.ANYHOW) or route in STREAMS or "api" in route.partition(":")[0]:
            continue
        role = next((role for role in ROLES if role in audience.value), None)
        if role is not None:
            pages[role].append(reverse(route, kwargs=world.arguments(route, list(names))))
    return pages


def _violations(page: Page, address: str) -> list[str]:
    """Nothing for what is no page: a file, a part of one, a list for machines."""
    answer = page.request.get(address)
    if not answer.headers.get("content-type", "").startswith("text/html") or b"<title>" not in answer.body():
        return []
    page.goto(address)
    page.evaluate(Axe().axe_script)
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return [
        f"{address}: {rule['id']} x{len(rule['nodes'])}: {rule['nodes'][0]['html'][:160]}"
        f" {rule['nodes'][0].get('failureSummary', '')[:240]}"
        for rule in found
    ]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light")])
def test_axe_finds_nothing_on_any_page(
    open_page: Callable[..., Page],  # noqa: F811
    transactional_db: None,
    live_server: Any,
    width: int,
    scheme: str,
):
    world, wrong, seen = build(), [], 0
    for role, addresses in _pages(world).items():
        page = open_page(width, color_scheme=scheme)
        cookie = world.clients[role].cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None:
            page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        for address in addresses:
            wrong += _violations(page, address)
            seen += 1
    assert wrong == []
    assert seen > 60
