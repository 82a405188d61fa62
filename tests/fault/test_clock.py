"""A clock that jumps, stands wrong or goes through a night of daylight saving: no business day is closed twice, none is
left out, and every cent stands in exactly one report (tests/e2e has the 23 and 25 hour days and the catching up)."""

import subprocess
import sys
from datetime import timedelta

import pytest
from harness.books import all_reports, check_chain, check_sums
from harness.chance import seeded
from harness.client import new_key
from harness.clock import Clock, instant, text_of
from harness.standalone import Standalone
from harness.waiting import wait_until

JUMPS = 24
# Asio sets a timer that is over already to an absolute nanosecond.
TIMER_THAT_IS_OVER = """
import ctypes, select
libc = ctypes.CDLL(None)
timer = libc.timerfd_create(1, 0)
assert libc.timerfd_settime(timer, 1, (ctypes.c_long * 4)(0, 0, 0, 1), None) == 0
assert select.select([timer], [], [], 5)[0]
"""


def latest(standalone: Standalone) -> int:
    return next((report["number"] for report in standalone.api.get("/reports?limit=1").json()), 0)


def has_looked(standalone: Standalone) -> None:
    """Returns once nothing is due by the present clock."""
    wait_until(lambda: standalone.api.get("/reports/current").json()["number"] == latest(standalone) + 1,
               "all due days closed", seconds=40)


def sell(standalone: Standalone, amount: str = "1.00") -> None:
    """Dated by the clock of the service."""
    standalone.api.post_invoice(amount, key=new_key())


def check_books(standalone: Standalone) -> list:
    """After one more cut-off, which carries the corrections of everything before."""
    end = instant(standalone.api.get("/reports/current").json()["to"])
    standalone.clock.set(max(end, standalone.clock.now()))
    has_looked(standalone)
    for report in all_reports(standalone.api):
        standalone.wait_for_report(report["businessDay"], seconds=40)
    reports = check_sums(standalone.api)
    audit = standalone.audit()
    assert audit.returncode == 0, audit.stdout + audit.stderr
    # After a kill an earlier day's mail may come behind a later one's.
    mails = sorted(mail.business_day for mail in standalone.mails())
    assert mails == [report["businessDay"] for report in reports], "one mail a day"
    return reports


@pytest.mark.parametrize(("day", "cut_off", "windows"), [
    # 02:30 does not exist on 29 March: the day ends at the first instant behind the gap, 03:00 summer time.
    ("2026-03-29", "02:30", [("2026-03-28", "2026-03-28T01:30:00.000Z"), ("2026-03-29", "2026-03-29T01:00:00.000Z"),
                             ("2026-03-30", "2026-03-30T00:30:00.000Z")]),
    # 02:30 comes twice on 25 October: the day ends at the earlier one, in summer time.
    ("2026-10-25", "02:30", [("2026-10-24", "2026-10-24T00:30:00.000Z"), ("2026-10-25", "2026-10-25T00:30:00.000Z"),
                             ("2026-10-26", "2026-10-26T01:30:00.000Z")]),
    # The cut-off is the very jump.
    ("2026-03-29", "03:00", [("2026-03-28", "2026-03-28T02:00:00.000Z"), ("2026-03-29", "2026-03-29T01:00:00.000Z"),
                             ("2026-03-30", "2026-03-30T01:00:00.000Z")]),
    ("2026-10-25", "02:00", [("2026-10-24", "2026-10-24T00:00:00.000Z"), ("2026-10-25", "2026-10-25T00:00:00.000Z"),
                             ("2026-10-26", "2026-10-26T01:00:00.000Z")]),
], ids=["gap", "overlap", "end of the gap", "begin of the overlap"])
def test_a_cut_off_in_a_night_of_daylight_saving_closes_one_day(standalone, day, cut_off, windows):
    midnight = instant(f"{day}T00:00:00+00:00")
    standalone.clock.set(midnight - timedelta(hours=25))
    standalone.start(TIME_ZONE="Europe/Berlin", CUT_OFF=cut_off)
    # Through the whole night, and with a service that starts in the middle of the odd hour.
    for minutes in (-90, -1, 0, 29, 30, 45, 59, 60, 61, 89, 90, 119, 120, 121, 240):
        standalone.clock.set(midnight + timedelta(minutes=minutes))
        has_looked(standalone)
        sell(standalone)
        if minutes == 45:
            standalone.kill()
            standalone.start()
    standalone.clock.set(instant(windows[-1][1]))
    has_looked(standalone)
    reports = check_books(standalone)
    assert [(report["businessDay"], report["to"]) for report in reports][:3] == windows
    assert sum(report["totals"][0]["invoices"] for report in reports if report["totals"]) == 15
    assert all(report["corrections"] == [] for report in reports), "nothing was late"


