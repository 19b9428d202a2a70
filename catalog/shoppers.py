"""Who a shopper is, as far as limits need to know: nobody by name, the same for a day, nothing that leads back."""

import hashlib
import hmac
import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone


def shopper_of(request: HttpRequest) -> str:
    """A keyed digest of address and day. An IPv6 household counts as one, whichever of its addresses it uses."""
    text = f"{timezone.now().date()} {_network(client_address(request))}"
    return hmac.new(settings.SECRET_KEY.encode(), f"shopper {text}".encode(), hashlib.sha256).hexdigest()


def client_address(request: HttpRequest) -> str:
    """The visitor's address, as `deploy.proxies` found it; headers that a visitor writes are never believed."""
    return str(request.META.get("REMOTE_ADDR", ""))


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{parsed}/64", strict=False)) if parsed.version == 6 else str(parsed)
