"""The page where keys are asked for: logging in and out, what a key may not do, a session that ends in a form."""

import axe
import pytest
from harness.keys import known_key
from playwright.sync_api import Page, expect

# What the browser says of an answer that the page takes as "log in".
UNAUTHORIZED = "Failed to load resource: the server responded with a status of 401"


@pytest.fixture
def guarded(system, faults):
    """Asks for keys."""
    faults.expected = (UNAUTHORIZED,)
    system.start(AUTH="keys")
    return system


def log_in(page: Page, key: str) -> None:
    page.get_by_label("API key").fill(key)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_key_lets_in_until_somebody_logs_out(guarded, open_page):
    key = known_key(guarded)
    page = open_page(guarded, "#/today")
    expect(page.get_by_role("dialog", name="Log in")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Log in")).to_be_visible()
    assert axe.violations(page) == []
    page.get_by_label("API key").fill(key[:-1])
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert").filter(has_text="not known here")).to_be_visible()
    log_in(page, key)
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    cookie, = page.context.cookies()
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict" and key not in cookie["value"]
    assert page.evaluate("document.cookie + JSON.stringify([localStorage, sessionStorage])").find(key[12:]) == -1
    page.reload()
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    # It moves by itself here, too.
    guarded.api.request("POST", "/invoices", b'{"customer":"Ada","amount":7,"reference":"R","items":[{"sku":"A","qt":1}]}',
                        {"Content-Type": "application/json", "Authorization": f"Bearer {key}"})
    expect(page.get_by_text("7.00").first).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("dialog", name="Log in")).to_be_visible()
    page.reload()
    expect(page.get_by_role("dialog", name="Log in")).to_be_visible()


def test_what_the_key_may_not_do_is_not_there(guarded, open_page):
    writer = known_key(guarded, "invoices:write", "till-7")
    reader = known_key(guarded, "invoices:read", "auditor")
    stored = guarded.api.request(
        "POST", "/invoices", b'{"customer":"Ada","amount":7,"reference":"R-1","items":[{"sku":"A","qt":1}]}',
        {"Content-Type": "application/json", "Authorization": f"Bearer {writer}"}).json()
    page = open_page(guarded)
    log_in(page, reader)
    expect(page.get_by_role("heading", name="Invoices")).to_be_visible()
    expect(page.get_by_role("link", name="R-1")).to_be_visible()
    expect(page.get_by_role("navigation").get_by_role("link")).to_have_text(["Invoices", "Health"])
    expect(page.get_by_role("link", name="New invoice")).to_have_count(0)
    expect(page.get_by_role("link", name="Import")).to_have_count(0)
    page.get_by_role("link", name="R-1").click()
    expect(page.get_by_text(f"entered by {stored['createdBy']}")).to_be_visible()
    expect(page.get_by_role("button", name="Void …")).to_have_count(0)
    for view, scope in (("today", "reports:read"), ("new", "invoices:write"), ("import", "invoices:write")):
        page.goto(f"{guarded.url}/#/{view}")
        expect(page.get_by_role("heading", name="Not with this key")).to_be_visible()
        expect(page.get_by_text(scope)).to_be_visible()


def test_a_session_that_ends_in_a_form_costs_nothing(guarded, open_page):
    key = known_key(guarded, "invoices:read,invoices:write,reports:read")
    page = open_page(guarded, "#/new")
    log_in(page, key)
    page.get_by_label("Customer").fill("Ada")
    page.get_by_label("Reference").fill("R-77")
    page.get_by_label("Amount").fill("12.50")
    page.get_by_label("SKU 1").fill("DG334")
    page.context.clear_cookies()
    page.get_by_role("button", name="Store the invoice").click()
    expect(page.get_by_role("dialog", name="Log in")).to_be_visible()
    log_in(page, key)
    expect(page.get_by_label("Reference")).to_have_value("R-77")
    page.get_by_role("button", name="Store the invoice").click()
    expect(page.get_by_role("heading", name="R-77")).to_be_visible()
    headers = {"Authorization": f"Bearer {key}"}
    assert len(guarded.api.request("GET", "/invoices", headers=headers).json()) == 1
