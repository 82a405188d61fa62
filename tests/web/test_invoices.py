"""Finding, reading, voiding, entering and importing invoices."""

import json
import re

from harness.client import NDJSON
from playwright.sync_api import expect


def enter_many(system, count: int) -> None:
    lines = [json.dumps({"customer": f"Customer {n % 7}", "amount": n + 1, "reference": f"R-{n}",
                         "date": f"2026-01-01T00:{n // 60 % 60:02}:{n % 60:02}Z", "items": [{"sku": "A", "qt": 1}]})
             for n in range(count)]
    assert system.api.request("POST", "/invoices/import", "\n".join(lines).encode(), NDJSON).status == 200


def test_the_list_goes_on_as_one_scrolls(standalone, open_page):
    enter_many(standalone, 130)
    page = open_page(standalone, "#/invoices")
    rows = page.get_by_role("region", name="Invoices").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("R-129")
    for _ in range(6):
        page.mouse.wheel(0, 5000)
        page.wait_for_timeout(50)
    expect(page.get_by_text("130 invoices, that is all.")).to_be_visible()
    expect(rows).to_have_count(131)


def test_the_first_page_moves_by_itself_and_who_has_gone_on_is_told(standalone, open_page):
    enter_many(standalone, 130)
    page = open_page(standalone, "#/invoices")
    rows = page.get_by_role("region", name="Invoices").get_by_role("row")
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    standalone.api.post_invoice(reference="NEW-1")
    expect(rows.nth(1)).to_contain_text("NEW-1")
    expect(page.get_by_text("Something is new.")).to_have_count(0)
    page.mouse.wheel(0, 5000)
    expect(rows.nth(60)).to_be_attached()
    standalone.api.post_invoice(reference="NEW-2")
    expect(page.get_by_text("Something is new.")).to_be_attached()
    expect(rows.nth(1)).to_contain_text("NEW-1")
    expect(rows.nth(60)).to_be_attached()
    page.get_by_role("button", name="Show it").click()
    expect(rows.nth(1)).to_contain_text("NEW-2")


def test_the_list_goes_on_after_the_service_was_away(standalone, open_page, faults):
    faults.expected = ("Failed to load resource: net::",)
    enter_many(standalone, 330)
    page = open_page(standalone, "#/invoices")
    expect(page.get_by_text("R-329")).to_be_visible()
    standalone.stop()
    page.mouse.wheel(0, 50_000)
    expect(page.get_by_role("alert")).to_contain_text("The service does not answer")
    standalone.start()
    page.get_by_role("button", name="Try again").click()
    for _ in range(12):
        page.mouse.wheel(0, 50_000)
        page.wait_for_timeout(50)
    expect(page.get_by_text("330 invoices, that is all.")).to_be_visible()


def test_a_search_stands_in_the_address(standalone, open_page):
    enter_many(standalone, 20)
    page = open_page(standalone, "#/invoices")
    page.get_by_label("Customer").fill("Customer 3")
    page.get_by_text("Dates, amount, status").click()
    page.get_by_label("Amount from").fill("5")
    page.get_by_role("button", name="Search").click()
    rows = page.get_by_role("region", name="Invoices").get_by_role("row")
    expect(page).to_have_url(re.compile(r"customer=Customer\+3&minAmount=5"))
    expect(rows).to_have_count(3)
    page.reload()
    expect(rows).to_have_count(3)
    expect(page.get_by_label("Customer")).to_have_value("Customer 3")
    page.go_back()
    expect(page.get_by_text("20 invoices, that is all.")).to_be_visible()


