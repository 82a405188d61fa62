"""The mail and a real SMTP server that has bad days: nothing lost, nobody mailed twice."""

import pytest
from harness.waiting import wait_until

DAY = "2026-03-02"
ANNA, BERT = "anna@shop.example", "bert@shop.example"


@pytest.fixture
def system(system, smtp):
    """Started in the morning with a mail server that is down."""
    system.clock.set(f"{DAY}T09:00:00Z")
    system.start(SMTP_URI=smtp.uri, MAIL_TO=f"{ANNA},{BERT}", MAIL_FROM="reports@shop.example")
    system.api.post_invoice("12.34")
    return system


def pass_the_cut_off(system) -> None:
    system.clock.set(f"{DAY}T12:00:00Z")


def deliveries(report) -> dict[str, str]:
    return {recipient["address"]: recipient["state"] for recipient in report["delivery"]["recipients"]}


def wait_for_failure(system, words: str):
    """Until a try has failed, with these words in its error."""
    def probe():
        answer = system.api.get(f"/reports/{DAY}")
        delivery = answer.json()["delivery"] if answer.status == 200 else {}
        return delivery.get("lastError") and words in delivery["lastError"] and answer.json()

    return wait_until(probe, f"a failure with {words!r}")


def wait_for_deferral(system) -> None:
    """Until the message is back in the queue with its delay."""
    wait_until(lambda: system.metric('mails_total{outcome="deferred"') >= 1, "a deferral")


def test_one_mail_for_each_recipient(system, smtp):
    smtp.serve()
    pass_the_cut_off(system)
    report = system.wait_for_report(DAY)
    assert deliveries(report) == {ANNA: "sent", BERT: "sent"}
    first, second = smtp.mails()
    assert {(mail.recipient, *mail.envelope_to) for mail in (first, second)} == {(ANNA, ANNA), (BERT, BERT)}
    assert first.message["X-Envelope-From"] == "reports@shop.example"
    assert first.message_id != second.message_id
    assert "12.34" in first.text()
    assert system.metric('mails_total{outcome="sent"') == 2
    assert system.mails() == [], "none in the folder"


def test_a_server_that_says_later_is_asked_again(system, smtp):
    smtp.serve("--reply-once", "rcpt=451 4.7.1 try again later")
    pass_the_cut_off(system)
    wait_for_failure(system, "451")
    # A sender of its own may fail before the generator has noted that the queue took the report.
    system.wait_for_report(DAY, "published")
    wait_for_deferral(system)
    assert system.api.post(f"/reports/{DAY}/resend").code() == "delivery_under_way"
    system.clock.advance(minutes=1)
    report = system.wait_for_report(DAY)
    assert deliveries(report) == {ANNA: "sent", BERT: "sent"}
    assert report["delivery"]["lastError"] is None
    assert {recipient["attempts"] for recipient in report["delivery"]["recipients"]} == {1, 2}
    assert sorted(mail.recipient for mail in smtp.mails()) == [ANNA, BERT]


def test_a_connection_lost_after_the_final_dot_repeats_under_the_same_id(system, smtp):
    smtp.serve("--drop", "content", "--drop-times", "1")
    pass_the_cut_off(system)
    wait_for_deferral(system)
    assert len(smtp.mails()) == 2
    system.clock.advance(minutes=1)
    system.wait_for_report(DAY)
    mails = smtp.mails()
    doubled = [mail for mail in mails if mail.recipient == mails[0].recipient]
    assert len(mails) == 3 and len(doubled) == 2
    assert doubled[0].message_id == doubled[1].message_id
    assert doubled[0].message.as_bytes() == doubled[1].message.as_bytes(), "the same mail, not one with newer words"


def test_a_refusal_is_dead_and_resend_takes_it_from_there(system, smtp):
    smtp.serve("--reply", "mail=550 5.7.1 we know you not")
    pass_the_cut_off(system)
    report = system.wait_for_report(DAY, state="dead")
    assert "550" in report["delivery"]["lastError"]
    assert deliveries(report) == {ANNA: "refused", BERT: "refused"}
    assert system.api.list("/reports")[0]["deliveryState"] == "dead"
    assert system.metric('mails_total{outcome="refused"') == 2
    wait_until(lambda: system.metric("messages_dead_total") == 1, "the metric")
    smtp.serve()
    system.clock.advance(hours=5)
    assert system.report(DAY)["delivery"]["state"] == "dead", "nothing happens by itself"
    answer = system.api.post(f"/reports/{DAY}/resend")
    assert answer.status == 202
    assert answer.json()["messageId"] == report["reportId"], "it goes on where it stopped"
    assert deliveries(system.wait_for_report(DAY)) == {ANNA: "sent", BERT: "sent"}
    assert sorted(mail.recipient for mail in smtp.mails()) == [ANNA, BERT]


def test_only_who_was_refused_gets_it_with_the_resend(system, smtp):
    smtp.serve("--reply", f"rcpt:{BERT}=550 5.1.1 no such user")
    pass_the_cut_off(system)
    report = system.wait_for_report(DAY, state="dead")
    assert deliveries(report) == {ANNA: "sent", BERT: "refused"}
    refused, = (each for each in report["delivery"]["recipients"] if each["address"] == BERT)
    assert "550" in refused["lastError"] and refused["sentAt"] is None
    assert [mail.recipient for mail in smtp.mails()] == [ANNA]
    smtp.serve()
    assert system.api.post(f"/reports/{DAY}/resend").status == 202
    assert deliveries(system.wait_for_report(DAY)) == {ANNA: "sent", BERT: "sent"}
    assert [mail.recipient for mail in smtp.mails()] == [ANNA, BERT]


