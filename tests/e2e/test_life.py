"""Start, readiness, metrics, logs and an orderly end, as an operator sees them."""

import shutil
import subprocess
import threading
import time
from datetime import datetime, timedelta

from contract.document import API
from harness import raw
from harness.client import invoice, json_bytes
from harness.waiting import wait_until
from prometheus_client.parser import text_string_to_metric_families

BODY = json_bytes(invoice())
HALF_REQUEST = b"POST /invoices HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" \
               b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY[:20]


def test_a_request_under_way_is_answered_before_the_end(system):
    system.start()
    with raw.Connection(system.address()) as busy, raw.Connection(system.address()) as idle:
        busy.send(HALF_REQUEST)
        idle.send(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert idle.answer().status == 200
        seconds: list[float] = []
        stopper = threading.Thread(target=lambda: seconds.append(system.stop()))
        stopper.start()
        assert idle.is_closed(), "an idle connection does not hold the end up"
        busy.send(BODY[20:])
        answer = busy.answer("POST")
        assert answer.status == 201
        assert answer.header("Connection") == "close" and busy.is_closed()
        stopper.join()
    assert seconds[0] < 10
    system.start()
    assert system.api.list("/invoices") == [answer.json()]


def test_a_client_that_never_ends_does_not_hold_the_end_up(system):
    system.start()
    with raw.Connection(system.address()) as connection:
        connection.send(HALF_REQUEST)
        assert system.stop() < 10


def test_readiness_goes_off_before_the_end(system):
    system.start()
    with raw.Connection(system.address()) as busy, raw.Connection(system.address()) as probe:
        busy.send(HALF_REQUEST)
        probe.send(b"GET /readyz HTTP/1.1\r\nHost: a\r\n")
        wait_until(lambda: open_connections(system) >= 3, "both are there")
        stopper = threading.Thread(target=system.stop)
        stopper.start()
        wait_until(lambda: any(entry["message"] == "stopping" for entry in system.log()), "it is ending")
        time.sleep(0.1)
        probe.send(b"\r\n")
        answer = probe.answer()
        system.api.check("GET", "/readyz", answer, None, {})
        assert (answer.status, answer.json()["missing"][0]["name"]) == (503, "shutdown")
        busy.send(BODY[20:])
        stopper.join()


def open_connections(system) -> float:
    return sum(sample.value for family in families(system) for sample in family.samples
               if sample.name == "http_connections")


def test_a_restart_serves_at_once(system):
    system.start()
    stored = system.api.post_invoice()
    for end in (system.stop, system.kill):
        end()
        begin = time.monotonic()
        system.start()
        assert time.monotonic() - begin < 3
        assert system.api.get(f"/invoices/{stored['id']}").json() == stored


def test_health_and_readiness(system):
    system.start()
    assert system.api.get("/healthz").json() == {"status": "ok"}
    assert system.api.get("/readyz").json() == {"status": "ready", "missing": []}


def test_the_contract_is_served_as_it_stands_in_the_repository(system):
    system.start()
    assert system.api.get("/openapi.yaml").body == (API / "openapi.yaml").read_bytes()
    assert system.api.get("/openapi.json").body == (API / "openapi.json").read_bytes()


def test_every_line_of_the_log_is_json(system):
    system.start(LOG_LEVEL="debug")
    system.api.post_invoice(customer='Quote " \\ and ü')
    system.api.get("/invoices/x")
    system.api.get('/invoices?customer=%22%0A%FF')
    system.stop()
    entries = system.log()
    assert {"time", "level", "message"} <= set.intersection(*({*entry} for entry in entries))
    assert all(entry["level"] in ("trace", "debug", "info", "warning", "error") for entry in entries)
    times = [datetime.fromisoformat(entry["time"]) for entry in entries]
    assert max(times) - min(times) < timedelta(minutes=1)
    assert any(entry["message"] == "request" and entry["status"] == 400 for entry in entries)


def families(system) -> list:
    return list(text_string_to_metric_families(system.api.get("/metrics").body.decode()))


def test_metrics_count(system):
    system.start()
    stored = [system.api.post_invoice(key=f"k{number % 3}") for number in range(5)]
    system.api.void(stored[0]["id"])
    system.api.void(stored[0]["id"])
    system.api.get("/nothing")
    values = {(sample.name, *sorted(sample.labels.items())): sample.value
              for family in families(system) for sample in family.samples}
    assert values["invoices_recorded_total", ("outcome", "created")] == 3
    assert values["invoices_recorded_total", ("outcome", "replayed")] == 2
    assert values["invoices_voided_total",] == 1
    assert values["http_requests_total", ("route", "create_invoice"), ("status", "201")] == 5
    assert values["http_requests_total", ("route", "unmatched"), ("status", "404")] == 1
    assert values["http_request_duration_seconds_count", ("route", "void_invoice")] == 2
    assert not any("nothing" in str(name) for name in values), "what a client sends is no label"


def test_prometheus_accepts_the_metrics(system):
    system.start()
    system.api.post_invoice()
    text = system.api.get("/metrics").body
    assert text.endswith(b"\n")
    assert len(families(system)) > 20
    promtool = shutil.which("promtool")
    if promtool:
        checked = subprocess.run([promtool, "check", "metrics"], input=text, check=False, capture_output=True)
        assert (checked.returncode, checked.stdout + checked.stderr) == (0, b"")
