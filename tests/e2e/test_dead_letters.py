"""Dead letters over the API: seen with their reason, tried again, let go; in each form of the system."""

import pytest
from harness.waiting import wait_until

DAY = "2026-03-02"
ANNA, BERT = "anna@shop.example", "bert@shop.example"
REFUSED = ("--reply", f"rcpt:{BERT}=550 5.1.1 no such user")


@pytest.fixture
def dead(system, smtp):
    """The id of the day's message, which Anna has and Bert has refused."""
    smtp.serve(*REFUSED)
    system.clock.set(f"{DAY}T09:00:00Z")
    system.start(SMTP_URI=smtp.uri, MAIL_TO=f"{ANNA},{BERT}", MAIL_FROM="reports@shop.example")
    system.api.post_invoice("12.34")
    system.clock.set(f"{DAY}T12:00:00Z")
    system.wait_for_report(DAY, state="dead")
    # With the services the note of the end comes a moment before the message is parked.
    wait_until(lambda: system.metric("messages_dead_total") == 1, "the letter")
    letter, = system.api.list("/dead-letters")
    assert (letter["businessDay"], letter["attempts"]) == (DAY, 1) and "550" in letter["reason"]
    return letter["messageId"]


def states(system) -> dict[str, str]:
    return {each["address"]: each["state"] for each in system.report(DAY)["delivery"]["recipients"]}


def test_nothing_is_dead_at_first(system):
    system.start()
    assert system.api.list("/dead-letters") == []
    assert system.api.get("/dead-letters?limit=0").code() == "invalid_parameter"
    for action in ("requeue", "drop"):
        assert system.api.post(f"/dead-letters/nonsense/{action}").code() == "dead_letter_not_found"


def test_a_dead_letter_is_tried_again_for_whom_refused_it(system, smtp, dead):
    smtp.serve()
    answer = system.api.post(f"/dead-letters/{dead}/requeue")
    assert answer.status == 202 and answer.json()["messageId"] == dead
    system.wait_for_report(DAY)
    assert states(system) == {ANNA: "sent", BERT: "sent"}
    assert [mail.recipient for mail in smtp.mails()] == [ANNA, BERT]
    assert system.api.list("/dead-letters") == []
    assert system.api.post(f"/dead-letters/{dead}/requeue").code() == "dead_letter_not_found"


def test_a_dead_letter_is_dropped_and_leaves_the_queue(system, smtp, dead):
    answer = system.api.post(f"/dead-letters/{dead}/drop")
    assert answer.status == 200 and answer.json()["messageId"] == dead
    assert system.api.list("/dead-letters") == []
    system.wait_for_report(DAY)
    assert states(system) == {ANNA: "sent", BERT: "dropped"}
    wait_until(lambda: system.metric('report_queue_messages{state="dead"') == 0, "none left")
    assert system.api.post(f"/dead-letters/{dead}/drop").code() == "dead_letter_not_found"
    assert [mail.recipient for mail in smtp.mails()] == [ANNA], "nobody was tried again"

    smtp.serve()
    assert system.api.post(f"/reports/{DAY}/resend").json()["messageId"] == f"{dead}.1"
    system.wait_for_report(DAY)
    assert sorted(mail.recipient for mail in smtp.mails()) == sorted([ANNA, ANNA, BERT])
