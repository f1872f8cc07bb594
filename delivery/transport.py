"""Sending bytes to an address that somebody else chose: no private network, no redirect, no endless wait."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

TIMEOUT = 30.0  # seconds for the whole exchange
LONGEST_ANSWER = 10_000  # bytes of the answer that are read
ACCEPTED = frozenset({200, 201, 202, 204})


@dataclass(frozen=True)
class Answer:
    """What came back. `code` is None when nothing did, and `error` says why."""

    code: int | None
    body: str = ""
    error: str = ""
    duration_ms: int = 0

    @property
    def is_accepted(self) -> bool:
        """Whether the receiver took it."""
        return self.code in ACCEPTED


class Refused(OSError):
    """The address lies where nothing is sent."""


def post(url: str, body: bytes, headers: Mapping[str, str], timeout: float = TIMEOUT) -> Answer:
    """Send `body` to `url` and return what came back; never raises for what the other side does."""
    started = time.monotonic()
    try:
        code, text = _exchange(urlsplit(url), body, headers, timeout)
        answer = Answer(code, text)
    except TimeoutError:
        answer = Answer(None, error=f"No answer within {timeout:g} seconds.")
    except ssl.SSLError as error:
        answer = Answer(None, error=f"The TLS connection failed: {error.reason or error}.")
    except (OSError, http.client.HTTPException, ValueError) as error:
        answer = Answer(None, error=str(error) or type(error).__name__)
    took = round((time.monotonic() - started) * 1000)
    if answer.code is None and took >= timeout * 1000:
        answer = Answer(None, error=f"No answer within {timeout:g} seconds.")
    return Answer(answer.code, answer.body, answer.error[:255], took)


def _exchange(
    address: SplitResult, body: bytes, headers: Mapping[str, str], timeout: float
) -> tuple[int, str]:
    connection = _connection(address, timeout)
    # The socket's own limit holds for each read; a receiver that drips bytes is cut off by this one.
    watch = threading.Timer(timeout, _cut, [connection])
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", _path(address), body, dict(headers))
        response = connection.getresponse()
        return response.status, response.read(LONGEST_ANSWER).decode(errors="replace")
    finally:
        watch.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        with suppress(OSError):  # closed meanwhile
            connection.sock.shutdown(socket.SHUT_RDWR)


def _path(address: SplitResult) -> str:
    path = address.path or "/"
    return f"{path}?{address.query}" if address.query else path


def _connection(address: SplitResult, timeout: float) -> http.client.HTTPConnection:
    """Open to the very address that was checked, so that a name cannot change its mind in between."""
    if address.scheme not in ("http", "https") or not address.hostname:
        raise Refused("Not an address of the web.")
    is_https = address.scheme == "https"
    host, port = address.hostname, address.port or (443 if is_https else 80)
    found = allowed_address(host, port)
    connection: http.client.HTTPConnection
    if is_https:
        secure = ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, port, timeout=timeout, context=secure)
    else:
        connection = http.client.HTTPConnection(host, port, timeout=timeout)
    connection._create_connection = (  # type: ignore[attr-defined]
        lambda *_words, **_more: socket.create_connection((found, port), timeout)
    )
    return connection


def allowed_address(host: str, port: int) -> str:
    """Return an IP address of `host` that may be sent to; raises Refused when one may not.

    A name any of whose addresses is private is refused as a whole.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise Refused(f"There is no host {host}.") from error
    addresses = [str(one[4][0]) for one in found]
    if not settings.WEBHOOKS_MAY_BE_PRIVATE and not all(map(is_public, addresses)):
        raise Refused("The address lies in a private network.")
    return addresses[0]


def is_public(address: str) -> bool:
    """Say whether an IP address lies in the public network; IPv4 inside of IPv6 counts as itself."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = inner or ip
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
