"""People who log in with an API key, on both forms of the system."""

import json
import time

import pytest
from harness.client import JSON, Answer, Api, invoice, json_bytes
from harness.keys import bearer, id_of, known_key
from harness.split import Split
from harness.system import System
from harness.waiting import wait_until

REACH_SECONDS = 10


def origin(system: System) -> dict[str, str]:
    return {"Origin": system.url}


def log_in(system: System, key: str) -> Answer:
    return system.api.request("POST", "/session", json_bytes({"key": key}), JSON | origin(system))


def cookie_of(answer: Answer) -> dict[str, str]:
    return {"Cookie": answer.header("Set-Cookie").split(";")[0]}


@pytest.fixture
def key(system: System) -> str:
    system.start(AUTH="keys")
    return known_key(system, name="manager")


def test_a_session_does_what_the_key_may_and_says_who_it_is(system: System, key: str):
    answer = log_in(system, key)
    assert answer.status == 201 and answer.json()["by"] == id_of(key) and answer.json()["name"] == "manager"
    attributes = answer.header("Set-Cookie").split("; ")[1:]
    assert attributes == ["Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=43200"]
    cookie = cookie_of(answer)
    shown = system.api.request("GET", "/session", headers=cookie)
    assert shown.json() == answer.json() and shown.json()["expiresAt"] is not None
    entered = system.api.request("POST", "/invoices", json_bytes(invoice()), JSON | cookie | origin(system))
    assert entered.status == 201 and entered.json()["createdBy"] == id_of(key)
    secrets = [key.split("_", 2)[2], cookie["Cookie"].split("=")[1]]
    assert not any(secret in json.dumps(system.log()) for secret in secrets)


def test_another_site_can_do_nothing_with_a_session(system: System, key: str):
    cookie = cookie_of(log_in(system, key))
    body = json_bytes(invoice())
    for headers in ({}, {"Origin": "null"}, {"Origin": "http://evil.example"}, {"Origin": system.url + "0"}):
        refused = system.api.request("POST", "/invoices", body, JSON | cookie | headers)
        assert (refused.status, refused.code()) == (403, "cross_site_request")
        refused = system.api.request("POST", "/session", json_bytes({"key": key}), JSON | headers)
        assert (refused.status, refused.code()) == (403, "cross_site_request")
        refused = system.api.request("DELETE", "/session", headers=cookie | headers)
        assert (refused.status, refused.code()) == (403, "cross_site_request")
    assert system.api.request("GET", "/invoices", headers=cookie).json() == []
    # A program with a key of its own says nothing of where it comes from.
    assert system.api.request("POST", "/invoices", body, JSON | bearer(key)).status == 201


def test_a_log_out_is_for_good_and_a_restart_ends_nobodys_session(system: System, key: str):
    leaving, staying = cookie_of(log_in(system, key)), cookie_of(log_in(system, key))
    gone = system.api.request("DELETE", "/session", headers=leaving | origin(system))
    assert gone.status == 204 and "Max-Age=0" in gone.header("Set-Cookie")
    assert system.api.request("GET", "/invoices", headers=leaving).code() == "unauthorized"
    system.kill()
    system.start(AUTH="keys")
    wait_until(lambda: system.api.request("GET", "/invoices", headers=staying).status == 200, "the session stays",
               seconds=REACH_SECONDS)
    assert system.api.request("GET", "/invoices", headers=leaving).status == 401


def test_a_revoked_key_ends_its_sessions(system: System, key: str):
    cookie = cookie_of(log_in(system, key))
    assert system.api.request("GET", "/invoices", headers=cookie).status == 200
    assert system.run("keys", "revoke", id_of(key)).returncode == 0
    wait_until(lambda: system.api.request("GET", "/invoices", headers=cookie).status == 401, "the session ends",
               seconds=REACH_SECONDS)
    assert log_in(system, key).status == 401


def test_guessing_keys_counts_against_the_address(system: System):
    system.start(AUTH="keys", RATE_LIMIT_PER_ADDRESS="1")
    statuses = [log_in(system, f"ik_abcdefgh_{number:043}").status for number in range(15)]
    assert statuses[0] == 401 and statuses[-1] == 429


def test_every_copy_takes_the_session_and_hears_of_its_end(split: Split):
    split.start(AUTH="keys")
    split.launch("invoice-service#2", AUTH="keys")
    split.wait_until_ready("invoice-service#2")
    key = known_key(split)
    other = Api(lambda: split.address_of("invoice-service#2"), split.api.contract)
    cookie = cookie_of(log_in(split, key))
    wait_until(lambda: other.request("GET", "/invoices", headers=cookie).status == 200, "the other copy takes it",
               seconds=REACH_SECONDS)
    begin = time.monotonic()
    assert split.api.request("DELETE", "/session", headers=cookie | origin(split)).status == 204
    wait_until(lambda: other.request("GET", "/invoices", headers=cookie).status == 401, "the other copy hears of it",
               seconds=REACH_SECONDS)
    assert time.monotonic() - begin < REACH_SECONDS
