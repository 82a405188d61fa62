"""Idempotency-Key: repeating a request is harmless, at once, after a restart, after a crash."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from harness.client import JSON, NDJSON, invoice, json_bytes, new_key
from harness.waiting import wait_until

AT_ONCE = 64


@pytest.fixture
def system(system):
    system.start()
    return system


def post(system, key, body=None):
    return system.api.request("POST", "/invoices", body or json_bytes(invoice()), JSON | {"Idempotency-Key": key})


def test_one_key_from_64_threads_at_once_stores_one_invoice(system):
    key, barrier = new_key(), Barrier(AT_ONCE)

    def race(_):
        system.api.get("/healthz")  # so that all connections stand
        barrier.wait()
        return post(system, key)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(race, range(AT_ONCE)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body for answer in answers}) == 1
    assert len({(answer.header("ETag"), answer.header("Location")) for answer in answers}) == 1
    assert sum(answer.header("Idempotent-Replayed") is None for answer in answers) == 1
    assert len(system.api.list("/invoices")) == 1


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_replay_after_a_restart_is_the_same_to_the_byte(system, end):
    key = new_key()
    first = post(system, key)
    getattr(system, end)()
    system.start()
    again = post(system, key)
    assert (again.status, again.body) == (201, first.body)
    assert again.header("Idempotent-Replayed") == "true"
    assert len(system.api.list("/invoices")) == 1


def test_another_body_under_the_key_is_refused_and_stores_nothing(system):
    key = new_key()
    first = post(system, key)
    clash = post(system, key, json_bytes(invoice("100.11")))
    assert (clash.status, clash.code()) == (422, "idempotency_key_reused")
    assert [entry["id"] for entry in system.api.list("/invoices")] == [first.json()["id"]]


def test_the_same_invoice_in_other_words_is_a_replay(system):
    key = new_key()
    first = post(system, key, b'{"customer":"J\xc3\xb6rg", "amount":100.10, "reference":"R",'
                              b'"items":[{"sku":"S","qt":2}]}')
    other = post(system, key, b'{ "items" : [{"qt":2.000,"sku":"\\u0053"}], "amount":1.001e2,'
                              b'"customer":"J\\u00f6rg", "reference":"R"}')
    assert (other.status, other.header("Idempotent-Replayed"), other.body) == (201, "true", first.body)


def test_a_replay_after_a_void_is_the_201_of_the_creation(system):
    key = new_key()
    first = post(system, key)
    system.api.void(first.json()["id"])
    again = post(system, key)
    assert (again.status, again.body, again.header("ETag")) == (201, first.body, first.header("ETag"))
    assert again.json()["status"] == "issued"
    assert system.api.get(first.header("Location")).json()["status"] == "void"


def test_no_date_means_the_time_of_the_first_request(system):
    key = new_key()
    first = post(system, key).json()
    wait_until(lambda: system.api.post_invoice()["recordedAt"] > first["recordedAt"], "a later millisecond")
    again = post(system, key).json()
    assert (again["date"], again["recordedAt"]) == (first["date"], first["recordedAt"])


def test_the_import_shares_the_keys(system):
    key = new_key()
    first = post(system, key).json()
    lines = [json_bytes(invoice(idempotencyKey=key)), json_bytes(invoice("1.00", idempotencyKey=key))]
    answer = system.api.request("POST", "/invoices/import", b"\n".join(lines), NDJSON)
    replayed, clash = answer.lines()
    assert replayed == {"line": 1, "status": "replayed", "id": first["id"]}
    assert (clash["line"], clash["status"], clash["code"]) == (2, "failed", "idempotency_key_reused")


def test_without_a_key_every_request_is_an_invoice(system):
    assert len({system.api.post_invoice()["id"] for _ in range(3)}) == 3


@pytest.mark.parametrize("key", ["", "two words", "x" * 201, "Ümlaut"])
def test_a_key_of_another_form_is_refused(system, key):
    answer = system.api.request("POST", "/invoices", json_bytes(invoice()),
                                JSON | {"Idempotency-Key": key.encode().decode("latin-1")})
    assert (answer.status, answer.code()) == (400, "invalid_header")
    assert system.api.list("/invoices") == []


@pytest.mark.parametrize("key", ["x", "x" * 200, "!~{}\"'"])
def test_the_longest_and_the_shortest_key_do(system, key):
    assert post(system, key).status == 201
    assert post(system, key).header("Idempotent-Replayed") == "true"


def test_unique_reference_refuses_a_second_invoice_but_not_a_replay(system):
    system.restart(UNIQUE_REFERENCE="true")
    key = new_key()
    first = post(system, key)
    clash = system.api.post("/invoices", invoice())
    assert (clash.status, clash.code()) == (409, "reference_taken")
    assert post(system, key).body == first.body
    assert system.api.post("/invoices", invoice(reference="INV-0002")).status == 201
