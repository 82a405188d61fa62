"""The main job: invoices in, the cut-off passes, the report is sealed, published and mailed."""

from decimal import Decimal

import pytest
from harness.waiting import wait_until

MORNING = "2026-03-02T09:00:00Z"
CUT_OFF = "2026-03-02T12:00:00Z"
DAY = "2026-03-02"


@pytest.fixture
def sold(system):
    """Five invoices of the day, one of them void."""
    system.clock.set(MORNING)
    system.start(MAIL_TO="anna@shop.example", MAIL_FROM="reports@shop.example")
    api = system.api
    stored = [
        api.post_invoice("100.10", reference="A-1", items=[{"sku": "DG334", "qt": 2}, {"sku": "DG335", "qt": 1.5}]),
        api.post_invoice("0.29", reference="A-2", items=[{"sku": "DG334", "qt": 0.001}]),
        api.post_invoice("9999999999999.99", reference="A-3", items=[{"sku": "Größe 38 <b>", "qt": 1}]),
        api.post_invoice("5", reference="A-4", currency="EUR", customer="Doe & Söhne"),
        api.post_invoice("77.77", reference="A-5"),
    ]
    stored[4] = api.void(stored[4]["id"])
    return stored


def pass_the_cut_off(system):
    system.clock.set(CUT_OFF)
    return system.wait_for_report(DAY)


def test_what_is_posted_is_read_and_listed(system, sold):
    for entry in sold:
        assert system.api.get(f"/invoices/{entry['id']}").json() == entry
    assert system.api.list("/invoices", sort="recordedAt") == sold
    assert sold[1]["amount"].text == "0.29"
    assert sold[3]["amount"].text == "5.00"


def test_the_running_day_shows_what_the_report_will_say(system, sold):
    running = system.api.get("/reports/current").json()
    assert (running["sealed"], running["number"], running["businessDay"]) == (False, 1, DAY)
    report = pass_the_cut_off(system)
    same = ("number", "businessDay", "from", "to", "totals", "totalSales", "totalSkuQuantities", "openingBalance")
    assert {name: running[name] for name in same} == {name: report[name] for name in same}


def test_the_cut_off_seals_the_day(system, sold):
    assert system.api.list("/reports") == []
    assert system.api.get(f"/reports/{DAY}").status == 404
    report = pass_the_cut_off(system)
    assert (report["from"], report["to"]) == ("2026-03-01T12:00:00.000Z", "2026-03-02T12:00:00.000Z")
    assert (report["timeZone"], report["cutOff"], report["currency"]) == ("UTC", "12:00", "USD")
    assert report["totalSales"].text == "10000000000100.38"
    assert report["totals"] == [
        {"currency": "EUR", "invoices": 1, "amount": Decimal("5.00"), "voids": 0},
        {"currency": "USD", "invoices": 3, "amount": Decimal("10000000000100.38"), "voids": 1}]
    assert report["totalSkuQuantities"] == [
        {"sku": "DG334", "qt": Decimal("4.001")}, {"sku": "DG335", "qt": Decimal("1.5")},
        {"sku": "Größe 38 <b>", "qt": 1}]
    assert (report["corrections"], report["openingBalance"], report["pending"]) == ([], None, [])
    assert report["comparisons"] == {"previousDay": None, "sameWeekdayLastWeek": None}
    assert [day["number"] for day in report["history"]] == [None] * 14
    assert CUT_OFF[:-1] <= report["generatedAt"] and CUT_OFF[:-1] <= report["seenUntil"]


def test_the_report_is_delivered_once(system, sold):
    report = pass_the_cut_off(system)
    delivery = report["delivery"]
    assert (delivery["messageId"], delivery["sends"], delivery["lastError"]) == (report["reportId"], 1, None)
    assert delivery["sealedAt"] <= delivery["publishedAt"] <= delivery["doneAt"]
    recipient, = delivery["recipients"]
    assert (recipient["address"], recipient["state"], recipient["attempts"]) == ("anna@shop.example", "sent", 1)
    summary, = system.api.list("/reports")
    assert {name: report[name] for name in set(summary) & set(report)} == \
        {name: summary[name] for name in set(summary) & set(report)}
    assert (summary["correctionCount"], summary["deliveryState"]) == (0, "done")
    assert len(system.mails()) == 1


