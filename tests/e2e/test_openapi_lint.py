"""The two public contracts are valid, complete, agree with each other and with docs/reference/errors.md."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from contract import Document
from contract.as_json import as_json
from contract.document import API
from contract.values import CURRENCY_DIGITS, check_values, read_csv, read_json
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

YAML_TEXT = (API / "openapi.yaml").read_text()
JSON_TEXT = (API / "openapi.json").read_text()
MESSAGE = read_json((API / "daily_sales_report.schema.json").read_text())
DOCUMENT = Document()
OPERATIONS = {str(operation): operation for operation in DOCUMENT.operations}
# Examples with the digits that stand in the file.
EXACT = read_json(JSON_TEXT)


def media_types() -> Iterator[tuple[str, dict]]:
    """Every body of the contract by a name that says where it is."""
    for name, operation in OPERATIONS.items():
        for media_type, content in (operation.request or {}).get("content", {}).items():
            yield f"{name} takes {media_type}", content
        for status, answer in operation.responses.items():
            for media_type, content in answer.get("content", {}).items():
                yield f"{name} answers {status} {media_type}", content
    for answer in DOCUMENT.without_operation:
        for media_type, content in answer["content"].items():
            yield f"{answer['description']} {media_type}", content


MEDIA_TYPES = dict(media_types())


def faults_of(schema: dict, value: Any) -> list[str]:
    return [f"{list(fault.absolute_path)}: {fault.message}"
            for fault in Draft202012Validator(DOCUMENT.schema(schema)).iter_errors(value)]


def faults_of_example(content: dict, value: Any) -> list[str]:
    if "x-line-schema" in content:
        return [fault for line in value.splitlines() for fault in faults_of(content["x-line-schema"], json.loads(line))]
    if "x-csv-header" in content:
        read_csv(value.encode(), content["x-csv-header"])
    return faults_of(content["schema"], value)


def test_the_document_is_valid_openapi():
    validate(DOCUMENT.raw, cls=OpenAPIV31SpecValidator)


def test_the_linter_sees_a_fault():
    broken = copy.deepcopy(DOCUMENT.raw)
    del broken["paths"]["/invoices"]["post"]["responses"]["201"]["description"]
    assert list(OpenAPIV31SpecValidator(broken).iter_errors()) != []


def test_the_json_form_is_the_yaml_form():
    assert as_json(YAML_TEXT) == JSON_TEXT, "run python3 tests/e2e/contract/as_json.py"
    assert json.loads(JSON_TEXT) == DOCUMENT.raw


def test_every_schema_is_a_valid_schema():
    Draft202012Validator.check_schema(MESSAGE)
    for name, schema in DOCUMENT.raw["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert re.fullmatch(r"[A-Z][A-Za-z]+", name)


def test_every_reference_leads_somewhere_and_every_component_is_used():
    used = set(re.findall(r"#/(components/\w+/\w+)", YAML_TEXT))
    used |= {f"components/securitySchemes/{name}" for operation in DOCUMENT.operations
             for way in operation.security for name in way}
    there = {f"components/{kind}/{name}" for kind, group in DOCUMENT.raw["components"].items() for name in group}
    assert used == there


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_every_example_is_valid(name: str):
    content = MEDIA_TYPES[name]
    assert content["examples"], "a body without an example"
    for key, raw in content["examples"].items():
        value = DOCUMENT.resolve(raw)["value"]
        assert faults_of_example(content, value) == [], key


def test_an_example_with_a_fault_is_noticed():
    content = MEDIA_TYPES["POST /invoices takes application/json"]
    value = {**content["examples"]["shortest"]["value"], "amount": "100.10"}
    assert faults_of_example(content, value) != []
    stream = MEDIA_TYPES["POST /invoices/import answers 200 application/x-ndjson"]
    assert faults_of_example(stream, '{"line":1,"status":"created"}\n') != []


def test_every_amount_of_an_example_has_its_digits():
    """Inputs may have fewer digits; what the service writes may not."""
    values = [example["value"] for example in EXACT["components"]["examples"].values()]
    for path in EXACT["paths"].values():
        for operation in path.values():
            for answer in operation["responses"].values():
                for content in answer.get("content", {}).values():
                    values += [example["value"] for example in content["examples"].values() if "value" in example]
    amounts = 0
    for value in [*values, MESSAGE["examples"][0]]:
        check_values(value)
        amounts += str(value).count("'amount'")
    assert amounts > 20 and "EUR" in CURRENCY_DIGITS


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_lists_its_errors(name: str):
    operation = OPERATIONS[name]
    codes = set().union(*map(DOCUMENT.problem_codes, operation.responses.values()))
    expected = {"malformed_request", "request_timeout", "uri_too_long", "unsupported_expectation", "header_too_large",
                "internal_error", "not_implemented", "overloaded", "shutting_down", "http_version_not_supported"}
    if operation.request:
        expected |= {"unsupported_media_type"}
    if operation.path.startswith(("/invoices", "/reports", "/dead-letters")):
        expected |= {"invalid_parameter", "not_acceptable", "storage_unavailable"}
        expected |= {"outcome_unknown", "clock_skewed"} if operation.method == "POST" else set()
    expected |= {"unauthorized"} if operation.security else set()
    expected |= {"insufficient_scope"} if any(way.get("bearer") for way in operation.security) else set()
    expected |= {"cross_site_request"} if operation.method in ("POST", "DELETE") else set()
    expected |= {"invoice_not_found", "invalid_id"} if "{id}" in operation.path else set()
    expected |= {"report_not_found"} if "{businessDay}" in operation.path else set()
    expected |= {"dead_letter_not_found"} if "{messageId}" in operation.path else set()
    assert expected <= codes
    for status, answer in operation.responses.items():
        assert all(DOCUMENT.problem_examples()[code]["status"] == int(status)
                   for code in DOCUMENT.problem_codes(answer))


def test_every_operation_names_its_scope_and_those_without_one_are_few():
    scopes = {"invoices:read", "invoices:write", "reports:read", "reports:manage", "metrics:read"}
    unasked = {str(operation) for operation in DOCUMENT.operations if not operation.security}
    assert unasked == {"GET /healthz", "GET /readyz", "GET /openapi.yaml", "GET /openapi.json", "POST /session",
                       "DELETE /session"}
    ways = [[{"bearer": wanted}, {"session": wanted}, {}] for wanted in [*([scope] for scope in sorted(scopes)), []]]
    for operation in DOCUMENT.operations:
        assert operation.security == [] or operation.security in ways
    assert [str(operation) for operation in DOCUMENT.operations if operation.security == ways[-1]] == ["GET /session"]
    used = {scope for operation in DOCUMENT.operations for way in operation.security for scope in way.get("bearer", [])}
    assert used == scopes
    description = DOCUMENT.raw["components"]["securitySchemes"]["bearer"]["description"]
    assert set(re.findall(r"`(\w+:\w+)`", description)) == scopes


@pytest.mark.parametrize("name", [name for name in MEDIA_TYPES if name.endswith("problem+json")])
def test_every_code_of_a_problem_has_its_example(name: str):
    content = MEDIA_TYPES[name]
    values = [DOCUMENT.resolve(raw)["value"] for raw in content["examples"].values()]
    assert {value["code"] for value in values} == DOCUMENT.problem_codes({"content": {
        "application/problem+json": content}})
    assert all(value["code"] == key for key, value in zip(content["examples"], values, strict=True))


def test_the_page_of_errors_has_every_code_of_the_contract():
    page = (API.parent / "docs/reference/errors.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (\d{3}) \| ([^|]+) \| ([^|]+) \|$", page, re.MULTILINE)
    contract = DOCUMENT.problem_examples()
    assert {code: (int(status), title) for code, status, title, _ in rows} == \
        {code: (value["status"], value["title"]) for code, value in contract.items()}
    assert len(rows) == len(contract)
    assert all(value["type"] == f"/errors#{code}" for code, value in contract.items())


def test_the_page_of_errors_has_every_word_of_a_fault():
    page = (API.parent / "docs/reference/errors.md").read_text()
    words = re.findall(r"^- `(\w+)`: ", page, re.MULTILINE)
    assert sorted(words) == sorted(DOCUMENT.raw["components"]["schemas"]["Fault"]["properties"]["code"]["enum"])


def shared(node: Any) -> Any:
    """A schema without what differs between the two files: where references lead."""
    if isinstance(node, dict):
        return {key: value.split("/")[-1] if key == "$ref" else shared(value) for key, value in node.items()}
    if isinstance(node, list):
        return [shared(value) for value in node]
    return node.strip() if isinstance(node, str) else node


def test_the_message_and_the_reports_have_one_schema():
    own = {"SalesReport", "SealedReport"}
    of_message, of_api = MESSAGE["$defs"], DOCUMENT.raw["components"]["schemas"]
    assert own < set(of_message)
    for name in set(of_message) - own:
        assert shared(of_message[name]) == shared(of_api[name]), name
    assert shared(of_message["SealedReport"]["allOf"]) == shared(of_api["StoredReport"]["allOf"])


def test_the_message_and_the_api_show_the_same_report():
    stored = dict(EXACT["components"]["examples"]["StoredReport"]["value"])
    del stored["delivery"]
    assert MESSAGE["examples"] == [{"pattern": "daily_sales_report", "data": stored}]
    Draft202012Validator(MESSAGE).validate(MESSAGE["examples"][0])


def test_the_page_of_messages_shows_a_message_of_the_schema():
    page = (API.parent / "docs/reference/messages.md").read_text()
    example = json.loads(page.split("```json\n")[1].split("```")[0])
    # The page shortens the history to its first day.
    history = example["data"]["history"]
    assert len(history) == 2 and history[1].startswith("…")
    history[1:] = [history[0]] * 13
    Draft202012Validator(MESSAGE).validate(example)
    assert set(example["data"]) == set(MESSAGE["examples"][0]["data"])
