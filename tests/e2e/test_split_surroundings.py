"""The servers around the services fail, each once: nothing is lost, nobody is mailed twice, all returns by itself."""

import time
from collections.abc import Iterator

import pytest
from harness.client import JSON, Answer, invoice, json_bytes
from harness.process import run
from harness.servers import Servers
from harness.split import EMAIL_SENDER, INVOICE_SERVICE, REPORT_GENERATOR, Split
from harness.waiting import wait_until

DAY = "2026-03-02"
ANNA = "anna@shop.example"
VALID = json_bytes(invoice())
VOID = json_bytes({"reason": "Entered twice"})


@pytest.fixture(scope="module")
def frail(tmp_path_factory) -> Iterator[Servers]:
    """Servers that these tests may kill; the database keeps all in a file."""
    made = Servers(tmp_path_factory.mktemp("frail"), durable=True)
    yield made
    made.close()


@pytest.fixture
def system(tmp_path, contract, frail: Servers) -> Iterator[Split]:
    """Not started, on a Monday morning, with all its servers up."""
    made = Split(tmp_path, contract, frail)
    made.clock.set(f"{DAY}T09:00:00Z")
    made.options = {"MAIL_TO": ANNA}
    yield made
    made.clean_up()
    frail.heal()


def expect_unavailable(system: Split, method: str, target: str, body: bytes | None = None, **headers: str) -> Answer:
    """503 within ten seconds, and when to come again."""
    begin = time.monotonic()
    answer = system.api.request(method, target, body, (JSON if body else {}) | headers)
    assert time.monotonic() - begin < 10, f"{method} {target}"
    assert answer.status == 503 and int(answer.header("Retry-After")) > 0, answer
    return answer


def expect_all_unavailable(system: Split, invoice_id: str) -> None:
    """Writes and reads of every kind; twice, because the first calls may meet connections that were good before."""
    for _ in range(2):
        expect_unavailable(system, "POST", "/invoices", VALID)
        expect_unavailable(system, "POST", f"/invoices/{invoice_id}/void", VOID)
        for target in (f"/invoices/{invoice_id}", "/invoices", f"/invoices?startDate={DAY}", "/reports",
                       "/reports/current", f"/reports/{DAY}"):
            expect_unavailable(system, "GET", target)


def wait_for_missing(system: Split, name: str, what: str) -> None:
    wait_until(lambda: what in system.missing(name), f"{name} misses {what}", seconds=40)


def pass_the_cut_off(system: Split) -> None:
    system.clock.set(f"{DAY}T12:00:00Z")


def told(system: Split, name: str) -> list[str]:
    return [entry["message"] for entry in system.processes[name].log()]


def test_all_services_start_before_their_servers(system, frail, smtp):
    frail.mongo.kill()
    frail.broker.kill()
    system.launch(SMTP_URI=smtp.uri)
    wait_for_missing(system, INVOICE_SERVICE, "mongodb")
    wait_for_missing(system, INVOICE_SERVICE, "books")
    for name in (REPORT_GENERATOR, EMAIL_SENDER):
        wait_for_missing(system, name, "mongodb")
        wait_for_missing(system, name, "rabbitmq")
    expect_unavailable(system, "POST", "/invoices", VALID)
    expect_unavailable(system, "GET", "/invoices")
    address = "{}:{}".format(*system.address_of(REPORT_GENERATOR))
    health = run(REPORT_GENERATOR, "health", OPS_ADDRESS=address)
    assert health.returncode == 1 and "rabbitmq" in health.stderr
    for name in (REPORT_GENERATOR, EMAIL_SENDER):
        wait_until(lambda name=name: {"waiting for mongodb", "waiting for rabbitmq"} <= set(told(system, name)),
                   "it says for what it waits")
    frail.mongo.start()
    system.wait_until_ready(INVOICE_SERVICE)
    assert system.api.request("POST", "/invoices", VALID, JSON).status == 201
    frail.broker.start()
    system.wait_until_ready()
    assert run(REPORT_GENERATOR, "health", OPS_ADDRESS=address).returncode == 0
    smtp.serve()
    pass_the_cut_off(system)
    assert system.wait_for_report(DAY)["totalSales"].text == "100.10"
    assert [mail.recipient for mail in smtp.mails()] == [ANNA]


def test_the_database_goes_and_comes_back(system, frail):
    system.start()
    kept = system.api.post_invoice("40.00")
    frail.mongo.kill()
    expect_all_unavailable(system, kept["id"])
    for name in system.names:
        wait_for_missing(system, name, "mongodb")
    pass_the_cut_off(system)
    frail.mongo.start()
    system.wait_until_ready()
    report = system.wait_for_report(DAY)
    assert report["totalSales"].text == "40.00"
    assert system.api.get(f"/invoices/{kept['id']}").json() == kept
    assert len(system.mails()) == 1
    assert "mongodb is there" in told(system, INVOICE_SERVICE)


