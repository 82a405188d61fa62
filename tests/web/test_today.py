"""Today: the figures to the digit, and that they move by themselves."""

import re
import time

from playwright.sync_api import expect

SECONDS_MAX = 2


def test_an_empty_day_says_what_to_do_first(standalone, open_page):
    page = open_page(standalone)
    expect(page.get_by_role("heading", name="No sale yet today")).to_be_visible()
    expect(page.locator("pre.curl")).to_contain_text(f"curl {standalone.url}/invoices")
    expect(page.get_by_test_id("total")).to_have_text(re.compile(r"0"))


def test_the_day_moves_by_itself_whoever_wrote(system, open_page):
    system.start()
    page = open_page(system)
    total = page.get_by_test_id("total")
    expect(total).to_be_visible()
    system.api.post_invoice("9007199254740.93")
    begin = time.monotonic()
    expect(total).to_have_text("US$9,007,199,254,740.93")
    assert time.monotonic() - begin < SECONDS_MAX
    expect(page.get_by_test_id("invoices")).to_have_text("1")
    expect(page.get_by_role("img", name=re.compile("Sales by hour in USD"))).to_be_visible()
    expect(page.locator("ol.bars")).to_contain_text("DG334")


def test_each_currency_stands_for_itself_and_in_the_address(standalone, open_page):
    standalone.api.post_invoice("10.00")
    standalone.api.post_invoice("300", currency="JPY")
    standalone.api.post_invoice("0.500", currency="KWD")
    page = open_page(standalone)
    expect(page.get_by_test_id("total")).to_have_text("US$10.00")
    page.get_by_role("button", name="JPY").click()
    expect(page.get_by_test_id("total")).to_have_text("JP¥300")
    page.reload()
    expect(page.get_by_test_id("total")).to_have_text("JP¥300")
    page.get_by_role("button", name="KWD").click()
    expect(page.get_by_test_id("total")).to_have_text("KWD 0.500")


def test_the_service_goes_and_comes_back(standalone, open_page, faults):
    faults.expected = ("Failed to load resource: net::",)
    standalone.api.post_invoice("10.00")
    page = open_page(standalone)
    expect(page.get_by_test_id("total")).to_have_text("US$10.00")
    standalone.stop()
    expect(page.get_by_text("no connection, trying again")).to_be_visible()
    expect(page.get_by_test_id("total")).to_have_text("US$10.00")
    standalone.start()
    standalone.api.post_invoice("1.00")
    expect(page.get_by_test_id("total")).to_have_text("US$11.00")
    expect(page.get_by_text("live", exact=True)).to_be_visible()
