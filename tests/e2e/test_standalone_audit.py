"""`audit` on a file that somebody has tampered with: what nothing explains is named, marked and corrected."""

import sqlite3

import pytest
from harness.books import check_sums


@pytest.fixture
def closed(standalone):
    """Two sealed days; 40 and 60 on the first, 7 on the second."""
    standalone.clock.set("2026-03-02T09:00:00Z")
    standalone.start()
    for amount, date in (("40.00", "2026-03-02T09:00:00Z"), ("60.00", "2026-03-02T09:00:00Z"),
                         ("7.00", "2026-03-03T09:00:00Z")):
        standalone.api.post_invoice(amount, date=date)
    close(standalone, "2026-03-03")
    return standalone


def close(system, day):
    system.clock.set(f"{day}T12:00:00Z")
    return system.wait_for_report(day)


def tamper(system, *statements: str) -> None:
    system.stop()
    with sqlite3.connect(system.data_dir / "invoices.db") as database:
        for statement in statements:
            assert database.execute(statement).rowcount > 0
    database.close()


def test_what_nothing_explains_is_named_marked_and_corrected(closed):
    tamper(closed, "UPDATE invoices SET amount_minor = 4500, json = replace(json, '40.00', '45.00') "
                   "WHERE amount_minor = 4000",
           "UPDATE currency_quarters SET amount_lo = amount_lo + 500 WHERE quarter = "
           "(SELECT min(quarter) FROM currency_quarters)")
    audit = closed.audit()
    assert audit.returncode == 1
    said = audit.stdout + audit.stderr
    assert "2026-03-02" in said and "5.00" in said and "DIFFERS" in said
    assert "2026-03-03" not in said, "only what differs is named"
    closed.start()
    assert close(closed, "2026-03-04")["corrections"] == [], "nobody has asked for it"
    marked = closed.audit("--mark")
    assert marked.returncode == 1
    assert closed.audit().returncode == 1, "marked is not corrected"
    correction, = close(closed, "2026-03-05")["corrections"]
    assert (correction["number"], correction["totals"][0]["amount"]) == (1, 5)
    assert closed.audit().returncode == 0
    check_sums(closed.api)


def test_an_invoice_that_vanished_is_noticed(closed):
    tamper(closed, "DELETE FROM items WHERE invoice IN (SELECT seq FROM invoices WHERE amount_minor = 700)",
           "DELETE FROM invoices WHERE amount_minor = 700")
    audit = closed.audit()
    assert audit.returncode == 1
    assert "2026-03-03" in audit.stdout + audit.stderr


def test_a_roll_up_that_is_wrong_is_noticed_once_it_was_reported(closed):
    """The audit reads invoices, not the roll-ups that the reports were computed from."""
    closed.api.post_invoice("9.00", date="2026-03-04T09:00:00Z")
    tamper(closed, "UPDATE currency_quarters SET amount_lo = amount_lo + 100 WHERE quarter = "
                   "(SELECT max(quarter) FROM currency_quarters)")
    closed.start()
    assert close(closed, "2026-03-04")["totalSales"] == 10
    assert closed.audit().returncode == 1
