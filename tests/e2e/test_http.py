"""HTTP as RFC 9110 has it: methods, conditions, negotiation, limits, paths."""

import time

import pytest
from harness import raw
from harness.client import JSON, invoice, json_bytes

VALID = json_bytes(invoice())


@pytest.fixture
def system(system):
    system.start()
    return system


@pytest.fixture
def stored(system):
    return system.api.post_invoice()


def raw_answer(system, data: bytes, method: str = "GET"):
    """Of a request that is no valid one: a problem, and the connection closes."""
    with raw.Connection(system.address()) as connection:
        connection.send(data)
        answer = connection.answer(method)
        system.api.contract.check_problem(answer.status, answer.headers, answer.body)
        assert connection.is_closed()
        return answer


def test_if_none_match(system, stored):
    path = f"/invoices/{stored['id']}"
    etag = system.api.get(path).header("ETag")
    for value in (etag, f"W/{etag}", "*", f'"other", {etag}'):
        assert system.api.get(path, If_None_Match=value).status == 304, value
        assert system.api.request("HEAD", path, headers={"If-None-Match": value}).status == 304, value
    assert system.api.get(path, If_None_Match='"other"').status == 200
    system.api.void(stored["id"])
    assert system.api.get(path, If_None_Match=etag).status == 200


@pytest.mark.parametrize("target", ["/invoices", "/invoices/{id}", "/invoices?status=void", "/reports", "/healthz",
                                    "/readyz", "/metrics", "/openapi.json", "/openapi.yaml", "/reports/current"])
def test_head_is_get_without_the_body(system, stored, target):
    target = target.format(id=stored["id"])
    same = {"X-Request-Id": "r-1"}
    get, head = system.api.request("GET", target, headers=same), system.api.request("HEAD", target, headers=same)
    assert (head.status, head.body) == (get.status, b"")
    varying = ("date", "content-length")
    assert [(name, value) for name, value in head.headers if name.lower() not in varying] == \
        [(name, value) for name, value in get.headers if name.lower() not in varying]
    if target not in ("/metrics", "/reports/current"):
        assert head.header("Content-Length") == str(len(get.body))


def test_head_of_a_stream_has_no_body(system, stored):
    for accept in ("text/csv", "application/x-ndjson"):
        head = system.api.request("HEAD", "/invoices", headers={"Accept": accept})
        assert (head.status, head.header("Content-Type").split(";")[0]) == (200, accept)
    assert system.api.get("/healthz").status == 200


@pytest.mark.parametrize("target", ["/invoices", "/invoices/6921a0f0c0ffee0123456789", "/invoices/import", "/reports",
                                    "/invoices/6921a0f0c0ffee0123456789/void", "/reports/2026-01-01/resend",
                                    "/metrics"])
def test_options_and_wrong_methods_name_the_right_ones(system, target):
    allowed = system.api.request("OPTIONS", target).header("Allow")
    for method in {"GET", "PUT", "PATCH", "DELETE", "POST"} - set(allowed.split(", ")):
        answer = system.api.request(method, target)
        assert (answer.status, answer.code(), answer.header("Allow")) == (405, "method_not_allowed", allowed)


@pytest.mark.parametrize("method", ["BREW", "TRACE"])
def test_a_method_that_is_nowhere_is_not_implemented(system, method):
    assert system.api.request(method, "/invoices").code() == "not_implemented"


@pytest.mark.parametrize("target", ["/nothing", "/invoice", "/invoices//", "/invoices/x/y", "/INVOICES",
                                    "/reports/2026-01-01/nothing", "/invoices/../metrics", "/v2/invoices"])
def test_unknown_paths(system, target):
    assert system.api.get(target).code() == "route_not_found"


def test_a_trailing_slash_changes_nothing(system, stored):
    for path in ("/invoices", f"/invoices/{stored['id']}", "/reports", "/healthz", "/openapi.json"):
        assert system.api.get(path + "/").body == system.api.get(path).body
    assert system.api.get("/invoices/?status=void").json() == []
    assert system.api.request("POST", "/invoices/", VALID, JSON).status == 201


@pytest.mark.parametrize("accept, status", [
    ("application/json", 201), ("*/*", 201), ("application/*;q=0.1", 201), ("", 201), ("text/html", 406),
    ("application/json;q=0", 406), ("application/json;q=0, */*", 406), ("image/png, text/*", 406)])
