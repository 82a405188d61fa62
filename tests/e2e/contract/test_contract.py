"""The contract's checks can fail: every example of the contract passes, and every damage to one is named."""

import json
import re
from decimal import Decimal

import pytest

from . import Contract
from .values import read_json

CONTRACT = Contract()
ID = "6921a0f0c0ffee0123456789"
INVOICE = {"id": ID, "_id": ID, "customer": "Jane Doe", "amount": Decimal("100.10"), "currency": "USD",
           "reference": "INV-0001", "date": "2025-01-30T12:00:02.000Z", "items": [{"sku": "DG334", "qt": 2}],
           "status": "issued", "metadata": {}, "recordedAt": "2026-11-22T10:15:30.123Z"}
VOID = {**INVOICE, "status": "void", "voidedAt": "2026-11-22T10:20:00.000Z", "voidReason": "twice"}
JSON = {"Content-Type": "application/json"}
READ = {**JSON, "ETag": f'"{ID}-1"'}
CREATED = {**READ, "Location": f"/invoices/{ID}"}
PROBLEM = {"Content-Type": "application/problem+json; charset=utf-8"}
NOT_FOUND = {"type": "/errors#invoice_not_found", "title": "No such invoice", "status": 404,
             "detail": "No invoice has this id.", "code": "invoice_not_found"}
FULL = {"type": "/errors#storage_full", "title": "The storage is full", "status": 507, "code": "storage_full"}
NEW = b'{"customer":"Jane Doe","amount":100.1,"reference":"INV-0001","items":[{"sku":"DG334","qt":2}]}'
CSV_HEADER = ("id,date,customer,reference,status,currency,amount,item,sku,qt,"
              "recordedAt,voidedAt,voidReason\r\n")


def text(value) -> bytes:
    """JSON that keeps the digits of a Decimal."""
    raw = json.dumps(value, default=lambda number: f"<{number}>")
    return re.sub(r'"<(.*?)>"', r"\1", raw).encode()


def problem(code: str, **changes) -> bytes:
    return text({**CONTRACT.document.problem_examples()[code], **changes})


GOOD = {
    "created": ("POST", "/invoices/", 201, CREATED, text(INVOICE), JSON, NEW),
    "replayed": ("POST", "/invoices", 201, {**CREATED, "Idempotent-Replayed": "true"}, text(INVOICE)),
    "read": ("GET", f"/invoices/{ID}", 200, READ, text(INVOICE)),
    "void": ("GET", f"/invoices/{ID}", 200, {**READ, "ETag": f'"{ID}-2"'}, text(VOID)),
    "not modified": ("GET", f"/invoices/{ID}", 304, {"ETag": f'"{ID}-1"'}),
    "not found": ("GET", f"/invoices/{ID}", 404, PROBLEM, text(NOT_FOUND)),
    "full": ("POST", "/invoices", 507, {**PROBLEM, "Retry-After": "5"}, text(FULL)),
    "head": ("HEAD", "/invoices", 200, JSON),
    "options": ("OPTIONS", "/invoices", 204, {"Allow": "POST, GET, HEAD, OPTIONS"}),
    "list": ("GET", "/invoices/?startDate=2025-02-30&endDate=2025-04-31", 200, [("content-type", "application/json")],
             text([INVOICE, VOID])),
    "stream": ("GET", "/invoices", 200, {"Content-Type": "application/x-ndjson"}, text(INVOICE) + b"\n",
               {"Accept": "application/x-ndjson, */*;q=0.1"}),
    "empty csv": ("GET", "/invoices", 200, {"Content-Type": "text/csv; charset=utf-8"}, CSV_HEADER.encode()),
    "import": ("POST", "/invoices/import", 200, {"Content-Type": "application/x-ndjson"},
               b'{"line":2,"status":"created","id":"%s"}\n' % ID.encode(),
               {"Content-Type": "application/x-ndjson"}, b"\n" + NEW + b"\n"),
    "contract": ("GET", "/openapi.json", 200, JSON, (CONTRACT.document.api / "openapi.json").read_bytes()),
    "no path": ("GET", "/nothing", 404, PROBLEM, problem("route_not_found")),
    "no method": ("DELETE", "/invoices/import", 405, {**PROBLEM, "Allow": "POST, OPTIONS"},
                  problem("method_not_allowed")),
    "unknown method": ("BREW", "/invoices", 501, PROBLEM, problem("not_implemented")),
}


