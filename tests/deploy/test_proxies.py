"""Whose word about a visitor's address is taken."""

import subprocess
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse

from catalog.shoppers import client_address
from deploy.proxies import networks, trusted_proxies_middleware
from tests.catalog.factories import PASSWORD, UserFactory

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("peer", "forwarded", "visitor"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # no proxy of ours: the header is a visitor's own
        ("127.0.0.1", "198.51.100.1", "127.0.0.1"),  # nor is everybody on this machine one
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),  # the visitor wrote the left part
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),  # two of ours
        ("10.0.0.1", "10.0.0.3, 198.51.100.1, 10.0.0.2", "198.51.100.1"),  # claims to be ours
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, nonsense\0", "10.0.0.1"),
        ("::ffff:10.0.0.1", "2001:db8::7", "2001:db8::7"),
    ],
)
def test_the_visitor_is_the_rightmost_address_that_is_not_ours(peer: str, forwarded: str, visitor: str, settings):
    settings.TRUSTED_PROXIES = networks(["10.0.0.0/8"])
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded, "HTTP_X_FORWARDED_PROTO": "https"}
    trusted_proxies_middleware(lambda _: HttpResponse())(request)
    assert client_address(request) == visitor
    assert ("HTTP_X_FORWARDED_PROTO" in request.META) == ("10.0.0.1" in peer)


def test_a_number_of_proxies_is_no_setting_any_more():
    with pytest.raises(ImproperlyConfigured, match="networks of proxies"):
        networks(["10.0.0.0/8", "nginx"])


def _try(client: Client, number: int, password: str, **peer: str) -> HttpResponse:
    form = {"username": "guessed@example.com", "password": password}
    return client.post(reverse("login"), form, headers={"X-Forwarded-For": f"198.51.100.{number}"}, **peer)


@pytest.fixture
def guessed(db: None) -> None:
    UserFactory(email="guessed@example.com")


def test_a_rotating_header_does_not_get_around_the_guard_against_guessing(guessed: None):
    client = Client()
    statuses = [_try(client, number, "wrong").status_code for number in range(25)]
    assert statuses[:4] == [200] * 4 and set(statuses[5:]) == {429}
    assert _try(client, 200, PASSWORD).status_code == 429


def test_behind_a_proxy_somebody_who_guesses_locks_out_himself_and_nobody_else(guessed: None, settings):
    settings.TRUSTED_PROXIES = networks(["10.0.0.0/8"])
    client = Client()
    statuses = [_try(client, 7, "wrong", REMOTE_ADDR="10.0.0.1").status_code for _ in range(8)]
    assert statuses[-1] == 429
    assert _try(client, 8, PASSWORD, REMOTE_ADDR="10.0.0.1").status_code == 302


def test_no_server_of_ours_judges_forwarded_headers_by_itself():
    """uvicorn would believe everybody who connects from this machine."""
    found = subprocess.run(["grep", "-rlE", r"uvicorn.?.?.? .?deploy\.asgi|\"uvicorn\"", "deploy", "benchmarks", "tests"],
                           cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()  # fmt: skip
    starters = [name for name in found if not name.endswith((".pyc", "test_proxies.py"))]
    assert len(starters) >= 4
    assert [name for name in starters if "--no-proxy-headers" not in (ROOT / name).read_text()] == []
