"""A POST to a checked address, bounded in time and in what is read."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from editing.publishing.outbound import guard

CONNECT_SECONDS, WHOLE_SECONDS = 5.0, 10.0
MAX_READ = 4096  # of the answer's body, which nobody looks at


@dataclass(frozen=True, kw_only=True)
class Outcome:
    status_code: int | None
    problem: str  # empty: delivered
    milliseconds: int


@dataclass(frozen=True, kw_only=True)
class Answer:
    outcome: Outcome
    body: bytes
    is_cut: bool  # there was more than was to be read


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Never raises for what lies with the receiver or the network."""
    return exchange(url, body, headers, seconds=WHOLE_SECONDS, max_read=MAX_READ).outcome


def exchange(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float, max_read: int) -> Answer:
    """The same, for who wants to read the answer: at most `max_read` bytes of it."""
    started = time.monotonic()
    status_code, problem, data = None, "", b""
    try:
        status_code, data = _post(guard.parse(url), body, headers, seconds, max_read)
        problem = _problem_of(status_code)
    except guard.Refused as error:
        problem = str(error)
    except TimeoutError:
        problem = f"No answer within {seconds:.0f} seconds."
    except ssl.SSLError as error:
        problem = f"The certificate is not good: {error.reason or 'handshake failed'}."
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        problem = f"The receiver could not be reached: {type(error).__name__}."
    milliseconds = round(1000 * (time.monotonic() - started))
    outcome = Outcome(status_code=status_code, problem=problem[:200], milliseconds=milliseconds)
    return Answer(outcome=outcome, body=data[:max_read], is_cut=len(data) > max_read)


def _problem_of(status_code: int) -> str:
    if 200 <= status_code < 300:
        return ""
    return "Redirects are not followed." if 300 <= status_code < 400 else f"The receiver answered {status_code}."


def _post(
    target: guard.Target, body: bytes, headers: Mapping[str, str], seconds: float, max_read: int
) -> tuple[int, bytes]:
    connection = _connect(target)
    connection.sock.settimeout(seconds)  # some receivers think before their first byte
    expired = threading.Event()
    timer = threading.Timer(seconds, _cut, args=(connection, expired))  # against answers that drip
    timer.daemon = True
    timer.start()
    try:
        connection.request("POST", target.path, body, {"Host": target.host_header, "Connection": "close", **headers})
        answer = connection.getresponse()
        status, data = answer.status, answer.read(max_read + 1)
    except Exception as error:
        if expired.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
        connection.close()
    return status, data


def _connect(target: guard.Target) -> http.client.HTTPConnection:
    """Connected to the address that was checked; a certificate is checked against the name."""
    address = guard.resolve(target)
    plain = socket.create_connection((address, target.port), timeout=CONNECT_SECONDS)
    connection = http.client.HTTPConnection(target.host, target.port, timeout=CONNECT_SECONDS)
    try:
        connection.sock = _secured(plain, target.host) if target.is_secure else plain
    except Exception:
        plain.close()
        raise
    return connection


def _secured(plain: socket.socket, host: str) -> ssl.SSLSocket:
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def _cut(connection: http.client.HTTPConnection, expired: threading.Event) -> None:
    expired.set()
    if connection.sock:
        with suppress(OSError):  # it ended by itself just now
            connection.sock.shutdown(socket.SHUT_RDWR)
