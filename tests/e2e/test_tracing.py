"""One line a request, and what a request causes found by its names: in the log, the queue's message and the mail."""

import re
import signal

import pytest
from harness.waiting import wait_until

DAY = "2026-03-02"
ANNA = "anna@shop.example"
TRACE = "0af7651916cd43dd8448eb211c80319c"
NAMES = {"X-Request-Id": "till-7/42", "traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
BY_NAME = {"requestId": "till-7/42", "traceId": TRACE}


@pytest.fixture
def mailed(system, smtp):
    """A day is closed and mailed."""
    smtp.serve()
    system.clock.set(f"{DAY}T09:00:00Z")
    system.start(SMTP_URI=smtp.uri, MAIL_TO=ANNA, MAIL_FROM="reports@shop.example")
    system.api.post_invoice("12.34")
    system.clock.set(f"{DAY}T12:00:00Z")
    system.wait_for_report(DAY)
    return system


def messages(system, names: dict[str, str]) -> list[str]:
    """Of the lines that have these names."""
    return [entry["message"] for entry in system.log() if names.items() <= entry.items()]


def wait_for_messages(system, names: dict[str, str], *wanted: str) -> None:
    wait_until(lambda: set(wanted) <= set(messages(system, names)), f"{wanted} with {names}")


def test_each_request_has_one_line(system):
    system.start()
    system.api.post_invoice(customer="Somebody Secret")
    answers = [system.api.get(target) for target in ("/invoices?customer=Somebody%20Secret", "/nothing", "/healthz")]
    for answer, route in zip(answers, ("list_invoices", "unmatched", "healthz"), strict=True):
        names = {"requestId": answer.header("X-Request-Id")}
        wait_for_messages(system, names, "request")
        line, = (entry for entry in system.log() if names.items() <= entry.items())
        assert (line["level"], line["route"], line["status"]) == ("info", route, answer.status)
        assert re.fullmatch("[0-9a-f]{32}", line["traceId"]) and line["milliseconds"] > 0
    assert "Somebody" not in str(system.log())


def test_names_that_cannot_be_taken_are_made_anew(system):
    system.start()
    seen = {system.api.get("/healthz", **{"X-Request-Id": name, "traceparent": "00-no"}).header("X-Request-Id")
            for name in ("", "a b", '"},{"', "x" * 129)}
    assert len(seen) == 4 and all(re.fullmatch("[0-9a-f]{32}", name) for name in seen)
    assert system.api.get("/healthz", **{"X-Request-Id": "x" * 128}).header("X-Request-Id") == "x" * 128


def test_what_nobody_asked_for_has_one_trace_from_the_seal_to_the_mail(mailed, smtp):
    mail, = smtp.mails()
    trace = mail.message["Traceparent"].split("-")[1]
    assert mail.message["X-Request-Id"] is None
    wait_for_messages(mailed, {"traceId": trace}, "report sealed", "report published", "mail sent", "report delivered")
    assert not any("requestId" in entry for entry in mailed.log() if entry.get("message") == "mail sent")


def test_a_resend_is_found_by_its_names_from_the_request_to_the_mail(mailed, smtp):
    answer = mailed.api.post(f"/reports/{DAY}/resend", **NAMES)
    assert answer.status == 202 and answer.header("X-Request-Id") == "till-7/42"
    mailed.wait_for_report(DAY)
    wait_for_messages(mailed, BY_NAME, "request", "report published", "mail sent", "report delivered")
    _, mail = smtp.mails()
    assert mail.message["X-Request-Id"] == "till-7/42"
    assert mail.message["Traceparent"].startswith(f"00-{TRACE}-") and mail.message["Traceparent"].endswith("-01")
    assert mail.message["Traceparent"] != NAMES["traceparent"], "its parent is the request now"


def test_a_dead_letter_that_is_tried_again_is_found_by_the_request(system, smtp):
    smtp.serve("--reply", f"rcpt:{ANNA}=550 5.1.1 no such user")
    system.clock.set(f"{DAY}T09:00:00Z")
    system.start(SMTP_URI=smtp.uri, MAIL_TO=ANNA, MAIL_FROM="reports@shop.example")
    system.api.post_invoice("12.34")
    system.clock.set(f"{DAY}T12:00:00Z")
    system.wait_for_report(DAY, state="dead")
    wait_until(lambda: system.metric("messages_dead_total") == 1, "the letter")
    letter, = system.api.list("/dead-letters")
    smtp.serve()
    assert system.api.post(f"/dead-letters/{letter['messageId']}/requeue", **NAMES).status == 202
    system.wait_for_report(DAY)
    wait_for_messages(system, BY_NAME, "request", "mail sent")
    mail, = smtp.mails()
    assert mail.message["X-Request-Id"] == "till-7/42"


def test_the_names_outlive_a_kill(mailed, smtp):
    smtp.shut()
    assert mailed.api.post(f"/reports/{DAY}/resend", **NAMES).status == 202
    mailed.kill()
    smtp.serve()
    mailed.start()
    # It may have been put off before the kill.
    mailed.clock.advance(hours=1)
    mailed.wait_for_report(DAY)
    _, mail = smtp.mails()
    assert mail.message["X-Request-Id"] == "till-7/42"


def levels(system) -> list[str]:
    return [entry["logLevel"] for entry in system.log() if entry["message"] == "the log level is another one"]


def test_a_hangup_turns_the_level_of_the_log(standalone):
    config = standalone.folder / "config.toml"
    config.write_text('log_level = "info"\n')
    standalone.words = ("--config", str(config))
    standalone.start()
    for named, level in (("warning", "warning"), ("warning", "debug"), ("warning", "warning"), ("error", "error")):
        config.write_text(f'log_level = "{named}"\n')
        before = len(levels(standalone))
        standalone.process.signal(signal.SIGHUP)
        wait_until(lambda before=before: len(levels(standalone)) > before, "the level is turned")
        assert levels(standalone)[-1] == level
    config.write_text('log_level = "loud"\n')
    standalone.process.signal(signal.SIGHUP)
    wait_until(lambda: any("loud" in entry.get("reason", "") for entry in standalone.log()), "the fault is named")
    assert standalone.api.get("/healthz").status == 200


def test_who_reads_the_log_too_slowly_holds_no_request_up(standalone):
    """Its standard output is a pipe that nobody reads any more."""
    standalone.start()
    standalone.process.pause_reading()
    for _ in range(6000):
        assert standalone.api.send("GET", "/healthz", None, {}).status == 200
    dropped = standalone.metric("log_lines_dropped_total")
    assert dropped > 1000
    standalone.process.go_on_reading()
    asked: set[str] = set()

    def is_heard_again() -> bool:
        asked.add(standalone.api.get("/healthz").header("X-Request-Id"))
        return bool(asked & {entry.get("requestId") for entry in standalone.log()})

    wait_until(is_heard_again, "lines of new requests")
