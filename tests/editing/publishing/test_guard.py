import ipaddress
import socket

import pytest

from catalog.errors import InvalidInput
from editing.publishing.outbound import guard, http


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
        "0.0.0.0",  # noqa: S104
        "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
        "64:ff9b:1::7f00:1", "64:ff9b:1:ffff::1", "::127.0.0.1", "::ffff:0:127.0.0.1", "fec0::1", "192.88.99.1",
        "2002:c058:6301::", "::ffff:192.88.99.1", "100::1", "5f00::1", "4000::1", "::2:3", "2001::1", "3fff::1",
    ],
)  # fmt: skip
def test_addresses_of_no_public_host_are_known(address: str):
    assert not guard.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(address: str):
    assert guard.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/hook", "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://0/",
        "https://2130706433/", "https://0x7f000001/", "https://127.1/", "https://169.254.169.254/latest/meta-data/",
        "https://user:word@shop.example/", "https://shop.example/#part", "ftp://shop.example/", "https://", "shop",
        "https://shop.example:99999/",
        "https://shop.example:22/", "https://shop.example:6379/", "https://shop.example:0/",
        "https://shop.example/a b", "https://[::ffff:127.0.0.1]/", "file:///etc/passwd",
        "https://" + "a" * 500 + ".example/", "https://shop.example/\r\nX: y",
    ],
)  # fmt: skip
def test_unsafe_addresses_are_refused_on_entry_and_on_sending(url: str, settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    with pytest.raises(InvalidInput):
        guard.checked_url(url)
    assert http.post(url, b"{}", {}).status_code is None


def _resolves_to(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Names have these addresses, the last answer for ever; what is connected to is noted."""
    left, connected = list(answers), []

    def getaddrinfo(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    def create_connection(address: tuple[str, int], timeout: float) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket, "create_connection", create_connection)
    return connected


def test_one_private_address_among_public_ones_is_too_many(monkeypatch: pytest.MonkeyPatch):
    connected = _resolves_to(monkeypatch, ["93.184.216.34", "10.0.0.1"])
    assert "public internet" in http.post("https://shop.example/", b"{}", {}).problem
    assert connected == []


def test_a_name_that_changes_its_mind_is_caught(monkeypatch: pytest.MonkeyPatch):
    """Checked on entry as public, private on sending; and what is connected to is what was checked."""
    connected = _resolves_to(monkeypatch, ["93.184.216.34"], ["93.184.216.34"], ["127.0.0.1"])
    assert guard.checked_url("https://shop.example/hook") == "https://shop.example/hook"
    assert http.post("https://shop.example/hook", b"{}", {}).problem.startswith("The receiver could not be reached")
    assert connected == ["93.184.216.34"]
    assert "public internet" in http.post("https://shop.example/hook", b"{}", {}).problem
    assert connected == ["93.184.216.34"]
