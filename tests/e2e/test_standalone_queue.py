"""The queue of the one process: a table in its file, with the message that a broker would carry."""

import sqlite3

from harness.smtp import SmtpGate


def test_the_message_is_the_one_of_the_schema(standalone, smtp: SmtpGate):
    smtp.serve("--reply", "rcpt=550 5.1.1 no such user")
    standalone.clock.set("2026-03-02T09:00:00Z")
    standalone.start(SMTP_URI=smtp.uri, CURRENCY="EUR", TIME_ZONE="Europe/Berlin")
    standalone.api.post_invoice("1.50", date="2026-01-01T00:00:00Z")
    standalone.api.post_invoice("310.50", items=[{"sku": "DG334", "qt": 1.5}])
    standalone.clock.set("2026-03-03T11:00:00Z")
    for day in ("2026-03-02", "2026-03-03"):
        report = standalone.wait_for_report(day, state="dead")
        with sqlite3.connect(f"file:{standalone.data_dir / 'invoices.db'}?mode=ro", uri=True) as database:
            body, = database.execute("SELECT body FROM messages WHERE message_id = ?", (report["reportId"],)).fetchone()
        database.close()
        assert body.startswith('{"pattern":"daily_sales_report","data":{')
        data = standalone.api.contract.check_message(body.encode())
        assert data == {name: report[name] for name in report if name != "delivery"}


def test_close_without_a_running_process_mails_before_it_ends(standalone):
    standalone.clock.set("2026-03-02T09:00:00Z")
    standalone.start()
    standalone.stop()
    standalone.clock.set("2026-03-04T12:00:00Z")
    assert standalone.run("close").returncode == 0
    assert len(standalone.mails()) == 3


def test_what_was_mailed_leaves_the_queue(standalone):
    standalone.clock.set("2026-03-02T09:00:00Z")
    standalone.start()
    standalone.clock.set("2026-03-02T12:00:00Z")
    standalone.wait_for_report("2026-03-02")
    standalone.stop()
    with sqlite3.connect(standalone.data_dir / "invoices.db") as database:
        assert database.execute("SELECT count(*) FROM messages").fetchone() == (0,)
    database.close()
