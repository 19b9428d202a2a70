"""Which addresses we talk to on a merchant's behalf: public ones only, and the very address that was checked.

A name is resolved once. All its addresses must be public, and the connection goes to one of those, so that a name which
changes its mind between the check and the connection (DNS rebinding) gains nothing. Redirects are not followed.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from catalog.errors import InvalidInput

MAX_LENGTH = 500
PORTS = (443, 8443)  # of receivers; any other would let us knock on whatever else a host runs
# Global addresses of IPv6 are handed out of this alone: all else is local, reserved, or IPv4 in one of its many spellings.
_UNICAST = ipaddress.ip_network("2000::/3")
_NO_HOSTS = [ipaddress.ip_network(name) for name in ("192.88.99.0/24", "3fff::/20")]  # any relay of 6to4; documentation
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Refused(Exception):
    """The address may not be talked to; the sentence is for the merchant."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A parsed address. `path` has the query with it."""

    is_secure: bool
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.is_secure else 80) else f"{name}:{self.port}"


def parse(url: str) -> Target:
    """Raises Refused for what is no address of ours to talk to; resolves nothing."""
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode() if ":" not in (parts.hostname or "") else parts.hostname
    except (ValueError, UnicodeError) as error:
        raise Refused("This is not an address.") from error
    if parts.scheme not in ("https", "http") or not host or len(url) > MAX_LENGTH or not url.isprintable():
        raise Refused("An address begins with https:// and names a host.")
    if parts.scheme == "http" and not settings.WEBHOOKS_ALLOW_PRIVATE:
        raise Refused("Only https addresses are told of events.")
    if parts.username or parts.password or parts.fragment or " " in url:
        raise Refused("An address has no user name, no password, no # and no space in it.")
    if port not in (None, *PORTS) and not settings.WEBHOOKS_ALLOW_PRIVATE:
        raise Refused(f"Only the ports {' and '.join(map(str, PORTS))} are talked to.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise Refused("Letters beyond ASCII in a path are written as %XX.")
    is_secure = parts.scheme == "https"
    return Target(is_secure=is_secure, host=str(host), port=port or (443 if is_secure else 80), path=path)


def resolve(target: Target) -> str:
    """An address of the host that may be connected to. Raises Refused, or OSError where the name is unknown."""
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses:
        raise Refused("The host has no address.")
    if not settings.WEBHOOKS_ALLOW_PRIVATE and not all(is_public(ipaddress.ip_address(a)) for a in addresses):
        raise Refused("The host has an address that is not on the public internet.")
    return addresses[0]


def is_public(address: Address) -> bool:
    """Neither private, loopback, link-local, shared, reserved nor multicast; looks through IPv6 wrappings of IPv4."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if inner:
            return is_public(inner)
        if address not in _UNICAST:
            return False
    return address.is_global and not address.is_multicast and not any(address in network for network in _NO_HOSTS)


def checked_url(url: str) -> str:
    """The address as it is kept. Raises InvalidInput; a name that is unknown now may become known later."""
    url = url.strip()
    try:
        resolve(parse(url))
    except Refused as error:
        raise InvalidInput(str(error), extra={"url": [str(error)]}) from error
    except (OSError, UnicodeError) as error:
        raise InvalidInput("This host is not known.", extra={"url": ["This host is not known."]}) from error
    return url
