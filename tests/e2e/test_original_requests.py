"""The requests that the NestJS original's clients send, and every sample of requests.http."""

import re

import pytest
from harness.client import JSON, invoice, json_bytes
from test_openapi_requests import REQUESTS

ORIGINAL = b"""{
  "customer": "Jane Doe", "amount": 100.1, "reference": "INV-0001", "date": "2025/01/30 12:00:02",
  "items": [{"sku": "DG334", "qt": 2}, {"sku": "DG335", "qt": 3}]
}"""


def test_the_original_clients_are_understood(system):
    system.start(TIME_ZONE="Europe/Berlin")
    api = system.api
    posted = api.request("POST", "/invoices", ORIGINAL, JSON)
    assert posted.status == 201
    stored = posted.json()
    assert stored["_id"] == stored["id"]
    assert stored["date"] == "2025-01-30T11:00:02.000Z", "a time without an offset is meant in the business zone"
    assert stored["amount"].text == "100.10"
    assert api.get("/invoices").json() == [stored]
    assert api.get(f"/invoices/{stored['_id']}").json() == stored


def test_days_that_a_month_lacks_mean_its_last_one(system):
    system.start()
    api = system.api
    inside = [api.post_invoice(date=date) for date in
              ("2025-02-28T00:00:00Z", "2025-03-15T00:00:00Z", "2025-04-30T23:59:59.999Z")]
    for outside in ("2025-02-27T23:59:59.999Z", "2025-05-01T00:00:00Z"):
        api.post_invoice(date=outside)
    assert api.get("/invoices/?startDate=2025-02-30&endDate=2025-04-31").json() == inside
    assert api.get("/invoices/?startDate=2025-02-32").code() == "invalid_parameter"
    refused = api.post("/invoices", invoice(date="2025-02-30"))
    assert [(fault["pointer"], fault["code"]) for fault in refused.json()["errors"]] == [("/date", "invalid_date")]


def test_every_sample_request_is_answered_as_the_contract_says(system):
    system.clock.set("2026-11-22T09:00:00Z")
    system.start()
    known = system.api.post_invoice()["id"]
    system.clock.set("2026-11-22T12:00:00Z")
    system.wait_for_report("2026-11-22")
    refused = []
    for method, target, headers, body in REQUESTS:
        if target == "/events":  # has no end; test_events.py reads it
            continue
        target = re.sub("[0-9a-f]{24}", known, target)
        headers = {name: re.sub("[0-9a-f]{24}", known, value) for name, value in headers.items()}
        if "Origin" in headers:
            headers["Origin"] = system.url
        answer = system.api.request(method, target, body or None, headers)
        assert answer.status < 500, f"{method} {target}: {answer}"
        if answer.status >= 400:
            refused.append((method, target, answer.code()))
    assert refused == [("POST", "/invoices", "validation_failed"),
                       ("GET", "/invoices?limit=50&cursor=TAKE-IT-FROM-LINK", "invalid_cursor"),
                       ("POST", f"/dead-letters/{known}/requeue", "dead_letter_not_found"),
                       ("POST", f"/dead-letters/{known}/drop", "dead_letter_not_found"),
                       ("POST", "/session", "unauthorized")]


def test_all_faults_come_at_once(system):
    system.start()
    body = b'{"customer": " ", "amount": 1.005, "items": [{"sku": "DG334", "qt": 0}, {"qt": 1}], "total": 1}'
    answer = system.api.request("POST", "/invoices", body, JSON)
    assert (answer.status, answer.code()) == (400, "validation_failed")
    assert sorted((fault["pointer"], fault["code"]) for fault in answer.json()["errors"]) == [
        ("/amount", "too_many_digits"), ("/customer", "blank"), ("/items/0/qt", "out_of_range"),
        ("/items/1/sku", "required"), ("/reference", "required"), ("/total", "unknown_member")]


@pytest.mark.parametrize("currency, text, stored", [
    ("USD", "0", "0.00"), ("USD", "0.1", "0.10"), ("USD", "0.29", "0.29"), ("USD", "1e2", "100.00"),
    ("USD", "100.10", "100.10"), ("USD", "9999999999999.99", "9999999999999.99"),
    ("JPY", "100", "100"), ("KWD", "0.5", "0.500"), ("KWD", "1.005", "1.005")])
def test_amounts_are_exact(system, currency, text, stored):
    system.start()
    body = json_bytes(invoice(text, currency=currency))
    answer = system.api.request("POST", "/invoices", body, JSON)
    assert answer.status == 201, answer
    assert f'"amount":{stored},'.encode() in answer.body


@pytest.mark.parametrize("currency, text, code", [
    ("USD", "1.005", "too_many_digits"), ("JPY", "0.5", "too_many_digits"), ("USD", "-1", "out_of_range"),
    ("USD", '"1"', "wrong_type"), ("USD", "1e400", "out_of_range"), ("USD", "10000000000000.01", "out_of_range"),
    ("USD", "null", "wrong_type"), ("ABC", "1", "unknown_currency")])
def test_amounts_that_are_none(system, currency, text, code):
    system.start()
    answer = system.api.request("POST", "/invoices", json_bytes(invoice(text, currency=currency)), JSON)
    assert (answer.status, answer.code()) == (400, "validation_failed")
    assert [fault["code"] for fault in answer.json()["errors"]] == [code]
    for word in ("NaN", "01", "1.", ".5", "0x10", "+1", "Infinity"):
        answer = system.api.request("POST", "/invoices", json_bytes(invoice(word)), JSON)
        assert (answer.status, answer.code()) == (400, "malformed_json"), word


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b'"x"', b"{}{}", b'{"customer":"a","customer":"b"}', b'\xef\xbb\xbf{"customer":"a"}',
    b'{"customer":"\xff"}', b'{"customer":"a\x00b"}', b'{"a":' * 40 + b"1" + b"}" * 40, b'{"customer":"\\ud800"}'])
def test_what_is_no_json_object(system, body):
    system.start()
    answer = system.api.request("POST", "/invoices", body, JSON)
    assert answer.status == 400
    assert answer.code() in ("malformed_json", "validation_failed")
    assert system.api.list("/invoices") == []
