"""kill -9 under load: nothing that was acknowledged is lost, nothing is doubled."""

import http.client
import random
import threading
import time

import pytest
from harness.chance import seeded
from harness.client import JSON
from harness.load import Load
from harness.waiting import wait_until

CONNECTIONS = 64
KILLS = 10
ANSWERS_CHECKED = 30


def check_after_crash(system, load: Load) -> None:
    for body, key, answer in random.sample(load.answers, min(ANSWERS_CHECKED, len(load.answers))):
        system.api.check("POST", "/invoices", answer, body, JSON | {"Idempotency-Key": key})
    stored: dict[str, list[bytes]] = {}
    for line in system.api.stream().body.splitlines():
        stored.setdefault(line.split(b'"reference":"')[1][:36].decode(), []).append(line)
    for key, body in load.acknowledged.items():
        assert stored.get(key) == [body], f"acknowledged, but {stored.get(key)}"
    assert all(len(lines) == 1 for lines in stored.values()), "an invoice stands twice"
    for key in load.unknown:
        answer = system.api.request("POST", "/invoices", load.bodies[key], JSON | {"Idempotency-Key": key})
        assert answer.status == 201, answer
        assert (answer.header("Idempotent-Replayed") == "true") == (key in stored)


@pytest.mark.timeout(150)
def test_ten_kills_under_load(system):
    source = seeded()
    total = 0
    system.start()
    for _ in range(KILLS):
        with Load(system, CONNECTIONS) as load:
            wanted = source.randrange(100, 600)
            wait_until(lambda load=load, wanted=wanted: len(load.acknowledged) >= wanted, "load", pause=0.005)
            time.sleep(source.random() * 0.05)  # anywhere in a commit, not at the end of one
            system.kill()
        system.start()
        total += len(load.acknowledged)
        check_after_crash(system, load)
        load.unknown.clear()
    assert total > KILLS * 100
    assert system.audit().returncode == 0


def test_voids_survive_a_kill(system):
    system.start()
    ids = [system.api.post_invoice()["id"] for _ in range(40)]
    gone: list[str] = []

    def make_void() -> None:
        for invoice_id in ids:
            try:
                answer = system.api.send("POST", f"/invoices/{invoice_id}/void", b'{"reason":"x"}', JSON)
            except (OSError, http.client.HTTPException):
                return
            if answer.status == 200:
                gone.append(invoice_id)

    thread = threading.Thread(target=make_void)
    thread.start()
    wait_until(lambda: len(gone) > 5, "voids", pause=0.001)
    system.kill()
    thread.join()
    system.start()
    states = {entry["id"]: entry["status"] for entry in system.api.list("/invoices")}
    assert all(states[invoice_id] == "void" for invoice_id in gone)
    assert set(states) == set(ids)
