"""Filters, orders and pages of GET /invoices against a reference in Python; its streams."""

import csv
import io
import random
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from contract.values import Number
from harness.client import NDJSON, invoice, json_bytes
from harness.clock import instant, text_of
from harness.forms import FORMS, make_system

COUNT = 3000
SEED = 20260302
CUSTOMERS = ["Jane Doe", "Doe, Jane", "Müller & Söhne", "=1+1", "100%", "a+b", '"quoted"']
CURRENCIES = [("USD", 2), ("USD", 2), ("EUR", 2), ("JPY", 0), ("KWD", 3)]
START = instant("2025-01-01T00:00:00Z").timestamp()


def random_invoice(random_number: random.Random) -> dict:
    currency, digits = random_number.choice(CURRENCIES)
    amount = f"{random_number.randrange(0, 20000)}" + (f".{random_number.randrange(10 ** digits):0{digits}}"
                                                       if digits else "")
    # Few seconds, so that many share a date and the id decides.
    date = START + random_number.randrange(0, 500) * 3600 + random_number.choice([0, 0, 0.001, 59.999])
    return invoice(amount, customer=random_number.choice(CUSTOMERS), currency=currency,
                   reference=f"R-{random_number.randrange(200)}",
                   date=text_of(datetime.fromtimestamp(date, UTC)),
                   items=[{"sku": f"SKU-{random_number.randrange(30)}", "qt": random_number.randrange(1, 9)}
                          for _ in range(random_number.randrange(1, 4))])


@pytest.fixture(scope="module", params=FORMS)
def filled(request, tmp_path_factory, contract, servers):
    """A system with many invoices, some void, that nobody changes; and what it should hold."""
    system = make_system(request.param, tmp_path_factory.mktemp("lists"), contract, servers)
    system.start()
    print(f"seed {SEED}")
    source = random.Random(SEED)
    lines = [json_bytes(random_invoice(source)) for _ in range(COUNT)]
    results = system.api.request("POST", "/invoices/import", b"\n".join(lines), NDJSON).lines()
    assert {result["status"] for result in results} == {"created"}
    for result in source.sample(results, 150):
        system.api.void(result["id"])
    everything = {entry["id"]: entry for entry in system.api.stream(sort="recordedAt").lines()}
    assert list(everything) == [result["id"] for result in results]
    yield system.api, list(everything.values())
    system.clean_up()


def by_date(entry: dict) -> tuple[str, str]:
    return entry["date"], entry["id"]


FILTERS = [
    ({}, lambda e: True),
    ({"customer": "Doe, Jane"}, lambda e: e["customer"] == "Doe, Jane"),
    ({"customer": "a+b"}, lambda e: e["customer"] == "a+b"),
    ({"customer": "doe, jane"}, lambda e: False),
    ({"reference": "R-7"}, lambda e: e["reference"] == "R-7"),
    ({"sku": "SKU-3"}, lambda e: any(item["sku"] == "SKU-3" for item in e["items"])),
    ({"currency": "KWD"}, lambda e: e["currency"] == "KWD"),
    ({"status": "void"}, lambda e: e["status"] == "void"),
    ({"status": "issued"}, lambda e: e["status"] == "issued"),
    ({"minAmount": "10000"}, lambda e: e["currency"] == "USD" and e["amount"] >= 10000),
    ({"maxAmount": "150.5", "currency": "EUR"}, lambda e: e["currency"] == "EUR" and e["amount"] <= Decimal("150.5")),
    ({"minAmount": "5000", "maxAmount": "5100", "currency": "JPY"},
     lambda e: e["currency"] == "JPY" and 5000 <= e["amount"] <= 5100),
    ({"startDate": "2025-01-10", "endDate": "2025-01-12"}, lambda e: "2025-01-10" <= e["date"] < "2025-01-13"),
    ({"startDate": "2025-01-10T05:00:59.999Z", "endDate": "2025-01-10T05:00:59.999Z"},
     lambda e: e["date"] == "2025-01-10T05:00:59.999Z"),
    ({"startDate": "2025-01-10T06:00:00+01:00"}, lambda e: e["date"] >= "2025-01-10T05:00:00.000Z"),
    ({"endDate": "2025/01/05 07:00:00"}, lambda e: e["date"] <= "2025-01-05T07:00:00.000Z"),
    ({"sku": "SKU-3", "status": "issued", "startDate": "2025-01-05", "currency": "USD", "maxAmount": "9000.00"},
     lambda e: any(item["sku"] == "SKU-3" for item in e["items"]) and e["status"] == "issued"
     and e["date"] >= "2025-01-05" and e["currency"] == "USD" and e["amount"] <= 9000),
    ({"customer": "100%", "reference": "R-11"}, lambda e: e["customer"] == "100%" and e["reference"] == "R-11"),
]


