"""Nothing is sent into a private network, however its address is written, and no wait is endless."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from delivery import transport

PRIVATE = {
    "loopback": "127.0.0.1",
    "loopback as a number": "2130706433",
    "loopback in octal": "0177.0.0.1",
    "loopback by name": "localhost",
    "private": "10.1.2.3",
    "private too": "192.168.0.1",
    "shared": "100.64.0.1",
    "cloud metadata": "169.254.169.254",
    "nothing": "0.0.0.0",
    "IPv6 loopback": "[::1]",
    "IPv4 inside IPv6": "[::ffff:127.0.0.1]",
    "IPv4 behind NAT64": "[64:ff9b::7f00:1]",
    "IPv4 behind 6to4": "[2002:7f00:1::]",
    "unique local": "[fd00::1]",
    "link local": "[fe80::1]",
    "multicast": "224.0.0.1",
}


@pytest.mark.parametrize("host", PRIVATE.values(), ids=PRIVATE)
def test_a_private_address_is_refused_before_anything_is_sent(
    receiver, settings, host: str
) -> None:
    settings.WEBHOOKS_MAY_BE_PRIVATE = False
    port = receiver.url.rstrip("/").rpartition(":")[2]

    answer = transport.post(f"http://{host}:{port}/", b"{}", {}, timeout=2)

    assert (answer.code, receiver.heard) == (None, [])
    assert answer.error == "The address lies in a private network."


def test_a_name_with_one_private_address_among_public_ones_is_refused(
    settings, monkeypatch
) -> None:
    settings.WEBHOOKS_MAY_BE_PRIVATE = False
    found = [(0, 0, 0, "", ("93.184.216.34", 80)), (0, 0, 0, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *words, **more: found)

    with pytest.raises(transport.Refused):
        transport.allowed_address("rebinding.example.com", 80)


def test_a_name_is_looked_up_once_and_connected_to_at_that_very_address(
    receiver, monkeypatch
) -> None:
    asked = []

    def look_up(host: str, *words: object, **more: object) -> list[tuple]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))]

    real = socket.create_connection
    monkeypatch.setattr(transport.socket, "getaddrinfo", look_up)
    monkeypatch.setattr(
        transport.socket,
        "create_connection",
        lambda address, *words, **more: connected(real, receiver, address),
    )
    port = receiver.url.rstrip("/").rpartition(":")[2]

    answer = transport.post(f"http://hooks.example.com:{port}/x", b"{}", {})

    assert (answer.code, asked) == (200, ["hooks.example.com"])
    assert receiver.heard[0].headers["Host"] == f"hooks.example.com:{port}"


def connected(real, receiver, address: tuple[str, int]):
    assert address[0] == "127.0.0.1"
    server = socket.socket()
    server.connect(address)
    return server


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111"])
def test_public_addresses_are_public(address: str) -> None:
    assert transport.is_public(address)


@pytest.mark.parametrize("url", ["ftp://example.com/", "file:///etc/passwd", "http://", "x"])
def test_only_the_web_is_sent_to(url: str) -> None:
    assert transport.post(url, b"{}", {}).error == "Not an address of the web."


def drip(server: socket.socket) -> None:
    """Answer a byte at a time, for ever."""
    connection, _ = server.accept()
    try:
        for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10_000:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)
    except OSError:
        pass


def test_a_receiver_that_drips_its_answer_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=drip, args=[server], daemon=True).start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"

        started = time.monotonic()
        answer = transport.post(address, b"{}", {}, timeout=0.5)

    assert time.monotonic() - started < 2
    assert (answer.code, answer.error) == (None, "No answer within 0.5 seconds.")


def test_a_receiver_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"

        answer = transport.post(address, b"{}", {}, timeout=0.3)

    assert (answer.code, answer.error) == (None, "No answer within 0.3 seconds.")
    assert answer.duration_ms >= 300
