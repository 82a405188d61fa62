"""How often one may call: a limit for each key and one for each address."""

import re

from harness.keys import bearer, get, make_key
from harness.system import System
from harness.waiting import wait_until


def fields(answer) -> dict[str, tuple[int, int]]:
    """What is left of each limit and in how many seconds it is whole again."""
    found = re.findall(r'"(\w+)";r=(\d+);t=(\d+)', answer.header("RateLimit") or "")
    return {name: (int(left), int(seconds)) for name, left, seconds in found}


def test_a_key_that_has_spent_its_share_waits_and_others_do_not(system: System):
    system.start(AUTH="keys", RATE_LIMIT_PER_KEY="1")
    busy, calm = make_key(system), make_key(system, name="till-8")
    # Requests with a key that is not known yet are nobody's.
    wait_until(lambda: get(system, "/invoices", calm).status == 200, "the keys are known", seconds=10)
    answers = [get(system, "/invoices", busy) for _ in range(30)]
    refused = [answer for answer in answers if answer.status == 429]
    assert answers[0].status == 200 and refused
    assert answers[0].header("RateLimit-Policy") == '"key";q=10;w=10'
    assert refused[0].code() == "rate_limited" and int(refused[0].header("Retry-After")) >= 1
    assert fields(refused[0])["key"][0] == 0
    assert get(system, "/invoices", calm).status == 200
    wait_until(lambda: get(system, "/invoices", busy).status == 200, "it may again", seconds=15)


def test_an_address_is_limited_whatever_it_shows_and_health_is_not(system: System):
    system.start(AUTH="keys", RATE_LIMIT_PER_ADDRESS="1")
    statuses = [get(system, "/invoices", f"guess-{number}").status for number in range(20)]
    assert statuses[0] == 401 and 429 in statuses
    assert all(get(system, path, None).status == 200 for path in ("/healthz", "/readyz", "/openapi.json"))


def test_behind_a_trusted_proxy_each_client_counts_for_itself(system: System):
    system.start(RATE_LIMIT_PER_ADDRESS="1", TRUSTED_PROXIES="127.0.0.0/8")

    def ask(forwarded: str):
        return system.api.request("GET", "/invoices", headers={"X-Forwarded-For": forwarded})

    assert 429 in [ask("203.0.113.9").status for _ in range(20)]
    assert ask("203.0.113.10").status == 200
    # Whatever a client itself has put in front changes nothing.
    assert ask("198.51.100.1, 203.0.113.9").status == 429
    system.restart(TRUSTED_PROXIES=None)
    assert 429 in [ask(f"203.0.113.{number}").status for number in range(20)]


def test_without_limits_nobody_is_told_of_any(system: System):
    system.start(AUTH="keys")
    key = make_key(system)
    wait_until(lambda: get(system, "/invoices", key).status == 200, "the key is known", seconds=10)
    answer = system.api.request("GET", "/invoices", headers=bearer(key))
    assert answer.header("RateLimit") is None and answer.header("RateLimit-Policy") is None
