"""Thousands of idle connections and clients of a byte a second: the others are served, memory and connections stay
within the limits of docs/reference/configuration.md. tests/fault/connections measures what the others notice."""

import ssl

import pytest
from connections_crowd import Crowd, allow_many_files, connected, trusting
from harness.client import JSON, invoice, json_bytes
from harness.keys import bearer, known_key
from harness.waiting import wait_until
from rabbit_broker.certificates import Certificates

CONNECTIONS_MAX, PER_ADDRESS_MAX = 10_000, 1_000
READERS = WRITERS = 100
OTHERS = 50
IDLE = CONNECTIONS_MAX - READERS - WRITERS - OTHERS
# Buffers of an idle connection, and a piece of a stream or of a body for each slow one.
IDLE_KILOBYTES, SLOW_KILOBYTES = 8, 300
# A handshake costs both sides a millisecond: all ten thousand are in `tests/fault/connections --tls`.
TLS_IDLE, TLS_IDLE_KILOBYTES = 2_000, 40


@pytest.fixture(autouse=True)
def files():
    if not allow_many_files(CONNECTIONS_MAX + 1_000):
        pytest.skip("this user may not open so many files")


def metric(standalone, name: str, headers: dict[str, str] | None = None) -> float:
    lines = standalone.api.request("GET", "/metrics", headers=headers).body.decode().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(name + " ")))


def check_the_others(standalone, idle: int, idle_kilobytes: int, tls: ssl.SSLContext | None = None,
                     key: str | None = None) -> None:
    headers = bearer(key) if key else {}

    def enter(reference: str) -> str:
        body = json_bytes(invoice(reference=reference, metadata={"note": "x" * 500}))
        answer = standalone.api.request("POST", "/invoices", body, JSON | headers)
        assert answer.status == 201, answer
        return answer.json()["id"]

    for number in range(300):
        enter(f"before-{number}")
    before = standalone.process.anonymous_kilobytes()
    with Crowd(standalone.address()[1], idle, READERS, WRITERS, tls, key) as crowd:
        wait_until(lambda: metric(standalone, "http_connections", headers) >= idle + READERS + WRITERS, "all accepted")
        for number in range(200):
            stored = enter(f"beside-{number}")
            assert standalone.api.request("GET", f"/invoices/{stored}", headers=headers).status == 200
        grown = standalone.process.anonymous_kilobytes() - before
        print(f"RssAnon {before} kB before, {grown} kB more with {idle} idle, {READERS} slow readers, "
              f"{WRITERS} slow writers")
        assert grown < idle * idle_kilobytes + (READERS + WRITERS) * SLOW_KILOBYTES
        assert crowd.still_open() == idle + READERS + WRITERS, "nobody within the limits was sent away"
    wait_until(lambda: metric(standalone, "http_connections", headers) < 10, "all gone")


def test_the_others_are_served_beside_a_crowd(standalone):
    standalone.start()
    check_the_others(standalone, IDLE, IDLE_KILOBYTES)


def test_the_same_over_tls_and_with_keys(standalone, tmp_path):
    certificates = Certificates.make(tmp_path)
    certificate, private_key = certificates.issue("http", "IP:127.0.0.1")
    tls = standalone.tls = trusting(str(certificates.ca))
    standalone.start(AUTH="keys", TLS_CERT_FILE=str(certificate), TLS_KEY_FILE=str(private_key))
    check_the_others(standalone, TLS_IDLE, TLS_IDLE_KILOBYTES, tls, known_key(standalone))


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
