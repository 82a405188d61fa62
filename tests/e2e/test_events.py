"""GET /events: told in time, whoever wrote; a reader who does not read costs nothing; no stream holds up the end."""

import http.client
import json
import time

import pytest
from harness.client import invoice

SECONDS_MAX = 2


class Events:
    """A reader; what it gets goes through the contract."""

    def __init__(self, system, address=None):
        self.connection = http.client.HTTPConnection(*(address or system.address()), timeout=20)
        self.connection.request("GET", "/events", headers={"Accept": "text/event-stream"})
        self.answer = self.connection.getresponse()
        first = b""
        while not first.endswith(b"\n\n") or b"data:" not in first:
            first += self.answer.read1()
        system.api.contract.check_answer("GET", "/events", self.answer.status, self.answer.getheaders(), first,
                                         {"Accept": "text/event-stream"})
        self.state = self._data(first)

    def next(self) -> dict[str, int]:
        """The next event, whatever comments stand before it."""
        text = b""
        while b"data:" not in text or not text.endswith(b"\n\n"):
            piece = self.answer.read1()
            assert piece, "the stream has ended"
            text += piece
        self.state = self._data(text)
        return self.state

    def wait_until_moved(self, name: str) -> float:
        """How many seconds it took until this counter was another one."""
        begin, before = time.monotonic(), self.state[name]
        while self.next()[name] == before:
            pass
        return time.monotonic() - begin

    @staticmethod
    def _data(text: bytes) -> dict[str, int]:
        return json.loads(text.decode().rsplit("data: ", 1)[1])

    def close(self) -> None:
        self.connection.close()


@pytest.fixture
def events(system):
    system.start()
    reader = Events(system)
    yield reader
    reader.close()


def test_events_tell_of_an_invoice_and_of_its_void_in_time(system, events):
    stored = system.api.post_invoice()
    assert events.wait_until_moved("invoices") < SECONDS_MAX
    system.api.void(stored["id"])
    assert events.wait_until_moved("invoices") < SECONDS_MAX


def test_events_of_an_import(system, events):
    system.api.request("POST", "/invoices/import", b'{"customer":"a","amount":1,"reference":"r",'
                       b'"items":[{"sku":"a","qt":1}]}\n', {"Content-Type": "application/x-ndjson"})
    assert events.wait_until_moved("invoices") < SECONDS_MAX


def test_events_of_another_copy_are_told_too(split):
    """invoice-service sees in MongoDB what somebody else has written."""
    split.names = ("invoice-service", "invoice-service#2", "report-generator", "email-sender")
    split.start()
    reader = Events(split, split.address_of("invoice-service#2"))
    try:
        reader.wait_until_moved("invoices")  # the one that a new reader may get too many
        split.api.post_invoice()
        assert reader.wait_until_moved("invoices") < SECONDS_MAX
    finally:
        reader.close()


def test_events_of_a_reader_who_does_not_read_delay_nobody(system):
    system.start()
    lazy = [Events(system) for _ in range(20)]
    reader = Events(system)
    begin = time.monotonic()
    for number in range(200):
        assert system.api.post("/invoices", invoice(reference=f"R-{number}")).status == 201
    seconds = time.monotonic() - begin
    assert reader.wait_until_moved("invoices") < SECONDS_MAX
    assert seconds < 60
    for each in [*lazy, reader]:
        each.close()


def test_events_do_not_hold_up_the_end(system, events):
    assert system.stop() < 5