def test_a_server_that_stays_away_is_given_up_and_resend_takes_it_from_there(system, smtp):
    system.restart(MAIL_RETRY_HOURS="2")
    pass_the_cut_off(system)
    system.wait_for_report(DAY, "published")
    wait_for_deferral(system)
    system.clock.advance(hours=2)
    report = system.wait_for_report(DAY, state="dead")
    assert report["delivery"]["lastError"].startswith("given up after 2 h: ")
    assert deliveries(report) == {ANNA: "refused", BERT: "refused"}
    assert system.metric('mails_total{outcome="given_up"') == 2
    wait_until(lambda: system.metric("messages_dead_total") == 1, "the metric")
    wait_until(lambda: system.metric('report_queue_messages{state="dead"') >= 1, "the queue's metric")
    answer = system.api.post(f"/reports/{DAY}/resend")
    assert answer.status == 202 and answer.json()["messageId"] == report["reportId"]
    wait_until(lambda: system.metric('mails_total{outcome="deferred"') >= 2, "it is tried anew, not given up at once")
    smtp.serve()
    system.clock.advance(minutes=1)
    assert deliveries(system.wait_for_report(DAY)) == {ANNA: "sent", BERT: "sent"}
    assert sorted(mail.recipient for mail in smtp.mails()) == [ANNA, BERT]


@pytest.mark.parametrize("restart", [False, True])
def test_a_server_that_is_down_at_the_cut_off_gets_it_later(system, smtp, restart):
    system.restart(MAIL_RETRY_HOURS="48")
    pass_the_cut_off(system)
    wait_for_failure(system, "")
    system.wait_for_report(DAY, "published")
    system.clock.set("2026-03-03T12:00:00Z")
    wait_until(lambda: len(system.api.list("/reports")) == 2, "the next day closes all the same")
    if restart:
        system.kill()
        system.start()
    smtp.serve()
    system.clock.advance(minutes=20)
    system.wait_for_report(DAY)
    system.wait_for_report("2026-03-03")
    assert sorted((mail.business_day, mail.recipient) for mail in smtp.mails()) == [
        (DAY, ANNA), (DAY, BERT), ("2026-03-03", ANNA), ("2026-03-03", BERT)]


def test_a_sender_killed_in_the_dialogue_leaves_nobody_without_a_mail(system, smtp):
    smtp.serve("--hang", "data")
    pass_the_cut_off(system)
    wait_until(lambda: (answer := system.api.get(f"/reports/{DAY}")).status == 200
               and answer.json()["delivery"]["recipients"], "a claim")
    system.kill()
    smtp.serve()
    system.start()
    system.clock.advance(minutes=6)  # longer than a claim holds

    def done() -> bool:
        system.clock.advance(seconds=20)
        return system.report(DAY)["delivery"]["state"] == "done"

    wait_until(done, "done", pause=0.2)
    assert sorted(mail.recipient for mail in smtp.mails()) == [ANNA, BERT]


def test_a_preview_by_mail_is_marked(system, smtp):
    smtp.serve()
    assert system.run("preview", "--mail").returncode == 0
    wait_until(lambda: len(smtp.mails()) == 2, "both")
    for mail in smtp.mails():
        assert "preview" in mail.subject.lower()
        assert "preview" in mail.text().lower() and "preview" in mail.html().lower()
    pass_the_cut_off(system)
    assert system.wait_for_report(DAY)["number"] == 1
    assert len({mail.message_id for mail in smtp.mails()}) == 4


def test_a_server_that_wants_a_password(system, smtp, tmp_path):
    smtp.serve("--user", "shop:p@ss word")
    secret = tmp_path / "password"
    secret.write_text("p@ss word\n")
    system.restart(SMTP_URI=f"smtp://shop@127.0.0.1:{smtp.port}", SMTP_PASSWORD_FILE=str(secret))
    pass_the_cut_off(system)
    system.wait_for_report(DAY)
    assert len(smtp.mails()) == 2
    assert not any("p@ss" in str(entry) for entry in system.log())


def test_required_encryption_never_falls_back(system, smtp):
    smtp.serve()
    system.restart(SMTP_URI=smtp.uri + "?tls=required")
    pass_the_cut_off(system)
    report = wait_for_failure(system, "")
    assert report["delivery"]["state"] in ("published", "dead")
    assert smtp.mails() == []


def test_text_of_clients_cannot_make_headers(system, smtp):
    smtp.serve()
    sku = "X\u2028Bcc: evil@example.com\u0085<script>alert(1)</script>"
    system.api.post_invoice("1.00", customer="a\u2028Subject: b", items=[{"sku": sku, "qt": 1}])
    pass_the_cut_off(system)
    system.wait_for_report(DAY)
    for mail in smtp.mails():
        assert mail.message["Bcc"] is None and len(mail.message.get_all("Subject")) == 1
        assert "<script>" not in mail.html()
    page = system.api.get(f"/reports/{DAY}/mail").body.decode()
    assert "<script>" not in page
