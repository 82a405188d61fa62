"""Thousands of idle connections and clients of a byte a second: the others are served, memory and connections stay
within the limits of docs/reference/configuration.md. tests/fault/connections measures what the others notice."""

import pytest
from connections_crowd import Crowd, allow_many_files, connected
from harness.client import new_key
from harness.waiting import wait_until

CONNECTIONS_MAX, PER_ADDRESS_MAX = 10_000, 1_000
READERS = WRITERS = 100
OTHERS = 50
IDLE = CONNECTIONS_MAX - READERS - WRITERS - OTHERS
# Buffers of an idle connection, and a piece of a stream or of a body for each slow one.
IDLE_KILOBYTES, SLOW_KILOBYTES = 8, 300


@pytest.fixture(autouse=True)
def files():
    if not allow_many_files(CONNECTIONS_MAX + 1_000):
        pytest.skip("this user may not open so many files")


def metric(standalone, name: str) -> float:
    lines = standalone.api.get("/metrics").body.decode().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(name + " ")))


def test_the_others_are_served_beside_a_crowd(standalone):
    standalone.start()
    lines = [standalone.api.post_invoice(reference=new_key(), metadata={"note": "x" * 500}) for _ in range(300)]
    port = standalone.address()[1]
    before = standalone.process.anonymous_kilobytes()
    with Crowd(port, IDLE, READERS, WRITERS) as crowd:
        wait_until(lambda: metric(standalone, "http_connections") >= IDLE + READERS + WRITERS, "all accepted")
        for _ in range(200):
            stored = standalone.api.post_invoice("1.00", key=new_key())
            assert standalone.api.get(f"/invoices/{stored['id']}").status == 200
        assert len(standalone.api.list("/invoices", limit=1000)) == len(lines) + 200
        grown = standalone.process.anonymous_kilobytes() - before
        print(f"RssAnon {before} kB before, {grown} kB more with {IDLE} idle, {READERS} slow readers, "
              f"{WRITERS} slow writers")
        assert grown < IDLE * IDLE_KILOBYTES + (READERS + WRITERS) * SLOW_KILOBYTES
        assert crowd.still_open() == IDLE + READERS + WRITERS, "nobody within the limits was sent away"
    wait_until(lambda: metric(standalone, "http_connections") < 10, "all gone")


def refusal(port: int, host: int) -> bytes:
    with connected(port, host) as one:
        one.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        return one.recv(4096)


def test_a_connection_too_many_is_refused_and_told_when_to_come_back(standalone):
    standalone.start()
    port = standalone.address()[1]
    many = [connected(port, 7) for _ in range(PER_ADDRESS_MAX)]
    try:
        # A connection counts once it is accepted, which the server does in its own time.
        wait_until(lambda: metric(standalone, "http_connections") > PER_ADDRESS_MAX, "all accepted")
        refused = refusal(port, 7)
        assert refused.startswith(b"HTTP/1.1 503 ") and b"Retry-After: " in refused and b'"overloaded"' in refused
        assert refusal(port, 8).startswith(b"HTTP/1.1 200 "), "another address is not concerned"
    finally:
        for one in many:
            one.close()
    wait_until(lambda: refusal(port, 7).startswith(b"HTTP/1.1 200 "), "a place is free again")
    assert metric(standalone, "http_connections_refused_total") >= 1