def test_accept_is_looked_at_before_anything_is_stored(system, accept, status):
    answer = system.api.request("POST", "/invoices", VALID, JSON | ({"Accept": accept} if accept else {}))
    assert answer.status == status
    assert len(system.api.list("/invoices")) == (1 if status == 201 else 0)


@pytest.mark.parametrize("headers", [
    {}, {"Content-Type": "text/plain"}, {"Content-Type": "application/json; charset=latin1"},
    {"Content-Type": "application/x-ndjson"}, {"Content-Type": "application/json", "Content-Encoding": "gzip"}])
def test_other_forms_of_body_are_unsupported(system, headers):
    answer = system.api.request("POST", "/invoices", VALID, headers)
    assert (answer.status, answer.code()) == (415, "unsupported_media_type")
    assert system.api.list("/invoices") == []


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", 'APPLICATION/JSON;charset="UTF-8"'])
def test_utf8_may_be_said(system, content_type):
    assert system.api.request("POST", "/invoices", VALID, {"Content-Type": content_type}).status == 201


def test_a_body_over_the_limit_is_drained_and_refused(system):
    big = json_bytes(invoice(customer="x" * 3_000_000))
    answer = system.api.request("POST", "/invoices", big, JSON)
    assert (answer.status, answer.code()) == (413, "body_too_large")
    assert system.api.get("/healthz").status == 200


def test_limits_of_the_head(system):
    host = b"Host: x\r\n"
    answer = raw_answer(system, b"GET /invoices?customer=" + b"x" * 9000 + b" HTTP/1.1\r\n" + host + b"\r\n")
    assert (answer.status, answer.code()) == (414, "uri_too_long")
    answer = raw_answer(system, b"GET /healthz HTTP/1.1\r\n" + host + b"X: " + b"x" * 20000 + b"\r\n\r\n")
    assert (answer.status, answer.code()) == (431, "header_too_large")
    answer = raw_answer(system, b"GET /healthz HTTP/1.1\r\n" + host + b"X: y\r\n" * 101 + b"\r\n")
    assert (answer.status, answer.code()) == (431, "header_too_large")
    answer = system.api.get("/invoices?customer=" + "%C3%9F" * 200)
    assert answer.status == 200, "a long value within the limit"


@pytest.mark.parametrize("head, code", [
    (b"GET /healthz HTTP/1.1\r\n\r\n", "malformed_request"),
    (b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "malformed_request"),
    (b"POST /invoices HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     "malformed_request"),
    (b"POST /invoices HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "malformed_request"),
    (b"GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n", "http_version_not_supported"),
    (b"POST /invoices HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "malformed_request"),
    (b"POST /invoices HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", "malformed_request"),
    (b"nonsense\r\n\r\n", "malformed_request")])
def test_what_is_not_http_is_refused(system, head, code):
    assert raw_answer(system, head).code() == code


def test_expectations(system):
    head = b"POST /invoices HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: %s\r\n" \
           b"Content-Length: %d\r\n\r\n"
    with raw.Connection(system.address()) as connection:
        connection.send(head % (b"100-continue", len(VALID)))
        assert connection.socket.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.send(VALID)
        assert connection.answer("POST").status == 201
    answer = system.api.request("POST", "/invoices", VALID, JSON | {"Expect": "tea"})
    assert (answer.status, answer.code()) == (417, "unsupported_expectation")


def test_pipelined_requests_are_answered_in_order(system, stored):
    paths = ["/healthz", f"/invoices/{stored['id']}", "/nothing", "/invoices?limit=1", "/readyz"] * 4
    with raw.Connection(system.address()) as connection:
        connection.send(b"".join(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode() for path in paths))
        for path in paths:
            answer = connection.answer()
            system.api.check("GET", path, answer, None, {})
            assert answer.body == system.api.get(path).body


def test_slow_clients_cost_the_others_nothing(system, stored):
    slow = [raw.Connection(system.address()) for _ in range(200)]
    for number, connection in enumerate(slow):
        connection.send(b"POST /invoices HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"[:20 + number % 40])
    begin = time.monotonic()
    for _ in range(20):
        assert system.api.get(f"/invoices/{stored['id']}").status == 200
    assert time.monotonic() - begin < 5
    for connection in slow:
        connection.socket.close()
