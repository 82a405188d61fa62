"""The checks: one answer against the operation that it belongs to."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from .document import API, KNOWN_METHODS, Document, Operation, close
from .values import check_values, read_csv, read_json, read_lines, read_text

Headers = Mapping[str, str] | Iterable[tuple[str, str]]
PROBLEM = "application/problem+json"


class Contract:
    def __init__(self, document: Document | None = None):
        self.document = document or Document()
        self._problems = self.document.problem_examples()
        self._message_schema = close(json.loads((API / "daily_sales_report.schema.json").read_text()))

    def check_answer(self, method: str, target: str, status: int, headers: Headers, body: bytes = b"",
                     request_headers: Headers = (), request_body: bytes | None = None) -> None:
        """Status, headers, content type and body are as the contract says; a request that succeeded, too."""
        place = f"{method} {target} -> {status}"
        try:
            self._check(method, target, status, _fold(headers), body, _fold(request_headers), request_body)
        except AssertionError as error:
            raise AssertionError(f"{place}: {error}") from error

    def check_problem(self, status: int, headers: Headers, body: bytes, codes: set[str] | None = None) -> None:
        """For answers to what is no valid request: a problem that every operation can answer."""
        allowed = self.document.codes_without_operation() if codes is None else codes
        folded = _fold(headers)
        assert _media_type(folded) == PROBLEM, f"Content-Type: {folded.get('content-type')!r} is not {PROBLEM}"
        problem = read_json(read_text(body))
        self._validate(problem, {"allOf": [{"$ref": "#/components/schemas/Problem"}],
                                 "unevaluatedProperties": False}, "body")
        assert problem["code"] in allowed, f"code {problem['code']} is not among {sorted(allowed)}"
        self._check_known_problem(problem, status, folded)

    def check_request(self, operation: Operation, target: str, headers: Headers, body: bytes | None,
                      answer_body: bytes | None = None) -> None:
        """The request is allowed. What succeeded must have been: else the service takes more than the contract
        says. Of an import with its answer only the lines that were stored are looked at."""
        folded = _fold(headers)
        listed = {(parameter["in"], parameter["name"]): parameter for parameter in operation.parameters}
        given = parse_qsl(target.partition("?")[2], keep_blank_values=True)
        if operation.path.startswith(("/invoices", "/reports")):
            names = [name for name, _ in given]
            assert len(set(names)) == len(names), f"took a parameter that stands twice among {names}"
            for name, value in given:
                assert ("query", name) in listed, f"took the parameter {name}, which is not listed"
                self._validate_parameter(value, listed["query", name])
        for (place, name), parameter in listed.items():
            if place == "header" and name.lower() in folded:
                self._validate_parameter(folded[name.lower()], parameter)
        if operation.request is None or body is None:
            return
        media_type = _media_type(folded)
        assert media_type in operation.request["content"], f"took a body of type {folded.get('content-type')!r}"
        content = operation.request["content"][media_type]
        if "x-line-schema" not in content:
            self._validate(read_json(read_text(body)), content["schema"], "took the body")
            return
        lines = body.split(b"\n")
        results = None if answer_body is None else read_lines(answer_body)
        stored = [number for number, line in enumerate(lines, 1) if line.strip()] if results is None \
            else [result["line"] for result in results if result["status"] != "failed"]
        for number in stored:
            self._validate(read_json(read_text(lines[number - 1])), content["x-line-schema"], f"took line {number}")

    def check_message(self, body: bytes) -> dict:
        """A message of the queue, strictly; returns its data."""
        message = read_json(read_text(body))
        _validate(message, self._message_schema, "message")
        check_values(message["data"], "/data")
        return message["data"]

    def _check(self, method: str, target: str, status: int, headers: dict[str, str], body: bytes,
               request_headers: dict[str, str], request_body: bytes | None) -> None:
        path = self.document.path_of(target)
        self._check_headers(self.document.raw["x-on-every-answer"], headers)
        if path is None or method not in self.document.methods_of(path):
            self._check_without_operation(method, path, status, headers, body)
        elif method == "OPTIONS":
            assert status == 204, "OPTIONS is answered with 204"
            assert body == b"", "OPTIONS is answered without a body"
            self._check_allow(path, headers)
        else:
            operation = self.document.find(method, path)
            assert str(status) in operation.responses, f"{operation} has {', '.join(operation.responses)} only"
            answer = operation.responses[str(status)]
            self._check_headers(answer.get("headers", {}), headers)
            if method == "HEAD":
                assert body == b"", "an answer to HEAD has no body"
            elif "content" in answer:
                self._check_content(operation, status, headers, body)
            else:
                assert body == b"", f"{status} has no body, but there are {len(body)} bytes"
            if 200 <= status < 300:
                _check_accept(request_headers, headers)
                self.check_request(operation, target, request_headers, request_body, body)

    def _check_without_operation(self, method: str, path: str | None, status: int, headers: dict[str, str],
                                 body: bytes) -> None:
        codes = self.document.codes_without_operation()
        codes -= {"method_not_allowed"} if path is None else {"route_not_found"}
        if method == "HEAD":
            assert body == b"", "an answer to HEAD has no body"
            assert status in {self._problems[code]["status"] for code in codes}, f"none of {sorted(codes)}"
        else:
            self.check_problem(status, headers, body, codes)
        if method in KNOWN_METHODS:
            assert status != 501, f"{method} is a known method"
        else:
            assert status not in (404, 405), f"the unknown method {method} is not implemented (501)"
        if status == 405:
            self._check_allow(path, headers)

    def _check_allow(self, path: str, headers: dict[str, str]) -> None:
        allowed = {method.strip() for method in headers.get("allow", "").split(",")}
        expected = self.document.methods_of(path)
        assert allowed == expected, f"Allow: {headers.get('allow')!r} is not {', '.join(sorted(expected))}"

    def _check_headers(self, expected: dict, headers: dict[str, str]) -> None:
        for name, raw in expected.items():
            header, value = self.document.resolve(raw), headers.get(name.lower())
            if value is not None:
                self._validate(value, header["schema"], name)
            else:
                assert not header.get("required"), f"the header {name} is missing"

    def _check_content(self, operation: Operation, status: int, headers: dict[str, str], body: bytes) -> None:
        answer, media_type = operation.responses[str(status)], _media_type(headers)
        assert media_type in answer["content"], \
            f"Content-Type: {headers.get('content-type')!r} is not among {list(answer['content'])}"
        content = answer["content"][media_type]
        if media_type.endswith("json") and media_type != "application/x-ndjson":
            value = read_json(read_text(body))
            self._validate(value, content["schema"], "body")
            if media_type == PROBLEM:
                self._check_known_problem(value, status, headers)
            elif operation.path != "/openapi.json":  # which speaks of values and holds none
                check_values(value)
                _check_own_headers(value, headers)
        elif "x-line-schema" in content:
            for number, value in enumerate(read_lines(body), 1):
                self._validate(value, content["x-line-schema"], f"line {number}")
                check_values(value, f"line {number} ")
        elif "x-csv-header" in content:
            read_csv(body, content["x-csv-header"])
        else:
            assert read_text(body).strip() != "", "the body is empty"

    def _check_known_problem(self, problem: dict, status: int, headers: dict[str, str]) -> None:
        known = self._problems[problem["code"]]
        for name, expected in {"status": known["status"], "title": known["title"], "type": known["type"]}.items():
            assert problem[name] == expected, f"body /{name}: {problem[name]!r} is not {expected!r}"
        assert status == known["status"], f"{problem['code']} is answered with {known['status']}"
        retry_after = self.document.raw["components"]["headers"]["RetryAfter"]
        if problem["code"] in retry_after["x-required-with"]:
            assert "retry-after" in headers, f"{problem['code']} comes with Retry-After"
        if "retry-after" in headers:
            self._validate(headers["retry-after"], retry_after["schema"], "Retry-After")

    def _validate_parameter(self, text: str, parameter: dict) -> None:
        schema = parameter["schema"]
        value: Any = text
        if schema.get("type") in ("integer", "number"):
            value = read_json(text)
        self._validate(value, schema, f"took the parameter {parameter['name']}")

    def _validate(self, value: Any, schema: dict, place: str) -> None:
        _validate(value, self.document.schema(schema), place)


def _validate(value: Any, schema: dict, place: str) -> None:
    faults = _plain_faults(list(Draft202012Validator(schema).iter_errors(value)))
    lines = [f"{place} {''.join(f'/{step}' for step in fault.absolute_path)}: {fault.message[:500]}"
             for fault in faults[:5]]
    assert not lines, "; ".join(lines)


def _plain_faults(faults: list[ValidationError]) -> list[ValidationError]:
    """Of a choice the branch that fits best; "unevaluated" only where nothing else is wrong (a fault in a
    member makes all its neighbours unevaluated)."""
    plain = []
    for fault in faults:
        branches: dict[Any, list[ValidationError]] = {}
        for each in fault.context or []:
            branches.setdefault(each.schema_path[0], []).append(each)
        plain += min(map(_plain_faults, branches.values()), key=_distance) if branches else [fault]
    others = [fault for fault in plain if fault.validator != "unevaluatedProperties"]
    return others or plain


def _distance(faults: list[ValidationError]) -> tuple[int, int]:
    """A branch whose constants fit is the one that was meant."""
    return sum(fault.validator in ("const", "enum") for fault in faults), len(faults)


def _fold(headers: Headers) -> dict[str, str]:
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    folded: dict[str, str] = {}
    for name, value in pairs:
        folded[name.lower()] = f"{folded[name.lower()]}, {value}" if name.lower() in folded else value
    return folded


def _media_type(headers: dict[str, str]) -> str:
    return headers.get("content-type", "").split(";")[0].strip().lower()


def _check_accept(request_headers: dict[str, str], headers: dict[str, str]) -> None:
    media_type = _media_type(headers)
    ranges = [part.split(";")[0].strip().lower() for part in request_headers.get("accept", "*/*").split(",")]
    acceptable = ("*/*", media_type, media_type.split("/")[0] + "/*")
    assert media_type == "" or any(each in acceptable for each in ranges), \
        f"Content-Type: {media_type} is not what Accept asks for: {request_headers.get('accept')}"


def _check_own_headers(value: Any, headers: dict[str, str]) -> None:
    """ETag and Location of an invoice derive from it."""
    if isinstance(value, dict) and "_id" in value:
        etag = f'"{value["id"]}-{2 if value["status"] == "void" else 1}"'
        assert headers["etag"] == etag, f"ETag: {headers['etag']} is not {etag}"
        if "location" in headers:
            assert headers["location"] == f"/invoices/{value['id']}", f"Location: {headers['location']}"
