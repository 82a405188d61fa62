"""The servers around the services fail, each once: nothing is lost, nobody is mailed twice, all returns by itself."""

import time
from collections.abc import Iterator

import pytest
from harness.client import JSON, invoice, json_bytes
from harness.process import run
from harness.servers import Servers
from harness.split import EMAIL_SENDER, INVOICE_SERVICE, REPORT_GENERATOR, Split
from harness.waiting import wait_until

DAY = "2026-03-02"
ANNA = "anna@shop.example"
VALID = json_bytes(invoice())


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


def post_until_refused(system: Split) -> None:
    """Every answer comes within ten seconds; the last is 503 and says when to come again."""
    deadline = time.monotonic() + 30
    while True:
        begin = time.monotonic()
        answer = system.api.request("POST", "/invoices", VALID, JSON)
        assert time.monotonic() - begin < 10
        if answer.status == 503:
            assert int(answer.header("Retry-After")) > 0
            return
        assert time.monotonic() < deadline, answer


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
    post_until_refused(system)
    assert system.api.get("/invoices").status == 503
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
    post_until_refused(system)
    begin = time.monotonic()
    assert system.api.get(f"/invoices/{kept['id']}").status == 503
    assert system.api.get("/reports").status == 503
    assert time.monotonic() - begin < 20
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
