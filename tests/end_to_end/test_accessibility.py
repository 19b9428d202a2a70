"""Every page of every role, read by axe-core on a phone and on a screen, in light and dark. No violation of any impact."""

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page

from tests.end_to_end.chromium import CHROMIUM
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
WIDTHS = (390, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
RUN = """async () => {
    const moving = () => document.getAnimations().filter((one) => one instanceof CSSTransition);
    while (moving().length) await Promise.allSettled(moving().map((one) => one.finished));  // from light to dark
    return (await axe.run(document, {resultTypes: ['violations'], iframes: false})).violations;
}"""


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


def _is_page(page: Page, address: str) -> bool:
    """Neither a file, nor a part of a page, nor a list for machines."""
    answer = page.request.get(address)
    return answer.headers.get("content-type", "").startswith("text/html") and b"<title>" in answer.body()


def _violations(page: Page, address: str) -> list[str]:
    """The page is loaded once, and then seen on every screen in both schemes."""
    page.goto(address)
    page.evaluate(Axe().axe_script)
    wrong = []
    for width, scheme in product(WIDTHS, SCHEMES):
        page.set_viewport_size({"width": width, "height": 850})
        page.emulate_media(color_scheme=scheme)
        wrong += [f"{address} {width} px {scheme}: {_told(rule)}" for rule in page.evaluate(RUN)]
    return wrong


def _told(rule: dict[str, Any]) -> str:
    first = rule["nodes"][0]
    return f"{rule['id']} x{len(rule['nodes'])}: {first['html'][:160]} {first.get('failureSummary', '')[:240]}"


def test_axe_finds_nothing_on_any_page(
    open_page: Callable[..., Page],
    transactional_db: None,
    live_server: Any,
):
    world, wrong, seen = build(), [], 0
    for role, addresses in _pages(world).items():
        page = open_page(reduced_motion="reduce")
        cookie = world.clients[role].cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None:
            page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        for address in filter(partial(_is_page, page), addresses):
            wrong += _violations(page, address)
            seen += 1
    assert wrong == [], "\n".join(wrong)
    assert seen > 60
