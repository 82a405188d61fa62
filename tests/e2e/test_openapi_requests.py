"""requests.http knows every operation of the contract, and what it sends is allowed by it."""

import re

import pytest
from contract import Contract
from contract.document import API

TEXT = (API.parent / "requests.http").read_text()
VARIABLES = dict(re.findall(r"^@(\w+) = (.+)$", TEXT, re.MULTILINE))
METHODS = "GET|HEAD|POST|DELETE|OPTIONS"
CONTRACT = Contract()
DOCUMENT = CONTRACT.document


def requests() -> list[tuple[str, str, dict[str, str], bytes]]:
    """Method, target, headers and body of each request."""
    text = re.sub(r"{{(\w+)}}", lambda name: VARIABLES[name[1]], TEXT)
    found = []
    for part in re.split(r"^###.*$", text, flags=re.MULTILINE):
        request = re.search(rf"^({METHODS}) http://127\.0\.0\.1:3000(\S+)\n((?:[A-Za-z-]+: [^\n]+\n)*)\n?(.*)", part,
                            re.MULTILINE | re.DOTALL)
        if request:
            headers = dict(line.split(": ", 1) for line in request[3].splitlines())
            found.append((request[1], request[2], headers, request[4].strip().encode()))
    return found


REQUESTS = requests()


def test_each_request_is_found():
    assert len(REQUESTS) == len(re.findall(rf"^(?:{METHODS}) ", TEXT, re.MULTILINE)) > 20


def test_every_operation_is_asked():
    asked = {(method, DOCUMENT.path_of(target)) for method, target, _, _ in REQUESTS}
    assert {(operation.method, operation.path) for operation in DOCUMENT.operations} <= asked
    assert all(path is not None and method in DOCUMENT.methods_of(path) for method, path in asked)


def test_the_requests_of_the_original_are_there():
    lines = [f"{method} {target}" for method, target, _, _ in REQUESTS]
    assert lines[:4] == ["GET /invoices", "GET /invoices/?startDate=2025-02-30&endDate=2025-04-31",
                         f"GET /invoices/{VARIABLES['id']}", "POST /invoices"]
    assert b'"date": "2025/01/30 12:00:02"' in REQUESTS[3][3]


@pytest.mark.parametrize("number", range(len(REQUESTS)), ids=[f"{each[0]} {each[1][:40]}" for each in REQUESTS])
def test_what_is_sent_is_allowed(number: int):
    method, target, headers, body = REQUESTS[number]
    operation = DOCUMENT.find(method, DOCUMENT.path_of(target))
    if operation is None:
        assert method == "OPTIONS"
    elif b'"total": 1' in body:  # the request that shows how faults are answered
        with pytest.raises(AssertionError, match="took the body"):
            CONTRACT.check_request(operation, target, headers, body)
    else:
        CONTRACT.check_request(operation, target, headers, body)
