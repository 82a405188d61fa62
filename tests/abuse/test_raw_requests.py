"""Bytes that no client library sends: the cases of h1spec, and request smuggling. See raw_requests.py."""

import http.client
import re
import socketserver
import threading

import pytest
import raw_checks
from harness.client import invoice, json_bytes
from raw_requests import FRAGMENTS, H1SPEC, SMUGGLING, Raw, framed


def hidden_invoice(reference: str) -> bytes:
    """A request that would leave something behind if it were ever carried out."""
    body = json_bytes(invoice(reference=reference))
    return (b"POST /invoices HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            % len(body)) + body


def by_name(cases: list[Raw]):
    return pytest.mark.parametrize("case", cases, ids=[case.name for case in cases])


def was_not_carried_out(standalone, reference: str) -> None:
    assert standalone.api.list("/invoices", reference=reference) == []


def test_h1spec_is_there_as_a_whole():
    assert len(FRAGMENTS) + len(H1SPEC) == 33
    for cases in (FRAGMENTS, H1SPEC, SMUGGLING, framed(b"")):
        assert len({case.name for case in cases}) == len(cases)


@by_name(FRAGMENTS)
def test_h1spec_fragment(standalone, case):
    raw_checks.waits_for_the_rest(standalone.address(), case)


@by_name(H1SPEC)
def test_h1spec(standalone, case):
    answer = raw_checks.is_answered(standalone.address(), case)
    if answer.status >= 400:
        standalone.api.contract.check_problem(answer.status, answer.headers, answer.body)


@by_name(SMUGGLING)
def test_smuggling(standalone, case):
    reference = f"smuggled behind {case.name}"
    answer = raw_checks.is_refused_whatever_follows(standalone.address(), case, hidden_invoice(reference))
    standalone.api.contract.check_problem(answer.status, answer.headers, answer.body)
    was_not_carried_out(standalone, reference)


@by_name(framed(b""))
def test_a_request_inside_a_body_stays_there(standalone, case):
    reference = f"hidden in {case.name}"
    with_body = next(each for each in framed(hidden_invoice(reference)) if each.name == case.name)
    raw_checks.keeps_in_step(standalone.address(), with_body)
    was_not_carried_out(standalone, reference)


class Trusting(socketserver.BaseRequestHandler):
    """Answers whatever looks like a request line, and knows no bodies: what a careless server or proxy sees."""

    def handle(self) -> None:
        self.request.settimeout(0.05)
        data = b""
        try:
            while piece := self.request.recv(65536):
                data += piece
        except TimeoutError:
            pass
        for target in re.findall(rb"[A-Z]+ +(\S+) +HTTP/", data) or [b""]:
            known = target.endswith((b"/healthz", b"/invoices"))
            self.request.sendall(b"HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n" % (b"200 OK" if known else b"404 No"))


@pytest.fixture(scope="module")
def trusting():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Trusting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address
        server.shutdown()


NOTICED = (AssertionError, OSError, http.client.HTTPException)


@by_name(SMUGGLING)
def test_a_trusting_server_is_found_out(trusting, case):
    with pytest.raises(NOTICED):
        raw_checks.is_refused_whatever_follows(trusting, case, hidden_invoice("any"))


@by_name(framed(b""))
def test_a_server_that_knows_no_bodies_is_found_out(trusting, case):
    with_body = next(each for each in framed(hidden_invoice("any")) if each.name == case.name)
    with pytest.raises(NOTICED):
        raw_checks.keeps_in_step(trusting, with_body)