@pytest.mark.parametrize("number", range(len(FILTERS)), ids=lambda n: "+".join(FILTERS[n][0]) or "none")
@pytest.mark.parametrize("sort", ["date", "-date", "recordedAt"])
def test_every_filter_in_every_order_through_all_pages(filled, number, sort):
    api, everything = filled
    parameters, matches = FILTERS[number]
    expected = [entry for entry in everything if matches(entry)]
    if sort != "recordedAt":
        expected.sort(key=by_date, reverse=sort == "-date")
    limit = max(1, min(1000, len(expected) // 3))
    pages = list(api.pages("/invoices?" + urlencode(parameters | {"sort": sort, "limit": limit})))
    assert [entry["id"] for page in pages for entry in page] == [entry["id"] for entry in expected]
    assert all(len(page) == limit for page in pages[:-1])
    assert len(pages) == max(1, -(-len(expected) // limit)), "no empty last page"


def test_the_default_page_has_100_and_the_oldest_first(filled):
    api, everything = filled
    page = api.get("/invoices")
    assert page.json() == sorted(everything, key=by_date)[:100]
    assert page.next_page()


def test_recorded_since_lists_what_is_new(filled):
    api, everything = filled
    since = everything[COUNT // 2]["recordedAt"]
    expected = [entry["id"] for entry in everything if entry["recordedAt"] >= since]
    found = api.list("/invoices", sort="recordedAt", recordedSince=since, limit=1000)
    assert [entry["id"] for entry in found] == expected


def test_a_cursor_stays_where_it_is_when_others_write(system):
    system.start()
    api = system.api
    ids = [api.post_invoice(date=f"2025-01-01T00:00:{second:02}Z")["id"] for second in range(10)]
    first = api.get("/invoices?limit=5")
    api.post_invoice(date="2024-12-31T00:00:00Z")
    late = api.post_invoice(date="2025-01-01T00:00:07.500Z")["id"]
    second = api.get(first.next_page())
    assert [entry["id"] for entry in second.json()] == [ids[5], ids[6], ids[7], late, ids[8]]


def test_ndjson_holds_everything(filled):
    api, everything = filled
    assert api.stream().lines() == sorted(everything, key=by_date)
    assert api.stream(status="void", sort="-date").lines() == \
        sorted((e for e in everything if e["status"] == "void"), key=by_date, reverse=True)
    assert api.stream(customer="nobody").body == b""


def test_csv_has_a_row_per_item(filled):
    api, everything = filled
    answer = api.stream("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.body.decode(), newline="")))
    expected = [(entry, number, item) for entry in sorted(everything, key=by_date)
                for number, item in enumerate(entry["items"], 1)]
    assert len(rows) == len(expected)
    for row, (entry, number, item) in zip(rows, expected, strict=True):
        amount = entry["amount"].text if isinstance(entry["amount"], Number) else str(entry["amount"])
        customer = "'" + entry["customer"] if entry["customer"][0] in "=+-@" else entry["customer"]
        assert row == {
            "id": entry["id"], "date": entry["date"], "customer": customer, "reference": entry["reference"],
            "status": entry["status"], "currency": entry["currency"], "amount": amount, "item": str(number),
            "sku": item["sku"], "qt": str(item["qt"]), "recordedAt": entry["recordedAt"],
            "voidedAt": entry.get("voidedAt", ""), "voidReason": entry.get("voidReason", "")}


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", '="a,b"', "=1\u00a0"])
def test_no_cell_of_a_csv_is_a_formula(system, text):
    system.start()
    stored = system.api.post_invoice(customer=text, reference=text, items=[{"sku": text, "qt": 1}])
    system.api.void(stored["id"], text)
    row, = csv.DictReader(io.StringIO(system.api.stream("text/csv").body.decode(), newline=""))
    assert {row[name] for name in ("customer", "reference", "sku", "voidReason")} == {"'" + text}
    assert system.api.get(f"/invoices/{stored['id']}").json()["customer"] == text


@pytest.mark.parametrize("parameters, faults", [
    ("limit=0", [("limit", "out_of_range")]), ("limit=1001", [("limit", "out_of_range")]),
    ("limit=x", [("limit", "out_of_range")]), ("limit=1&limit=2", [("limit", "repeated")]),
    ("page=2", [("page", "unknown")]), ("startDate=soon", [("startDate", "not_a_date")]),
    ("startDate=2025-02-02&endDate=2025-02-01", [("startDate", "after_end")]),
    ("minAmount=2&maxAmount=1", [("minAmount", "after_max")]), ("minAmount=1.005", [("minAmount", "not_an_amount")]),
    ("currency=usd", [("currency", "unknown_currency")]), ("status=paid", [("status", "unknown_value")]),
    ("sort=amount", [("sort", "unknown_value")]), ("recordedSince=2025-01-01", [("recordedSince", "needs_sort")]),
    ("customer=", [("customer", "length")]), ("customer=%FF", [("customer", "not_utf8")]),
    ("sku=" + "x" * 101, [("sku", "length")]),
    ("limit=0&status=paid&sort=x", [("limit", "out_of_range"), ("sort", "unknown_value"),
                                    ("status", "unknown_value")])])
def test_faults_of_parameters_are_named(filled, parameters, faults):
    answer = filled[0].get("/invoices?" + parameters)
    assert (answer.status, answer.code()) == (400, "invalid_parameter")
    assert sorted((fault["parameter"], fault["code"]) for fault in answer.json()["errors"]) == faults


@pytest.mark.parametrize("accept", ["text/csv", "application/x-ndjson"])
def test_streams_have_no_pages(filled, accept):
    api, _ = filled
    cursor = api.get("/invoices?limit=1").next_page().partition("cursor=")[2]
    answer = api.get(f"/invoices?limit=1&cursor={cursor}", accept=accept)
    assert sorted(fault["code"] for fault in answer.json()["errors"]) == ["not_with_stream"] * 2


def test_a_cursor_belongs_to_its_filters_and_its_order(filled):
    api, _ = filled
    cursor = api.get("/invoices?limit=1&status=issued").next_page().partition("cursor=")[2]
    assert api.get(f"/invoices?limit=1&status=issued&cursor={cursor}").status == 200
    for other in ("status=void", "status=issued&sort=-date", "status=issued&sku=SKU-1"):
        assert api.get(f"/invoices?{other}&cursor={cursor}").code() == "invalid_cursor", other
    for broken in ("x", cursor[:-1], cursor + "A", ""):
        assert api.get(f"/invoices?status=issued&cursor={broken}").status == 400, broken


def test_reports_are_paged_newest_first(system):
    system.clock.set("2026-03-02T09:00:00Z")
    system.start()
    system.clock.set("2026-03-13T12:00:00Z")
    system.wait_for_report("2026-03-13")
    pages = list(system.api.pages("/reports?limit=5"))
    assert [[report["number"] for report in page] for page in pages] == [[12, 11, 10, 9, 8], [7, 6, 5, 4, 3], [2, 1]]
    assert system.api.get("/reports?cursor=x").code() == "invalid_cursor"
    assert system.api.get("/reports?limit=0").code() == system.api.get("/reports?day=1").code() == "invalid_parameter"
    assert system.api.get("/reports/2026-02-30").code() == "invalid_parameter"
