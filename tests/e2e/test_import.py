"""POST /invoices/import: both ways at once, any length in constant memory, line by line."""

import json
import threading
from collections.abc import Iterator

import pytest
from harness import raw
from harness.client import NDJSON, invoice, json_bytes, new_key
from harness.waiting import wait_until

LINES = 50_000
# Each line weighs about 1 KB, so that whoever keeps what passes through shows it.
PADDING = {"note": "x" * 400, "more": "y" * 400}
KILOBYTES_MAX = 96 * 1024
GROWTH_KILOBYTES_MAX = 8 * 1024


def head(system, *fields: str) -> bytes:
    host, port = system.address()
    return "\r\n".join(["POST /invoices/import HTTP/1.1", f"Host: {host}:{port}", "Content-Type: application/x-ndjson",
                        "Transfer-Encoding: chunked", *fields, "", ""]).encode()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def result_lines(connection: raw.Connection) -> Iterator[bytes]:
    """Of a chunked answer, each as soon as it is there; ends with the last chunk."""
    stream = connection.socket.makefile("rb")
    assert stream.readline() == b"HTTP/1.1 200 OK\r\n"
    while stream.readline() != b"\r\n":
        pass
    rest = b""
    while size := int(stream.readline(), 16):
        rest += stream.read(size)
        assert stream.readline() == b"\r\n"
        *whole, rest = rest.split(b"\n")
        yield from whole
    assert rest == b""


def imported(system, *lines: bytes) -> list:
    answer = system.api.request("POST", "/invoices/import", b"\n".join(lines), NDJSON)
    assert answer.status == 200, answer
    return answer.lines()


def line(number: int = 1, **members) -> bytes:
    return json_bytes(invoice(reference=f"L-{number}", **members))


def test_fifty_thousand_lines_both_ways_in_constant_memory(standalone):
    standalone.start()
    batch = 500
    sizes: list[int] = []
    created = 0
    with raw.Connection(standalone.address()) as connection:
        connection.send(head(standalone))

        def send() -> None:
            for first in range(0, LINES, batch):
                connection.send(chunk(b"".join(line(n, metadata=PADDING) + b"\n" for n in range(first, first + batch))))
            connection.send(b"0\r\n\r\n")

        sender = threading.Thread(target=send)
        sender.start()
        for number, result in enumerate(result_lines(connection), 1):
            created += result.startswith(b'{"line":%d,"status":"created","id":"' % number)
            if number % 1000 == 0:
                sizes.append(standalone.process.anonymous_kilobytes())
        sender.join()
    assert created == LINES
    # The first half fills caches and queues; what grows after that grows without end.
    half = len(sizes) // 2
    growth = max(sizes[half:]) - max(sizes[:half])
    assert growth < GROWTH_KILOBYTES_MAX, f"{growth} KB more for the second {LINES // 2} lines: {sizes}"
    assert max(sizes) < KILOBYTES_MAX, sizes
    assert sum(1 for _ in standalone.api.stream("text/csv").body.splitlines()) == LINES + 1


@pytest.fixture
def system(system):
    system.start()
    return system


def test_a_result_comes_before_the_next_line_is_sent(system):
    with raw.Connection(system.address()) as connection:
        connection.send(head(system))
        results = result_lines(connection)
        for number in range(1, 4):
            connection.send(chunk(line(number) + b"\n"))
            stored = json.loads(next(results))
            assert (stored["line"], stored["status"]) == (number, "created")
            assert system.api.get(f"/invoices/{stored['id']}").json()["reference"] == f"L-{number}"
        connection.send(b"0\r\n\r\n")
        assert list(results) == []


def test_what_fails_does_not_end_the_import(system):
    key = new_key()
    results = imported(
        system, line(1), b"", b"no json", b"  ", json_bytes({"customer": "x"}), line(6, idempotencyKey=key),
        line(6, idempotencyKey=key), line(7, idempotencyKey=key), line(9, idempotencyKey="two words"),
        line(10, total=1) + b"\r", line(11) + b"\r", b"")
    assert [(result["line"], result["status"], result.get("code")) for result in results] == [
        (1, "created", None), (3, "failed", "malformed_json"), (5, "failed", "validation_failed"),
        (6, "created", None), (7, "replayed", None), (8, "failed", "idempotency_key_reused"),
        (9, "failed", "validation_failed"), (10, "failed", "validation_failed"), (11, "created", None)]
    assert {fault["pointer"] for fault in results[2]["errors"]} == {"/amount", "/items", "/reference"}
    assert results[6]["errors"][0]["pointer"] == "/idempotencyKey"
    stored = {entry["id"]: entry["reference"] for entry in system.api.list("/invoices")}
    assert stored == {results[0]["id"]: "L-1", results[3]["id"]: "L-6", results[8]["id"]: "L-11"}


def test_a_line_that_is_too_long_is_skipped(system):
    results = imported(system, line(1), line(2, customer="x" * (1 << 20)), line(3))
    assert [(result["line"], result["status"], result.get("code")) for result in results] == [
        (1, "created", None), (2, "failed", "body_too_large"), (3, "created", None)]


def test_an_import_without_lines(system):
    assert imported(system, b"") == []
    assert imported(system, b"\n", b"\r\n") == []


def test_an_import_can_be_repeated(system):
    lines = [line(number, idempotencyKey=new_key()) for number in range(700)]
    first, second = imported(system, *lines), imported(system, *lines)
    assert {result["status"] for result in first} == {"created"}
    assert {result["status"] for result in second} == {"replayed"}
    assert [result["id"] for result in first] == [result["id"] for result in second]
    assert len(system.api.list("/invoices", limit=1000)) == 700


def test_a_replay_by_post_is_that_of_the_import(system):
    key = new_key()
    stored, = imported(system, line(1, idempotencyKey=key))
    answer = system.api.post("/invoices", invoice(reference="L-1"), Idempotency_Key=key)
    assert (answer.header("Idempotent-Replayed"), answer.json()["id"]) == ("true", stored["id"])


@pytest.mark.parametrize("crash", [False, True])
def test_what_was_answered_before_the_client_went_is_stored(system, crash):
    with raw.Connection(system.address()) as connection:
        connection.send(head(system))
        for first in range(0, 3000, 100):
            connection.send(chunk(b"".join(line(n) + b"\n" for n in range(first, first + 100))))
        connection.send(b"400\r\n" + line(3000)[:50])  # in the middle of a line
        results = result_lines(connection)
        answered = [json.loads(next(results))["id"] for _ in range(800)]
        if crash:
            system.kill()
    if crash:
        system.start()
    wait_until(lambda: set(answered) <= {entry["id"] for entry in system.api.stream().lines()},
               "everything answered is stored", seconds=1)
    assert system.api.post_invoice()["status"] == "issued"


def test_other_requests_to_the_import(system):
    assert system.api.request("POST", "/invoices/import", line(), {}).code() == "unsupported_media_type"
    assert system.api.post("/invoices/import", invoice()).code() == "unsupported_media_type"
    answer = system.api.request("POST", "/invoices/import", line(), NDJSON | {"Accept": "application/json"})
    assert answer.code() == "not_acceptable"
    assert system.api.request("POST", "/invoices/import?limit=1", line(), NDJSON).code() == "invalid_parameter"
    assert system.api.list("/invoices") == []