def test_a_frozen_database_holds_nobody_for_longer_than_ten_seconds(system, frail):
    system.start()
    kept = system.api.post_invoice("40.00")
    frail.mongo.freeze()
    begun = expect_unavailable(system, "POST", "/invoices", VALID, **{"Idempotency-Key": "frozen-1"})
    assert begun.code() == "outcome_unknown", "it may have reached the server, and does: once that goes on"
    expect_all_unavailable(system, kept["id"])
    for name in system.names:
        wait_for_missing(system, name, "mongodb")
    frail.mongo.thaw()
    system.wait_until_ready()
    found = system.api.request("POST", "/invoices", VALID, JSON | {"Idempotency-Key": "frozen-1"})
    assert found.status == 201
    assert system.api.get(f"/invoices/{found.json()['id']}").json() == found.json()
    assert system.api.get(f"/invoices/{kept['id']}").json() == kept


@pytest.mark.parametrize("how", [{"loseAnswer": True},
                                 {"writeConcernError": {"code": 64, "errmsg": "waiting for replication timed out"}}],
                         ids=["lost answer", "wtimeout"])
def test_an_unknown_outcome_says_so_and_the_retry_finds_out(system, frail, how):
    system.start()
    frail.fail_next(["insert"], how)
    unknown = expect_unavailable(system, "POST", "/invoices", VALID, **{"Idempotency-Key": "unknown-1"})
    assert unknown.code() == "outcome_unknown"
    retried = system.api.request("POST", "/invoices", VALID, JSON | {"Idempotency-Key": "unknown-1"})
    assert retried.status == 201 and retried.header("Idempotent-Replayed") == "true"
    only, = system.api.list("/invoices")
    assert only == retried.json()

    frail.fail_next(["findAndModify"], how)
    assert expect_unavailable(system, "POST", f"/invoices/{only['id']}/void", VOID).code() == "outcome_unknown"
    void = system.api.get(f"/invoices/{only['id']}").json()
    assert void["status"] == "void", "it had happened"
    assert system.api.void(only["id"]) == void, "once"


def test_days_are_sealed_without_the_broker_and_mailed_once_it_is_back(system, frail):
    system.start()
    frail.broker.kill()
    for name in (REPORT_GENERATOR, EMAIL_SENDER):
        wait_for_missing(system, name, "rabbitmq")
    pass_the_cut_off(system)
    report = system.wait_for_report(DAY, state="sealed")
    assert system.missing(INVOICE_SERVICE) == []
    wait_until(lambda: system.report(DAY)["delivery"]["lastError"], "the reason is told")
    frail.broker.start()
    assert system.wait_for_report(DAY)["reportId"] == report["reportId"]
    assert len(system.mails()) == 1
    system.wait_until_ready()
    assert system.metric("reports_publish_failed_total") > 0


def test_a_frozen_broker_holds_nothing_up(system, frail):
    system.start()
    frail.broker.freeze()
    pass_the_cut_off(system)
    system.wait_for_report(DAY, state="sealed")
    wait_for_missing(system, REPORT_GENERATOR, "rabbitmq")
    frail.broker.thaw()
    system.wait_for_report(DAY)
    assert len(system.mails()) == 1


def test_a_message_outlives_a_restart_of_the_broker_while_no_mail_server_is_there(system, frail, smtp):
    system.start(SMTP_URI=smtp.uri)
    pass_the_cut_off(system)
    wait_for_missing(system, EMAIL_SENDER, "smtp")
    wait_until(lambda: system.metric('mails_total{outcome="deferred"') >= 1, "a deferral")
    frail.broker.stop()
    frail.broker.start()
    smtp.serve()
    system.wait_for_report(DAY)
    system.wait_until_ready()
    assert [mail.recipient for mail in smtp.mails()] == [ANNA]


def test_a_wrong_clock_writes_nothing(system, frail):
    system.start(CLOCK_TOLERANCE="3600")
    system.api.post_invoice("1.00")
    with frail.mongo_behind(hours=3):
        wait_for_missing(system, INVOICE_SERVICE, "clock")
        wait_for_missing(system, REPORT_GENERATOR, "clock")
        assert system.api.request("POST", "/invoices", VALID, JSON).code() == "clock_skewed"
        assert len(system.api.list("/invoices")) == 1, "reading goes on"
        pass_the_cut_off(system)
        wait_until(lambda: "closing failed, will be tried again" in told(system, REPORT_GENERATOR), "no closing")
        assert system.run("close").returncode == 1
        assert system.api.list("/reports") == []
    system.wait_until_ready()
    assert system.wait_for_report(DAY)["totalSales"].text == "1.00"
