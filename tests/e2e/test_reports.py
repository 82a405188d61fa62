"""The report's rules: corrections, opening balance, empty days, catch-up, changed zones, sums that agree."""

from decimal import Decimal

import pytest
from harness.books import check_sums
from harness.client import NDJSON, Verbatim, invoice, json_bytes
from harness.waiting import wait_until


@pytest.fixture
def system(system):
    """Started on Monday, 2 March 2026 in the morning; the cut-off is at noon UTC."""
    system.clock.set("2026-03-02T09:00:00Z")
    return system


def close(system, day: str):
    system.clock.set(f"{day}T12:00:00Z")
    return system.wait_for_report(day)


def test_what_comes_late_is_a_correction_under_its_day(system):
    system.start()
    api = system.api
    wrong = api.post_invoice("40.00", items=[{"sku": "A", "qt": 1}])
    api.post_invoice("60.00", items=[{"sku": "A", "qt": 2}, {"sku": "B", "qt": 1}])
    monday = close(system, "2026-03-02")
    api.void(wrong["id"])
    api.post_invoice("5.00", date="2026-03-02T11:59:59Z", items=[{"sku": "B", "qt": 0.5}])
    api.post_invoice("7.00", date="2026-03-02T11:00:00Z", currency="EUR", items=[{"sku": "C", "qt": 1}])
    tuesday = close(system, "2026-03-03")
    assert (tuesday["totalSales"], tuesday["totals"]) == (0, [])
    assert tuesday["corrections"] == [{
        "number": 1, "businessDay": "2026-03-02", "from": monday["from"], "to": monday["to"],
        "totals": [{"currency": "EUR", "invoices": 1, "amount": Decimal("7.00"), "voids": 0},
                   {"currency": "USD", "invoices": 0, "amount": Decimal("-35.00"), "voids": 1}],
        "skuQuantities": [{"sku": "A", "qt": -1}, {"sku": "B", "qt": Decimal("0.5")}, {"sku": "C", "qt": 1}]}]
    assert tuesday["comparisons"]["previousDay"]["totals"][1]["amount"] == 65, "corrections are known"
    assert system.report("2026-03-02")["totalSales"] == 100, "what was sealed stays as it was"
    assert api.list("/reports")[0]["correctionCount"] == 1
    mail = system.mails()[-1]
    for figure in ("35.00", "7.00", "report 1"):
        assert figure in mail.text() and figure in mail.html()
    assert close(system, "2026-03-04")["corrections"] == [], "once"
    check_sums(api)


def test_a_void_on_its_own_day_is_no_correction(system):
    system.start()
    system.api.void(system.api.post_invoice("40.00")["id"])
    report = close(system, "2026-03-02")
    assert report["totals"] == [{"currency": "USD", "invoices": 0, "amount": 0, "voids": 1}]
    assert report["totalSkuQuantities"] == []
    assert close(system, "2026-03-03")["corrections"] == []


def test_an_invoice_that_was_late_and_then_void_disappears(system):
    system.start()
    close(system, "2026-03-02")
    late = system.api.post_invoice("40.00", date="2026-03-02T10:00:00Z")
    assert close(system, "2026-03-03")["corrections"][0]["totals"][0]["amount"] == 40
    system.api.void(late["id"])
    correction, = close(system, "2026-03-04")["corrections"]
    assert correction["totals"] == [{"currency": "USD", "invoices": -1, "amount": -40, "voids": 1}]
    assert correction["skuQuantities"] == [{"sku": "DG334", "qt": -2}]
    check_sums(system.api)


def test_what_is_dated_before_the_first_start_is_the_opening_balance(system):
    system.start()
    api = system.api
    api.post_invoice("10.00", date="2019-05-05T10:00:00Z")
    old = api.post_invoice("20.00", date="2026-03-01T11:59:59.999Z")
    api.post_invoice("30.00", date="2026-03-01T12:00:00Z")
    first = close(system, "2026-03-02")
    assert first["totalSales"] == 30
    assert first["openingBalance"] == {
        "number": 0, "businessDay": None, "from": None, "to": "2026-03-01T12:00:00.000Z",
        "totals": [{"currency": "USD", "invoices": 2, "amount": 30, "voids": 0}],
        "skuQuantities": [{"sku": "DG334", "qt": 4}]}
    assert first["corrections"] == []
    api.void(old["id"])
    second = close(system, "2026-03-03")
    assert second["openingBalance"] is None
    correction, = second["corrections"]
    assert (correction["number"], correction["businessDay"], correction["totals"][0]["amount"]) == (0, None, -20)
    check_sums(api)