def changed(name: str, **changes) -> tuple:
    names = ("method", "target", "status", "headers", "body", "request_headers", "request_body")
    whole = dict(zip(names, GOOD[name], strict=False)) | changes
    return tuple(whole[each] for each in names if each in whole)


def named(answer: tuple) -> tuple:
    """With the header that every answer has."""
    headers = {"X-Request-Id": "r-1", **dict(answer[3])}
    return (*answer[:3], headers, *answer[4:])


BAD = {
    "status that is not listed": (changed("read", status=202), "has 200, 304"),
    "no ETag": (changed("read", headers=JSON), "ETag is missing"),
    "weak ETag": (changed("read", headers={**JSON, "ETag": f'W/"{ID}-1"'}), "ETag"),
    "ETag of the other state": (changed("void", headers=READ), "ETag"),
    "Location of another": (changed("created", headers={**CREATED, "Location": "/invoices/" + "0" * 24}), "Location"),
    "wrong content type": (changed("read", headers={**READ, "Content-Type": "text/plain"}), "Content-Type"),
    "no content type": (changed("list", headers={}), "Content-Type"),
    "unknown member": (changed("read", body=text({**INVOICE, "total": 1})), "total"),
    "unknown member inside": (changed("read", body=text({**INVOICE, "items": [{"sku": "A", "qt": 1, "x": 1}]})), "x"),
    "missing member": (changed("read", body=text({k: v for k, v in INVOICE.items() if k != "metadata"})), "metadata"),
    "issued with a reason": (changed("read", body=text({**INVOICE, "voidReason": "a"})), "voidReason"),
    "void without a reason": (changed("void", body=text({k: v for k, v in VOID.items() if k != "voidReason"})),
                              "voidReason"),
    "created void": (changed("created", body=text(VOID)), "status"),
    "too few digits": (changed("read", body=text({**INVOICE, "amount": Decimal("100.1")})), "/amount"),
    "digits that yen lacks": (changed("list", body=text([{**INVOICE, "currency": "JPY"}])), "/0/amount"),
    "exponent": (changed("read", body=text(INVOICE).replace(b"100.10", b"1.0010e2")), "/amount"),
    "zeros after a quantity": (changed("read", body=text(INVOICE).replace(b'"qt": 2', b'"qt": 2.0')), "/qt"),
    "other _id": (changed("read", body=text({**INVOICE, "_id": "0" * 24})), "/_id"),
    "seconds only": (changed("read", body=text({**INVOICE, "date": "2025-01-30T12:00:02Z"})), "/date"),
    "member twice": (changed("read", body=text(INVOICE)[:-1] + b',"id":"1"}'), "twice"),
    "not JSON": (changed("read", body=b"{"), "not JSON"),
    "not a number": (changed("read", body=text(INVOICE).replace(b"100.10", b"NaN")), "NaN"),
    "not UTF-8": (changed("read", body=b'"\xff"'), "UTF-8"),
    "body with 304": (changed("not modified", body=b"x"), "no body"),
    "body with HEAD": (changed("head", body=b"[]"), "no body"),
    "code of another operation": (changed("not found", body=problem("report_not_found")), "code"),
    "code of another status": (changed("not found", body=text({**NOT_FOUND, "status": 400})), "status"),
    "other title": (changed("not found", body=text({**NOT_FOUND, "title": "Gone"})), "/title"),
    "other type": (changed("not found", body=text({**NOT_FOUND, "type": "about:blank"})), "/type"),
    "unknown member of a problem": (changed("not found", body=text({**NOT_FOUND, "sql": "x"})), "sql"),
    "no Retry-After": (changed("full", headers=PROBLEM), "Retry-After"),
    "Retry-After as a date": (changed("full", headers={**PROBLEM, "Retry-After": "soon"}), "Retry-After"),
    "fault without a place": (("POST", "/invoices", 400, PROBLEM,
                               problem("validation_failed", errors=[{"code": "required", "detail": "Add it."}])),
                              "/errors/0"),
    "stream without the last LF": (changed("stream", body=text(INVOICE)), "LF"),
    "stream with a wrong line": (changed("stream", body=text(INVOICE) + b"\n{}\n"), "line 2"),
    "not what Accept asks": (changed("stream", request_headers={"Accept": "text/csv"}), "Accept"),
    "other CSV columns": (changed("empty csv", body=b"id,amount\r\n"), "header row"),
    "short CSV row": (changed("empty csv", body=CSV_HEADER.encode() + b"1,2\r\n"), "row 2"),
    "formula": (changed("empty csv", body=CSV_HEADER.encode() + b"1,2,=1+1,4,5,6,7,8,9,10,11,12,13\r\n"), "formula"),
    "CSV with LF": (changed("empty csv", body=CSV_HEADER.replace("\r", "").encode()), "CRLF"),
    "404 of a path that is there": (changed("no method", status=404, body=problem("route_not_found")), "code"),
    "405 without Allow": (changed("no method", headers=PROBLEM), "Allow"),
    "405 that allows too much": (changed("no method", headers={**PROBLEM, "Allow": "GET, POST, OPTIONS"}), "Allow"),
    "200 of a path that is not there": (changed("no path", status=200, headers=JSON, body=b"{}"), "Content-Type"),
    "405 for an unknown method": (changed("unknown method", status=405, body=problem("method_not_allowed"),
                                          headers={**PROBLEM, "Allow": "GET, HEAD, POST, OPTIONS"}), "501"),
    "501 for a known method": (changed("unknown method", method="DELETE"), "known"),
    "OPTIONS without Allow": (changed("options", headers={}), "Allow"),
    "unknown parameter taken": (changed("list", target="/invoices?a=1"), "parameter a"),
    "parameter twice taken": (changed("list", target="/invoices?sku=a&sku=b"), "twice"),
    "limit 0 taken": (changed("list", target="/invoices?limit=0"), "limit"),
    "empty filter taken": (changed("list", target="/invoices?customer="), "customer"),
    "unknown member taken": (changed("created", request_body=NEW[:-1] + b',"a":1}'), "took the body"),
    "amount as text taken": (changed("created", request_body=NEW.replace(b"100.1", b'"100.1"')), "/amount"),
    "blank customer taken": (changed("created", request_body=NEW.replace(b"Jane Doe", b"  ")), "/customer"),
    "any content type taken": (changed("created", request_headers={"Content-Type": "text/plain"}), "text/plain"),
    "blank in a key taken": (changed("created", request_headers={**JSON, "Idempotency-Key": "a b"}), "Idempotency"),
    "faulty line taken": (changed("import", request_body=b"\n" + NEW[:-1] + b',"a":1}\n'), "took line 2"),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_right_answer_passes(name: str):
    CONTRACT.check_answer(*named(GOOD[name]))


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_answer_is_named(name: str):
    answer, word = BAD[name]
    with pytest.raises(AssertionError, match=re.escape(word)) as caught:
        CONTRACT.check_answer(*named(answer))
    assert str(caught.value).startswith(f"{answer[0]} {answer[1]} -> {answer[2]}: ")


def test_an_answer_without_a_name_is_seen():
    with pytest.raises(AssertionError, match="X-Request-Id is missing"):
        CONTRACT.check_answer(*GOOD["no path"])


def test_a_problem_without_an_operation_is_checked():
    CONTRACT.check_problem(400, PROBLEM, problem("malformed_request"))
    with pytest.raises(AssertionError, match="not among"):
        CONTRACT.check_problem(404, PROBLEM, problem("invoice_not_found"))
    with pytest.raises(AssertionError, match="answered with 400"):
        CONTRACT.check_problem(431, PROBLEM, problem("malformed_request"))
    with pytest.raises(AssertionError, match="Content-Type"):
        CONTRACT.check_problem(400, JSON, problem("malformed_request"))


def test_a_message_is_checked_strictly():
    schema = read_json((CONTRACT.document.api / "daily_sales_report.schema.json").read_text())
    message = schema["examples"][0]
    assert CONTRACT.check_message(text(message))["number"] == 12
    data = message["data"]
    for wrong in ({**data, "sealed": True}, {**data, "extra": 1}, {**data, "totalSales": Decimal("1.5")},
                  {**data, "history": data["history"][1:]}, {k: v for k, v in data.items() if k != "reportId"}):
        with pytest.raises(AssertionError):
            CONTRACT.check_message(text({"pattern": "daily_sales_report", "data": wrong}))
    with pytest.raises(AssertionError):
        CONTRACT.check_message(text({"pattern": "other", "data": data}))