def test_the_mail_holds_the_figures(system, sold):
    pass_the_cut_off(system)
    mail, = system.mails()
    assert (mail.recipient, mail.business_day) == ("anna@shop.example", DAY)
    assert mail.message["From"].addresses[0].addr_spec == "reports@shop.example"
    assert "1" in mail.subject and DAY in mail.subject and "review" not in mail.subject
    for form in (mail.text(), mail.html()):
        for figure in ("100.38", "5.00", "DG334", "4.001", "DG335", "1.5"):
            assert figure in form, f"{figure} is missing"
    assert "Größe 38 <b>" in mail.text()
    assert "Größe 38 &lt;b&gt;" in mail.html() and "Größe 38 <b>" not in mail.html()
    assert mail.csv_rows() == [{"sku": "DG334", "qt": "4.001"}, {"sku": "DG335", "qt": "1.5"},
                               {"sku": "Größe 38 <b>", "qt": "1"}]


def test_the_second_mail_has_a_chart_and_compares(system, sold):
    pass_the_cut_off(system)
    system.api.post_invoice("50.00")
    system.clock.set("2026-03-03T12:00:00Z")
    report = system.wait_for_report("2026-03-03")
    assert report["comparisons"]["previousDay"]["number"] == 1
    assert report["comparisons"]["previousDay"]["totals"][1]["amount"].text == "10000000000100.38"
    assert [day["number"] for day in report["history"]] == [None] * 13 + [1]
    mail = system.mails()[-1]
    assert mail.business_day == "2026-03-03"
    assert mail.image().startswith(b"\x89PNG\r\n\x1a\n")
    assert "cid:" in mail.html()
    assert len({each.message_id for each in system.mails()}) == 2


def test_the_mail_can_be_seen_as_a_page(system, sold):
    pass_the_cut_off(system)
    page = system.api.get(f"/reports/{DAY}/mail")
    assert page.status == 200
    assert "100.38" in page.body.decode() and "Größe 38 &lt;b&gt;" in page.body.decode()
    assert "default-src 'none'" in page.header("Content-Security-Policy")
    assert system.api.get("/reports/2026-03-01/mail").code() == "report_not_found"


def test_the_etag_of_a_report_changes_with_its_delivery(system, sold):
    pass_the_cut_off(system)
    first = system.api.get(f"/reports/{DAY}")
    assert system.api.get(f"/reports/{DAY}", If_None_Match=first.header("ETag")).status == 304
    resend = system.api.post(f"/reports/{DAY}/resend")
    assert resend.status == 202
    second = wait_until(lambda: (answer := system.api.get(f"/reports/{DAY}", If_None_Match=first.header("ETag")))
                        .status == 200 and answer, "another ETag")
    assert second.header("ETag") != first.header("ETag")


def test_a_resend_goes_to_everybody_under_a_new_id(system, sold):
    report = pass_the_cut_off(system)
    delivery = system.api.post(f"/reports/{DAY}/resend").json()
    assert (delivery["messageId"], delivery["sends"]) == (f"{report['reportId']}.1", 2)
    wait_until(lambda: len(system.mails()) == 2, "a second mail")
    again = system.wait_for_report(DAY)
    assert {name: again[name] for name in again if name != "delivery"} == \
        {name: report[name] for name in report if name != "delivery"}
    first, second = system.mails()
    assert first.message_id != second.message_id and first.subject == second.subject
    assert system.api.post("/reports/2026-03-01/resend").code() == "report_not_found"


def test_a_day_of_the_future_is_not_reported_before_it_comes(system, sold):
    system.api.post_invoice("1000.00", date="2026-03-04T10:00:00Z")
    report = pass_the_cut_off(system)
    assert report["totalSales"].text == "10000000000100.38"
    system.clock.set("2026-03-03T12:00:00Z")
    assert system.wait_for_report("2026-03-03")["totalSales"] == 0
    system.clock.set("2026-03-04T12:00:00Z")
    assert system.wait_for_report("2026-03-04")["totalSales"] == 1000


def test_the_cut_off_belongs_to_the_next_day(system):
    system.clock.set(MORNING)
    system.start()
    system.api.post_invoice("3.00", date="2026-03-02T11:59:59.999Z")
    system.api.post_invoice("5.00", date="2026-03-02T12:00:00.000Z")
    system.clock.set("2026-03-03T12:00:00Z")
    assert system.wait_for_report(DAY)["totalSales"] == 3
    assert system.wait_for_report("2026-03-03")["totalSales"] == 5
