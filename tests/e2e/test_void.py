"""A void is for good and harmless to repeat."""

import pytest
from harness.client import JSON, json_bytes


@pytest.fixture
def system(system):
    system.start()
    return system


def test_a_void_changes_state_and_etag_only(system):
    stored = system.api.post_invoice()
    before = system.api.get(f"/invoices/{stored['id']}")
    void = system.api.post(f"/invoices/{stored['id']}/void", {"reason": "Entered twice"})
    assert void.status == 200
    assert void.header("ETag") == f'"{stored["id"]}-2"' != before.header("ETag")
    changed = void.json()
    assert (changed["status"], changed["voidReason"]) == ("void", "Entered twice")
    assert {name: changed[name] for name in stored if name != "status"} == \
        {name: stored[name] for name in stored if name != "status"}
    assert changed["voidedAt"] >= stored["recordedAt"]
    assert system.api.get(f"/invoices/{stored['id']}").body == void.body


@pytest.mark.parametrize("crash", [False, True])
def test_a_second_void_is_the_same_200(system, crash):
    stored = system.api.post_invoice()
    first = system.api.post(f"/invoices/{stored['id']}/void", {"reason": "Entered twice"})
    if crash:
        system.kill()
        system.start()
    second = system.api.post(f"/invoices/{stored['id']}/void", {"reason": "Another reason"})
    assert (second.status, second.body, second.header("ETag")) == (200, first.body, first.header("ETag"))


@pytest.mark.parametrize("body, code", [
    (b"{}", "required"), (b'{"reason": ""}', "blank"), (b'{"reason": " "}', "blank"), (b'{"reason": 1}', "wrong_type"),
    (json_bytes({"reason": "x" * 501}), "too_long"), (b'{"reason": "x", "by": "me"}', "unknown_member"),
    (b'{"reason": "a\\nb"}', "control_character")])
def test_a_bad_reason_is_refused(system, body, code):
    stored = system.api.post_invoice()
    answer = system.api.request("POST", f"/invoices/{stored['id']}/void", body, JSON)
    assert (answer.status, answer.code()) == (400, "validation_failed")
    assert [fault["code"] for fault in answer.json()["errors"]] == [code]
    assert system.api.get(f"/invoices/{stored['id']}").json()["status"] == "issued"


def test_what_is_not_there_cannot_be_void(system):
    assert system.api.post(f"/invoices/{'0' * 24}/void", {"reason": "x"}).code() == "invoice_not_found"
    assert system.api.post("/invoices/12/void", {"reason": "x"}).code() == "invalid_id"
    stored = system.api.post_invoice()
    answer = system.api.request("POST", f"/invoices/{stored['id']}/void", b'{"reason": "x"}', {})
    assert answer.code() == "unsupported_media_type"