def test_any_jumps_forward_and_back_under_sales(standalone):
    source = seeded()
    standalone.clock.set("2026-03-02T09:00:00Z")
    standalone.start(TIME_ZONE="Europe/Berlin", CUT_OFF="18:00")
    for _ in range(JUMPS):
        standalone.clock.advance(seconds=source.choice([-1, 1]) * source.choice([5, 3600, 30_000, 100_000, 300_000]))
        for _ in range(source.randrange(4)):
            sell(standalone, f"{source.randrange(1, 900)}.{source.randrange(100):02}")
        if source.random() < 0.25:
            standalone.kill()
            standalone.start()
        elif source.random() < 0.5:
            has_looked(standalone)
    check_chain(check_books(standalone))


def test_a_clock_days_ahead_closes_early_and_what_comes_then_is_corrected(standalone):
    standalone.clock.set("2026-03-02T09:00:00Z")
    standalone.start()
    sell(standalone, "1.00")
    standalone.clock.set("2026-03-05T13:00:00Z")
    standalone.wait_for_report("2026-03-05")
    standalone.clock.set("2026-03-02T10:00:00Z")
    sell(standalone, "2.00")
    standalone.restart()
    sell(standalone, "4.00")
    standalone.clock.set("2026-03-04T13:00:00Z")
    sell(standalone, "8.00")
    has_looked(standalone)
    assert latest(standalone) == 4, "days that were closed stay closed, and no other is"
    reports = check_books(standalone)
    assert [report["businessDay"] for report in reports] == [f"2026-03-0{day}" for day in range(2, 7)]
    assert [report["totalSales"] for report in reports] == [1, 0, 0, 0, 0]
    corrected = {correction["businessDay"]: correction["totals"][0]["amount"]
                 for correction in reports[-1]["corrections"]}
    assert corrected == {"2026-03-02": 6, "2026-03-05": 8}


def test_a_clock_a_year_ahead_closes_nothing(standalone):
    standalone.clock.set("2026-03-02T09:00:00Z")
    standalone.start()
    sell(standalone, "1.00")
    standalone.clock.set("2027-03-02T09:00:00Z")
    wait_until(lambda: any("31" in str(entry.get("reason")) for entry in standalone.log()), "a refusal in the log")
    assert latest(standalone) == 0
    standalone.clock.set("2026-03-02T13:00:00Z")
    standalone.restart()
    has_looked(standalone)
    reports = check_books(standalone)
    assert [report["businessDay"] for report in reports] == ["2026-03-02", "2026-03-03"]


def test_a_start_ten_days_late_closes_ten_days(standalone):
    standalone.clock.set("2026-03-02T09:00:00Z")
    standalone.start()
    for day in (2, 4, 11, 12):
        standalone.api.post_invoice(f"{day}.00", date=text_of(instant(f"2026-03-{day:02}T10:00:00+00:00")))
    standalone.kill()
    standalone.clock.set("2026-03-12T11:00:00Z")
    standalone.start()
    has_looked(standalone)
    assert latest(standalone) == 10
    # What was entered in the first minutes belongs to the running day.
    sell(standalone, "100.00")
    standalone.kill()
    standalone.start()
    reports = check_books(standalone)
    assert [report["businessDay"] for report in reports] == [f"2026-03-{day:02}" for day in range(2, 13)]
    assert [report["totalSales"] for report in reports] == [2, 0, 4, 0, 0, 0, 0, 0, 0, 11, 112]


def test_a_start_with_the_clock_a_day_behind_the_last_closing(standalone):
    standalone.clock.set("2026-03-02T09:00:00Z")
    standalone.start()
    sell(standalone, "1.00")
    standalone.clock.set("2026-03-03T12:00:00Z")
    standalone.wait_for_report("2026-03-03")
    standalone.kill()
    standalone.clock.set("2026-03-02T12:00:30Z")
    standalone.start()
    sell(standalone, "2.00")
    has_looked(standalone)
    assert latest(standalone) == 2, "nothing is closed again"
    assert standalone.api.get("/reports/current").json()["number"] == 3
    closed = standalone.run("close")
    assert closed.returncode == 0 and "0 business" in closed.stdout, closed.stdout + closed.stderr
    standalone.clock.set("2026-03-03T13:00:00Z")
    sell(standalone, "4.00")
    reports = check_books(standalone)
    assert [report["businessDay"] for report in reports] == ["2026-03-02", "2026-03-03", "2026-03-04"]
    assert reports[2]["totalSales"] == 4
    correction, = reports[2]["corrections"]
    assert (correction["number"], correction["totals"][0]["amount"]) == (2, 2)


@pytest.mark.parametrize("day", ["2026-03-02", "2036-03-02"], ids=["back", "ahead"])
def test_a_set_clock_stops_no_monotonic_timer(tmp_path, day):
    clock = Clock(tmp_path / "clock")
    clock.set(f"{day}T09:00:00Z")
    subprocess.run([sys.executable, "-c", TIMER_THAT_IS_OVER], env=clock.environment(), check=True, timeout=30)