def test_a_day_without_sales_is_mailed_too(system):
    system.start()
    report = close(system, "2026-03-02")
    assert (report["totalSales"].text, report["totals"], report["totalSkuQuantities"]) == ("0.00", [], [])
    mail, = system.mails()
    assert "no sales" in mail.text().lower() and "no sales" in mail.html().lower()
    assert mail.csv_rows() == []


def test_missed_days_are_caught_up_oldest_first(system):
    system.start()
    api = system.api
    for day in (2, 3, 5):
        api.post_invoice(f"{day}.00", date=f"2026-03-0{day}T10:00:00Z")
    system.stop()
    system.clock.set("2026-03-06T15:00:00Z")
    system.start()
    system.wait_for_report("2026-03-06")
    reports = check_sums(api)
    assert [(r["number"], r["businessDay"], r["totalSales"]) for r in reports] == [
        (1, "2026-03-02", 2), (2, "2026-03-03", 3), (3, "2026-03-04", 0), (4, "2026-03-05", 5), (5, "2026-03-06", 0)]
    wait_until(lambda: len(system.mails()) == 5, "a mail for each day")
    assert [mail.business_day for mail in system.mails()] == [report["businessDay"] for report in reports]
    assert reports[4]["comparisons"]["previousDay"]["number"] == 4


def test_a_clock_that_jumps_while_serving_catches_up_too(system):
    system.start()
    close(system, "2026-03-09")
    reports = check_sums(system.api)
    assert [report["businessDay"] for report in reports] == [f"2026-03-0{day}" for day in range(2, 10)]
    assert reports[7]["comparisons"]["sameWeekdayLastWeek"]["number"] == 1


def test_more_than_31_due_days_need_the_close_command(system):
    system.start()
    system.api.post_invoice("2.00")
    system.clock.set("2026-04-03T12:00:00Z")  # 33 days are due
    wait_until(lambda: [entry for entry in system.log() if entry["message"].startswith("closing failed")], "a log line")
    assert "31" in next(entry["reason"] for entry in system.log() if entry["message"].startswith("closing failed"))
    assert system.metric("closings_failed_total") > 0
    assert system.api.list("/reports") == []
    closed = system.run("close")
    assert closed.returncode == 0, closed.stderr
    # Once 31 are left the running generator may join in, so the command need not have closed all of them itself.
    assert closed.stdout.startswith("closed ")
    assert len(system.api.list("/reports")) == 33
    system.wait_for_report("2026-04-03", seconds=40)
    check_sums(system.api)


def test_exactly_31_due_days_are_closed_by_themselves(system):
    system.start()
    system.stop()
    system.clock.set("2026-04-01T12:00:00Z")
    system.start()
    system.wait_for_report("2026-04-01", seconds=40)
    assert len(system.api.list("/reports")) == 31


def test_the_close_command_works_on_a_system_that_does_not_run(system):
    system.start()
    system.api.post_invoice("2.00")
    system.stop()
    system.clock.set("2026-04-10T12:00:00Z")
    closed = system.run("close")
    assert closed.returncode == 0, closed.stderr
    assert "closed 40 " in closed.stdout
    system.start()
    assert len(check_sums(system.api)) == 40
    wait_until(lambda: len(system.mails()) == 40, "a mail for each day")


