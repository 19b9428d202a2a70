"""Who a request comes from: the one place that believes, or does not, what proxies write into headers.

`TRUSTED_PROXIES` names the addresses or networks of our own proxies. Behind one, the visitor is the rightmost address of
X-Forwarded-For that is none of ours; from anybody else these headers are taken away, so that nothing further in can
believe them. Afterwards REMOTE_ADDR is the visitor for everything: the guard against guessing, rates, logs.
The server must not judge the headers by rules of its own before us: uvicorn runs with `--no-proxy-headers`.
"""

import ipaddress
from collections.abc import Callable, Sequence
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_WRITTEN_BY_PROXIES = ("FOR", "PROTO", "HOST", "PORT", "PREFIX", "SERVER")


def networks(names: Sequence[str]) -> list[Network]:
    """The setting's addresses and networks. Raises ImproperlyConfigured."""
    try:
        return [ipaddress.ip_network(name) for name in names]
    except ValueError as error:
        message = "TRUSTED_PROXIES names addresses or networks of proxies, divided by commas, such as 10.0.0.0/8."
        raise ImproperlyConfigured(message) from error


@sync_and_async_middleware
def trusted_proxies_middleware(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    if iscoroutinefunction(get_response):

        async def handle_async(request: HttpRequest) -> HttpResponse:
            _settle(request.META)
            answer: HttpResponse = await get_response(request)
            return answer

        return handle_async

    def handle(request: HttpRequest) -> HttpResponse:
        _settle(request.META)
        answer: HttpResponse = get_response(request)
        return answer

    return handle


def _settle(meta: dict[str, Any]) -> None:
    """Put the visitor's address into REMOTE_ADDR, or forget the headers of somebody who is no proxy of ours."""
    peer = str(meta.get("REMOTE_ADDR") or "")
    if not _is_ours(peer):
        for name in [f"HTTP_X_FORWARDED_{part}" for part in _WRITTEN_BY_PROXIES] + ["HTTP_FORWARDED", "HTTP_X_REAL_IP"]:
            meta.pop(name, None)
        return
    for named in reversed(meta.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        address = _parsed(named)
        if address is None:
            break  # what stands further left was not written by a proxy that we know
        meta["REMOTE_ADDR"] = str(address)
        if not _is_ours(str(address)):
            break


def _is_ours(name: str) -> bool:
    address = _parsed(name)
    return address is not None and any(address in network for network in settings.TRUSTED_PROXIES)


def _parsed(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(name.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
