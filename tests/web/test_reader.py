"""Whoever reads and with whatever: hostile texts, keyboards, screen readers, phones, the dark."""

import re

import axe
import pytest
from conftest import DESK, PHONE
from playwright.sync_api import expect

SCRIPT = "<script>document.title='gone'</script><img src=x onerror=\"document.title='gone'\">"
RIGHT_TO_LEFT = "\u202e\u05d0\u05d1\u05d2 100 \u0627\u0644\u0639\u0631\u0628\u064a\u0629"
LONG = "W" * 200
VIEWS = ["", "#/days", "#/reports/{day}", "#/invoices", "#/invoices/{id}", "#/new", "#/import", "#/health",
         "#/nowhere"]


@pytest.fixture
def filled(reported):
    """With an invoice of every hostile kind."""
    for text in (SCRIPT, RIGHT_TO_LEFT, LONG):
        stored = reported.api.post_invoice(customer=text, reference=text, items=[{"sku": text[:100], "qt": 1}],
                                           metadata={"note": text})
    reported.names = {"day": reported.api.list("/reports")[0]["businessDay"], "id": stored["id"]}
    return reported


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_and_nothing_sticks_out(filled, open_page, scheme, size):
    page = open_page(filled, viewport=size, color_scheme=scheme)
    for view in VIEWS:
        page.goto(f"{filled.url}/{view.format(**filled.names)}")
        expect(page.locator("h1").first).to_be_visible()
        page.wait_for_timeout(400)  # the stream of events keeps the network from ever being idle
        assert axe.violations(page) == [], view
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{view} is {wide} px too wide"


def test_hostile_texts_are_texts(filled, open_page):
    page = open_page(filled, "#/invoices")
    expect(page.get_by_text("<script>").first).to_be_visible()
    for reference in (SCRIPT, RIGHT_TO_LEFT, LONG):
        found = filled.api.list("/invoices", reference=reference)[0]
        page.goto(f"{filled.url}/#/invoices/{found['id']}")
        expect(page.get_by_role("heading", level=1).locator("bdi")).to_have_text(reference)
        page.get_by_role("link", name=reference).first.click()
        expect(page.get_by_role("region", name="Invoices").get_by_role("row")).to_have_count(2)
    page.goto(f"{filled.url}/")
    expect(page.locator("ol.bars")).to_contain_text("<script>")
    assert page.title() != "gone"


def test_texts_that_are_too_long_are_said_to_be(filled, open_page, faults):
    faults.expected = ("Failed to load resource: the server responded with a status of 4",)
    page = open_page(filled, "#/new")
    page.get_by_label("Customer").fill("x" * 10_000)
    page.get_by_role("button", name="Store the invoice").click()
    expect(page.locator("#field-customer-fault")).to_contain_text("200")
    page.goto(f"{filled.url}/#/invoices?customer={'x' * 10_000}")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("link", name="Clear").click()
    expect(page.get_by_text("that is all")).to_be_visible()


def test_everything_by_keyboard(filled, open_page):
    page = open_page(filled)
    expect(page.get_by_test_id("total")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    for name in ("Today", "Days", "Invoices"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name=name, exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Invoices", level=1)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="New invoice")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="New invoice")).to_be_visible()
    page.keyboard.press("Tab")  # the way back to the list
    for text in ("Ada", "KEYS", "1.00", "", ""):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.get_by_label("SKU 1").focus()
    page.keyboard.type("A")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("KEYS"))).to_be_visible()
    page.get_by_role("button", name="Void …").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Reason").focus()
    page.keyboard.type("by keyboard")
    page.keyboard.press("Enter")
    expect(page.get_by_text("made void: by keyboard")).to_be_visible()


def test_a_reader_elsewhere_sees_the_zone_of_the_business(standalone, open_page):
    standalone.restart(TIME_ZONE="Pacific/Auckland")
    stored = standalone.api.post_invoice(date="2026-01-15T12:30:00Z")
    page = open_page(standalone, timezone_id="America/New_York")
    expect(page.get_by_text("Pacific/Auckland")).to_be_visible()
    page.goto(f"{standalone.url}/#/invoices/{stored['id']}")
    expect(page.get_by_text("16 Jan 2026, 01:30").first).to_be_visible()
    # Also when this is the first that is opened, and nothing on it names the zone.
    other = open_page(standalone, f"#/invoices/{stored['id']}", timezone_id="America/New_York")
    expect(other.get_by_text("16 Jan 2026, 01:30").first).to_be_visible()


def test_reports_and_files_by_keyboard(filled, open_page, tmp_path):
    page = open_page(filled, "#/days")
    file = tmp_path / "one.ndjson"
    file.write_text('{"customer":"Ada","amount":1.00,"reference":"FILE","items":[{"sku":"A","qt":1}]}\n')
    # Long before the key is pressed: the browser takes a while to hand its dialogs to the test.
    page.on("filechooser", lambda chooser: chooser.set_files(file))
    page.get_by_role("region", name="Reports").get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Send again …").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Send again …")).to_be_focused()
    page.get_by_role("button", name="SKU", exact=False).first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name=re.compile("SKU"))).to_have_attribute("aria-sort", "descending")

    page.goto(f"{filled.url}/#/import")
    page.locator("input[type=file]").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 of 1 line: 1 stored")).to_be_visible()


def test_a_tab_that_nobody_sees_lets_go_of_its_stream_and_catches_up(standalone, open_page):
    """A browser opens six connections to an address: seven tabs must not shut each other out."""
    standalone.api.post_invoice("10.00")
    page = open_page(standalone)
    # Once it has moved with the stream there is no reading left that was begun before.
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    standalone.api.post_invoice("2.00")
    expect(page.get_by_test_id("total")).to_have_text("US$12.00")
    hide = """hidden => {
      Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/events")):
        page.evaluate(hide, True)
    standalone.api.post_invoice("1.00")
    page.wait_for_timeout(1500)
    expect(page.get_by_test_id("total")).to_have_text("US$12.00")
    page.evaluate(hide, False)
    expect(page.get_by_test_id("total")).to_have_text("US$13.00")