def test_a_change_of_zone_and_of_cut_off_makes_one_longer_or_shorter_window(system):
    system.start()
    api = system.api
    monday = close(system, "2026-03-02")
    api.post_invoice("1.00", date="2026-03-03T11:30:00Z")
    late = api.post_invoice("2.00", date="2026-03-03T13:00:00Z")
    system.restart(TIME_ZONE="America/New_York", CUT_OFF="18:00")  # 23:00 UTC
    api.post_invoice("4.00", date="2026-03-02T10:00:00Z")
    system.clock.set("2026-03-03T23:00:00Z")
    tuesday = system.wait_for_report("2026-03-03")
    assert (tuesday["from"], tuesday["to"]) == (monday["to"], "2026-03-03T23:00:00.000Z"), "35 hours"
    assert (tuesday["timeZone"], tuesday["cutOff"], tuesday["totalSales"]) == ("America/New_York", "18:00", 3)
    system.restart(TIME_ZONE="Asia/Tokyo", CUT_OFF="00:00")  # 15:00 UTC of the day before
    api.void(late["id"])
    system.clock.set("2026-03-05T15:00:00Z")
    system.wait_for_report("2026-03-06")
    reports = check_sums(api)
    assert [(r["businessDay"], r["to"]) for r in reports[2:]] == [
        ("2026-03-05", "2026-03-04T15:00:00.000Z"), ("2026-03-06", "2026-03-05T15:00:00.000Z")]
    assert reports[2]["from"] == tuesday["to"], "16 hours, and the name of a day is skipped"
    assert [c["number"] for c in reports[1]["corrections"]] == [1]
    assert [c["number"] for c in reports[2]["corrections"]] == [2]
    assert reports[2]["corrections"][0]["to"] == tuesday["to"], "bounds as they were at the seal"
    assert system.audit().returncode == 0


def test_daylight_saving_makes_windows_of_23_and_25_hours(system):
    system.clock.set("2026-03-28T08:00:00Z")
    system.start(TIME_ZONE="Europe/Berlin", CUT_OFF="12:00")
    for date in ("2026-03-28T11:00:00Z", "2026-03-29T09:59:59.999Z", "2026-03-29T10:00:00Z"):
        system.api.post_invoice("1.00", date=date)
    system.clock.set("2026-03-30T10:00:00Z")
    system.wait_for_report("2026-03-30")
    reports = check_sums(system.api)
    assert [(r["from"], r["to"], r["totalSales"]) for r in reports] == [
        ("2026-03-27T11:00:00.000Z", "2026-03-28T11:00:00.000Z", 0),
        ("2026-03-28T11:00:00.000Z", "2026-03-29T10:00:00.000Z", 2),
        ("2026-03-29T10:00:00.000Z", "2026-03-30T10:00:00.000Z", 1)]


def test_currencies_are_never_added_together(system):
    system.start(CURRENCY="EUR")
    for amount, currency in (("1.00", None), ("2.00", "USD"), ("3", "JPY"), ("0.005", "KWD"), ("4.00", "EUR")):
        system.api.post_invoice(amount, **({"currency": currency} if currency else {}))
    report = close(system, "2026-03-02")
    assert (report["currency"], report["totalSales"].text) == ("EUR", "5.00")
    assert [(t["currency"], t["invoices"], Decimal(t["amount"])) for t in report["totals"]] == [
        ("EUR", 2, 5), ("JPY", 1, 3), ("KWD", 1, Decimal("0.005")), ("USD", 1, 2)]


def test_sums_beyond_64_bits_are_exact(system):
    system.start()
    count = 10_000
    line = json_bytes(invoice("9999999999999.99", items=[{"sku": "A", "qt": Verbatim("999999999.999")}]))
    results = system.api.request("POST", "/invoices/import", b"\n".join([line] * count), NDJSON).lines()
    assert {result["status"] for result in results} == {"created"}
    report = close(system, "2026-03-02")
    assert report["totalSales"].text == "99999999999999900.00"
    assert report["totalSkuQuantities"] == [{"sku": "A", "qt": Decimal("9999999999990")}]
    for result in results[:3]:
        system.api.void(result["id"])
    correction, = close(system, "2026-03-03")["corrections"]
    assert correction["totals"][0]["amount"].text == "-29999999999999.97"
    check_sums(system.api)
    assert system.audit().returncode == 0


def test_the_preview_shows_the_running_day_and_seals_nothing(system):
    system.start()
    system.api.post_invoice("12.34")
    shown = system.run("preview")
    assert shown.returncode == 0, shown.stderr
    assert "12.34" in shown.stdout and "2026-03-02" in shown.stdout and "DG334" in shown.stdout
    assert system.api.list("/reports") == [] and system.mails() == []


def test_a_preview_by_mail_is_marked(system):
    system.start()
    system.api.post_invoice("12.34")
    assert system.run("preview", "--mail").returncode == 0
    mail, = wait_until(system.mails, "the preview")
    assert "preview" in mail.subject.lower()
    assert "preview" in mail.text().lower() and "preview" in mail.html().lower()
    assert "12.34" in mail.text()
    report = close(system, "2026-03-02")
    assert report["number"] == 1
    assert [("preview" in each.subject.lower()) for each in system.mails()] == [True, False]
