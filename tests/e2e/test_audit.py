"""`audit`: what agrees, and what waits for the next report."""

import pytest


@pytest.fixture
def closed(system):
    """Two sealed days; 40 and 60 on the first, 7 on the second."""
    system.clock.set("2026-03-02T09:00:00Z")
    system.start()
    for amount, date in (("40.00", "2026-03-02T09:00:00Z"), ("60.00", "2026-03-02T09:00:00Z"),
                         ("7.00", "2026-03-03T09:00:00Z")):
        system.api.post_invoice(amount, date=date)
    close(system, "2026-03-03")
    return system


def close(system, day):
    system.clock.set(f"{day}T12:00:00Z")
    return system.wait_for_report(day)


def test_books_that_agree(closed):
    audit = closed.audit()
    assert (audit.returncode, audit.stderr) == (0, "")
    assert "107.00" in audit.stdout
    closed.stop()
    assert closed.audit().returncode == 0, "beside nobody"


def test_before_the_first_report_there_is_nothing_to_compare(system):
    system.start()
    system.api.post_invoice("40.00")
    assert system.audit().returncode == 0


def test_what_the_next_report_corrects_is_pending(closed):
    closed.api.post_invoice("1.00", date="2026-03-02T09:00:00Z")
    audit = closed.audit()
    assert audit.returncode == 0
    assert "pending" in audit.stdout and "2026-03-02" in audit.stdout
    close(closed, "2026-03-04")
    assert "pending: " not in closed.audit().stdout
