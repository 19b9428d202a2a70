"""One browser and one site for all of these tests; each file has rows of its own.

The processes see committed rows only, so that a file's rows are committed, and flushed after its last test.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from tests.end_to_end.chromium import CHROMIUM, SWITCHES
from tests.end_to_end.studio_site import Shop, Site, build_shop


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    # Playwright's synchronous API keeps an event loop running in this thread; Django then asks for this variable.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def _processes(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    running = Site(tmp_path_factory.mktemp("site") / "processes.log")
    with django_db_blocker.unblock():
        running.start()
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="module")
def site(_processes: Site, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    with django_db_blocker.unblock():
        yield _processes
        call_command("flush", "--no-input", verbosity=0, reset_sequences=False)
        connection.close()  # of this thread with its event loop; the test database is dropped later


@pytest.fixture(scope="module")
def shop(site: Site) -> Shop:
    return build_shop()


@pytest.fixture
def open_page(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """A new browser window. At the end nothing may have been reported on any console."""
    contexts, reports = [], []

    def note(message: ConsoleMessage) -> None:
        answered = ("the server responded with a status of", "Response Status Error Code")
        if message.type in {"error", "warning"} and not any(text in message.text for text in answered):
            reports.append(message.text)

    def open_window(width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 850}, base_url=live_server.url, **options)
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: reports.append(str(error)))
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert reports == []