def test_a_search_that_the_server_refuses_says_so_at_the_field(standalone, open_page, faults):
    faults.expected = ("Failed to load resource: the server responded with a status of 400",)
    page = open_page(standalone, "#/invoices?minAmount=abc")
    expect(page.get_by_label("Amount from")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#field-minAmount-fault")).not_to_be_empty()


def test_an_invoice_is_made_void_with_a_reason_after_a_question(standalone, open_page):
    stored = standalone.api.post_invoice("12.30", reference="WRONG", metadata={"till": "7"})
    page = open_page(standalone, f"#/invoices/{stored['id']}")
    expect(page.get_by_role("heading", name=re.compile("WRONG"))).to_contain_text("issued")
    page.get_by_role("button", name="Void …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("US$12.30")
    dialog.get_by_label("Reason").fill("Entered twice")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("made void: Entered twice")).to_be_visible()
    expect(page.get_by_role("button", name="Void …")).to_have_count(0)
    assert standalone.api.get(f"/invoices/{stored['id']}").json()["status"] == "void"


def test_the_servers_faults_stand_at_their_fields(standalone, open_page, faults):
    faults.expected = ("Failed to load resource: the server responded with a status of 400",)
    page = open_page(standalone, "#/new")
    page.get_by_label("Amount").fill("1.005")
    page.get_by_label("SKU 1").fill("A")
    page.get_by_role("button", name="Store the invoice").click()
    for field in ("customer", "reference", "amount"):
        expect(page.locator(f"#field-{field}-fault")).not_to_be_empty()
    page.get_by_label("Customer").fill("Ada")
    page.get_by_label("Reference").fill("R-1")
    page.get_by_label("Amount").fill("1.05")
    page.get_by_role("button", name="Add an item").click()
    page.get_by_label("SKU 2").fill("B")
    page.get_by_label("Quantity 2").fill("0.5")
    page.get_by_role("button", name="Store the invoice").click()
    expect(page.get_by_role("heading", name=re.compile("R-1"))).to_be_visible()
    expect(page.get_by_text("US$1.05")).to_be_visible()
    assert [item["sku"] for item in standalone.api.list("/invoices")[0]["items"]] == ["A", "B"]


def test_what_is_typed_outlives_a_lost_connection_and_is_stored_once(standalone, open_page, faults):
    faults.expected = ("Failed to load resource: net::",)
    page = open_page(standalone, "#/new")
    for label, text in {"Customer": "Ada", "Amount": "1.00", "Reference": "R-1", "SKU 1": "A"}.items():
        page.get_by_label(label).fill(text)
    # The answer is lost after the invoice was stored.
    page.route("**/invoices", lambda route: (route.fetch(), route.abort()))
    page.get_by_role("button", name="Store the invoice").click()
    expect(page.get_by_role("alert")).to_contain_text("The service does not answer")
    page.unroute("**/invoices")
    standalone.restart()
    page.reload()
    expect(page.get_by_label("Customer")).to_have_value("Ada")
    page.get_by_role("button", name="Store the invoice").click()
    expect(page.get_by_role("heading", name=re.compile("R-1"))).to_be_visible()
    assert len(standalone.api.list("/invoices")) == 1


def line(reference: str, amount: str = "1.00") -> str:
    return (f'{{"customer":"Ada","amount":{amount},"reference":"{reference}","items":[{{"sku":"A","qt":1}}]}}')


def test_a_file_is_imported_with_a_result_for_each_line(standalone, open_page, tmp_path):
    lines = [line(f"R-{n}") for n in range(1200)]
    lines[700] = line("BAD", "1.005")
    file = tmp_path / "invoices.ndjson"
    file.write_text("\n".join(lines))
    page = open_page(standalone, "#/import")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("1,200 of 1,200 lines: 1,199 stored, 0 were there already, 1 failed. Done.")).to_be_visible()
    expect(page.get_by_role("region", name="Failed lines")).to_contain_text("701")
    with page.expect_download() as begun:
        page.get_by_role("button", name="Save the failed lines").click()
    assert begun.value.path().read_text() == lines[700] + "\n"
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("0 stored, 1,199 were there already, 1 failed. Done.")).to_be_visible()
    assert len(standalone.api.list("/invoices", limit=1000)) == 1199


def test_an_export_for_spreadsheets_can_be_dropped_as_it_is(standalone, open_page, tmp_path):
    csv = tmp_path / "sheet.csv"
    csv.write_bytes(b'reference,customer,amount,currency,sku,qt\r\nR-1,"Doe, Jane",10.10,EUR,A,1\r\n'
                    b'R-1,"Doe, Jane",10.10,EUR,B,1.5\r\nR-2,Bo,5.00,EUR,A,1\r\n')
    page = open_page(standalone, "#/import")
    transfer = page.evaluate_handle(
        "text => { const t = new DataTransfer(); t.items.add(new File([text], 'sheet.csv')); return t; }",
        csv.read_text())
    page.locator(".drop").dispatch_event("drop", {"dataTransfer": transfer})
    expect(page.get_by_text("2 of 2 lines: 2 stored")).to_be_visible()
    invoices = standalone.api.list("/invoices", reference="R-1")
    assert [item["sku"] for item in invoices[0]["items"]] == ["A", "B"] and str(invoices[0]["amount"]) == "10.10"


def test_an_import_goes_on_when_the_service_comes_back(standalone, open_page, faults, tmp_path):
    # 503: it answers a moment before its books are open.
    faults.expected = ("Failed to load resource: net::",
                       "Failed to load resource: the server responded with a status of 503")
    file = tmp_path / "invoices.ndjson"
    file.write_text("\n".join(line(f"R-{n}") for n in range(900)))
    page = open_page(standalone, "#/import")
    standalone.stop()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("it goes on by itself")).to_be_visible()
    standalone.start()
    expect(page.get_by_text("900 of 900 lines: 900 stored, 0 were there already, 0 failed. Done.")).to_be_visible()
    assert len(standalone.api.list("/invoices", limit=1000)) == 900
