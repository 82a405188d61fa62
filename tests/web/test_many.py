"""A list of very many invoices: any place in it as fast as in a short one. WEB_INVOICES=1000000 takes a million."""

import json
import os
import time
from collections.abc import Iterator

from harness.client import NDJSON
from playwright.sync_api import Page, expect

INVOICES = int(os.environ.get("WEB_INVOICES", "20000"))
PER_IMPORT = 10_000
SECONDS_MAX = 2


def lines(first: int, count: int) -> Iterator[str]:
    for number in range(first, first + count):
        day, second = 1 + number % 28, number // 28 % 86_400
        yield json.dumps({
            "customer": f"Customer {number % 1000}", "amount": number % 5000 + 1, "reference": f"R-{number}",
            "date": f"2025-{1 + number % 12:02}-{day:02}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z",
            "items": [{"sku": f"SKU-{number % 300}", "qt": 1}]})


def seconds_until(page: Page, text: str) -> float:
    begin = time.monotonic()
    expect(page.get_by_text(text).first).to_be_visible()
    return time.monotonic() - begin


def test_very_many_invoices_are_listed_searched_and_scrolled_as_few_are(standalone, open_page):
    for first in range(0, INVOICES, PER_IMPORT):
        body = "\n".join(lines(first, min(PER_IMPORT, INVOICES - first))).encode()
        assert standalone.api.request("POST", "/invoices/import", body, NDJSON).status == 200
    page = open_page(standalone, "#/invoices")
    rows = page.get_by_role("region", name="Invoices").get_by_role("row")
    expect(rows).to_have_count(51)
    slowest = 0.0
    for pages in range(2, 12):
        page.mouse.wheel(0, 100_000)
        begin = time.monotonic()
        expect(rows.nth(50 * pages)).to_be_attached()
        slowest = max(slowest, time.monotonic() - begin)
    page.goto(f"{standalone.url}/#/invoices?reference=R-{INVOICES // 2}")
    found = seconds_until(page, "1 invoice, that is all.")
    page.goto(f"{standalone.url}/#/invoices?customer=Customer+7&minAmount=100&startDate=2025-03-01&endDate=2025-11-30")
    narrowed = seconds_until(page, "Customer 7")
    print(f"{INVOICES} invoices: next page {slowest:.2f} s, by reference {found:.2f} s, by four filters {narrowed:.2f} s")
    assert max(slowest, found, narrowed) < SECONDS_MAX
