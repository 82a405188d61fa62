"""Days and the page of a report; Health."""

import re

from harness.waiting import wait_until
from playwright.sync_api import expect


def test_days_lists_the_reports_and_marks_corrections(reported, open_page):
    page = open_page(reported, "#/days")
    rows = page.get_by_role("region", name="Reports").get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("US$50.00")
    expect(rows.nth(1)).to_contain_text("delivered")
    expect(rows.nth(1).get_by_role("cell").nth(2)).to_have_text("1")
    page.get_by_role("button", name="EUR").click()
    expect(rows.nth(2)).to_contain_text("€2,000.00")
    rows.nth(1).get_by_role("link").click()
    expect(page.get_by_role("heading", name="Corrections of earlier days")).to_be_visible()
    expect(page.get_by_role("article")).to_contain_text("-US$100.10")


def test_a_report_shows_its_mail_and_sorts_and_filters_its_skus(reported, open_page):
    day = reported.api.list("/reports")[0]["businessDay"]
    page = open_page(reported, f"#/reports/{day}")
    skus = page.get_by_role("region", name="SKUs").get_by_role("row")
    expect(skus.nth(1)).to_contain_text("SKU-11")
    page.get_by_role("button", name="Quantity").click()
    expect(skus.nth(1)).to_contain_text("SKU-1")
    expect(page).to_have_url(re.compile("sort=qt"))
    page.get_by_label("Only with").fill("sku-10")
    expect(skus).to_have_count(2)
    expect(page.frame_locator("iframe").get_by_text("50.00").filter(visible=True).first).to_be_visible()


def test_a_report_comes_as_csv_and_json(reported, open_page):
    day = reported.api.list("/reports")[0]["businessDay"]
    page = open_page(reported, f"#/reports/{day}")
    with page.expect_download() as begun:
        page.get_by_role("button", name="CSV").click()
    text = begun.value.path().read_text()
    assert text.splitlines()[:2] == ["part,businessDay,name,value", f"total,{day},USD,50.00"]
    assert "correction" in text and "-100.10" in text
    expect(page.get_by_role("link", name="JSON")).to_have_attribute("href", f"/reports/{day}")


def test_a_report_is_sent_again_after_a_question(reported, open_page):
    day = reported.api.list("/reports")[0]["businessDay"]
    mails = len(reported.mails())
    page = open_page(reported, f"#/reports/{day}")
    page.get_by_role("button", name="Send again …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Every recipient gets the mail once more")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert reported.report(day)["delivery"]["sends"] == 1
    page.get_by_role("button", name="Send again …").click()
    dialog.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("sent 2 times")).to_be_visible()
    reported.wait_for_report(day)
    assert len(reported.mails()) == mails + 1
    expect(page.get_by_role("heading", name=re.compile("Delivery"))).to_contain_text("delivered")


def test_a_day_without_a_report_has_a_way_on(reported, open_page, faults):
    faults.expected = ("Failed to load resource: the server responded with a status of 404",)
    page = open_page(reported, "#/reports/2001-01-01")
    expect(page.get_by_role("alert")).to_contain_text("No such report")
    page.get_by_role("link", name="All reports").click()
    expect(page.get_by_role("heading", name="Days", exact=True)).to_be_visible()


def test_health_says_what_is_there(reported, open_page):
    page = open_page(reported, "#/health")
    expect(page.get_by_text("Ready.")).to_be_visible()
    expect(page.get_by_text("Nothing waits")).to_be_visible()
    expect(page.get_by_text("invoice-standalone 0.1.0")).to_be_visible()


def test_health_says_what_waits_and_why(reported, open_page):
    reported.restart(SMTP_URI="smtp://127.0.0.1:9")
    day = reported.api.list("/reports")[0]["businessDay"]
    assert reported.api.post(f"/reports/{day}/resend").status == 202
    page = open_page(reported, "#/health")
    expect(page.locator(".open-delivery")).to_contain_text(re.compile("on its way|waits"))
    expect(page.locator(".open-delivery")).to_contain_text(re.compile("127.0.0.1"))


def test_health_has_the_dead_letters_to_be_tried_again_or_dropped(system, smtp, open_page):
    day = "2026-03-02"
    smtp.serve("--reply", "mail=550 5.7.1 we know <b>you</b> not")
    system.clock.set(f"{day}T09:00:00Z")
    system.start(SMTP_URI=smtp.uri, MAIL_TO="anna@shop.example")
    system.clock.set(f"{day}T12:00:00Z")
    system.wait_for_report(day, state="dead")
    page = open_page(system, "#/health")
    letter = page.get_by_role("region", name="Dead letters").get_by_role("article")
    expect(letter).to_contain_text("2 Mar 2026")
    expect(letter).to_contain_text("we know <b>you</b> not")
    letter.get_by_role("button", name="Requeue …").click()
    expect(page.get_by_role("dialog")).to_contain_text("does not get it a second time")
    page.keyboard.press("Escape")
    assert len(system.api.list("/dead-letters")) == 1, "asked first"

    letter.get_by_role("button", name="Requeue …").click()
    page.get_by_role("dialog").get_by_role("button", name="Requeue").click()
    wait_until(lambda: system.metric('mails_total{outcome="refused"') == 2, "refused once more")
    letter.get_by_role("button", name="Drop …").click()
    page.get_by_role("dialog").get_by_role("button", name="Drop").click()
    expect(page.get_by_text("What could not be delivered would stand here")).to_be_visible()
    system.wait_for_report(day)
    page.get_by_role("link", name="Mon, 2 Mar 2026").first.click()
    expect(page.get_by_role("region", name="Recipients")).to_contain_text("given up")
