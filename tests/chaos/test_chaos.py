"""The comparison finds what it is there for: a small ledger and stores that agree, and one fault planted in them."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
from comparison import RULES, SeenMail, Stores, compare, unanswered
from ledger import ClockJump, Contents, Exchange, Fault, Ledger, Recovery, read_ledger

RECIPIENTS = ["anna@shop.example", "bert@shop.example"]
DAYS = ["2026-03-02", "2026-03-03", "2026-03-04"]
NOTHING_DONE = {"status": 503, "code": "storage_unavailable", "retry_after": 1, "answer": "{}"}
# What was sold on each day; the last one was voided before its day was sealed.
SALES = {"K-1": (0, "10.00"), "K-2": (0, "20.50"), "K-3": (1, "5.25"), "K-4": (2, "7.00"), "K-5": (2, "9.00")}
VOID, UNANSWERED, ABSENT, REFUSED, INVALID = "K-5", "K-4", "K-6", "K-7", "K-8"


def body_of(key: str, day: int, amount: str) -> str:
    return (f'{{"customer":"Jane Doe","amount":{amount},"reference":"{key}","items":[{{"sku":"DG334","qt":2}}],'
            f'"date":"{DAYS[day]}T10:00:00.000Z"}}')


def stored(key: str, status: str = "issued") -> str:
    day, amount = SALES[key]
    void = ',"voidedAt":"2026-03-04T11:00:00.000Z","voidReason":"entered twice"' if status == "void" else ""
    return (f'{{"id":"{id_of(key)}","customer":"Jane Doe","amount":{amount},"currency":"USD","reference":"{key}",'
            f'"date":"{DAYS[day]}T10:00:00.000Z","items":[{{"sku":"DG334","qt":2}}],"status":"{status}"{void}}}')


def id_of(key: str) -> str:
    return f"{ord(key[-1]):024x}"


def post(key: str, begin: float, day: int = 0, amount: str = "1.00", **answer) -> Exchange:
    return Exchange("post", "invoice-service#1", begin, begin + 0.1, key=key, body=body_of(key, day, amount), **answer)


def sold(key: str, begin: float, **more) -> Exchange:
    return post(key, begin, *SALES[key], status=201, answer=stored(key), **more)


def ledger() -> Contents:
    nothing = {"status": 0, "answer": "TimeoutError()"}
    exchanges = [
        sold("K-1", 1), sold("K-1", 2, replayed=True), sold("K-2", 3),
        post("K-3", 11, *SALES["K-3"], **nothing), sold("K-3", 12, replayed=True),
        post(UNANSWERED, 21, *SALES[UNANSWERED], **nothing), sold(VOID, 22),
        post(ABSENT, 23, **nothing), post(REFUSED, 24, **NOTHING_DONE),
        post(INVALID, 25, amount="-1", to_be_refused_as="validation_failed", status=400, code="validation_failed"),
        Exchange("void", "invoice-service#2", 26, 26.1, invoice=id_of(VOID), status=200, answer=stored(VOID, "void")),
        Exchange("read", "invoice-service#2", 27, 27.1, invoice=id_of(VOID), status=200, answer=stored(VOID, "void")),
        Exchange("read", "invoice-service#1", 28, 28.1, invoice=id_of("K-1"), status=200, answer=stored("K-1")),
    ]
    return Contents(exchanges, [Fault("email-sender to smtp", "timeout", ["email-sender-1-smtp"], 100, 104)],
                    [Recovery("timeout", "invoice-service#1", 0.1, 0.2)],
                    [ClockJump(200), ClockJump(1000), ClockJump(1100)])


def report(number: int) -> dict:
    issued = [amount for key, (day, amount) in SALES.items() if day == number - 1 and key != VOID]
    return {"number": number, "reportId": f"{number:024x}", "businessDay": DAYS[number - 1], "corrections": [],
            "openingBalance": None, "from": f"2026-03-0{number}T12:00:00.000Z",
            "to": f"2026-03-0{number + 1}T12:00:00.000Z",
            "totals": [{"currency": "USD", "invoices": len(issued), "amount": f"{sum(map(float, issued)):.2f}",
                        "voids": int(number == 3)}],
            "skuQuantities": [{"sku": "DG334", "qt": 2 * len(issued)}]}


def mail(number: int, who: str, arrived_at: float = 500) -> SeenMail:
    return SeenMail(DAYS[number - 1], who, f"<{number}-{who}>", arrived_at)


def stores() -> Stores:
    return Stores(
        invoices=[stored(key, "void" if key == VOID else "issued") for key in SALES],
        invoice_documents=[(id_of(key), key) for key in SALES], reports=[report(number) for number in (1, 2, 3)],
        report_documents=list(enumerate(DAYS, 1)), sealed=[2, 1, 3], recipients=RECIPIENTS,
        # The first one's acceptance was lost on the way.
        mails=[mail(1, RECIPIENTS[0], 103), mail(1, RECIPIENTS[0], 110), mail(1, RECIPIENTS[1])]
        + [mail(number, who) for number in (2, 3) for who in RECIPIENTS],
        audit_code=0, waiting_messages={"reports": 0}, kilobytes_max={"email-sender#1": 9000})


def test_what_agrees_has_no_findings():
    assert compare(ledger(), stores()) == []


def line_of(there: Stores, key: str) -> int:
    return next(index for index, line in enumerate(there.invoices) if json.loads(line)["reference"] == key)


def exchange_of(told: Contents, kind: str, which: int = 0) -> Exchange:
    return list(told.of(kind))[which]


def lose_an_invoice(told: Contents, there: Stores) -> None:
    there.invoices.pop(line_of(there, "K-2"))


def store_an_invoice_twice(told: Contents, there: Stores) -> None:
    there.invoices.append(there.invoices[line_of(there, "K-2")])


def store_an_invoice_under_two_ids(told: Contents, there: Stores) -> None:
    there.invoices.append(stored("K-2").replace(id_of("K-2"), f"{7:024x}"))


def store_an_unanswered_one_twice(told: Contents, there: Stores) -> None:
    there.invoices.append(stored(UNANSWERED).replace(id_of(UNANSWERED), f"{7:024x}"))


def change_an_amount(told: Contents, there: Stores) -> None:
    there.invoices[line_of(there, "K-2")] = stored("K-2").replace("20.50", "20.05")


def change_an_unanswered_one(told: Contents, there: Stores) -> None:
    there.invoices[line_of(there, UNANSWERED)] = stored(UNANSWERED).replace("7.00", "7.01")


def change_a_void_one(told: Contents, there: Stores) -> None:
    there.invoices[line_of(there, VOID)] = stored(VOID, "void").replace("9.00", "9.01")


def store_what_was_refused(told: Contents, there: Stores) -> None:
    there.invoices.append(stored("K-1").replace(id_of("K-1"), id_of(REFUSED)).replace("K-1", REFUSED))


def store_what_is_not_valid(told: Contents, there: Stores) -> None:
    there.invoices.append(stored("K-1").replace(id_of("K-1"), id_of(INVALID)).replace("K-1", INVALID))


def store_what_nobody_sent(told: Contents, there: Stores) -> None:
    there.invoices.append(stored("K-1").replace(id_of("K-1"), id_of("K-9")).replace("K-1", "K-9"))


def undo_a_void(told: Contents, there: Stores) -> None:
    there.invoices[line_of(there, VOID)] = stored(VOID)


def void_another_one(told: Contents, there: Stores) -> None:
    there.invoices[line_of(there, "K-2")] = stored("K-2", "void")


def acknowledge_twice_as_new(told: Contents, there: Stores) -> None:
    exchange_of(told, "post", 1).replayed = False


def acknowledge_in_other_words(told: Contents, there: Stores) -> None:
    exchange_of(told, "post", 1).answer = stored("K-1").replace("10.00", "10.01")


def acknowledge_what_is_not_valid(told: Contents, there: Stores) -> None:
    invalid = next(each for each in told.of("post") if each.to_be_refused_as)
    told.exchanges[told.exchanges.index(invalid)] = replace(invalid, status=201, code="", answer=stored("K-1"))


def answer_with_a_defect(told: Contents, there: Stores) -> None:
    told.exchanges.append(post("K-2", 30, status=500, code="internal_error", answer="{}"))


def put_off_without_a_time(told: Contents, there: Stores) -> None:
    told.exchanges.append(post("K-2", 30, **NOTHING_DONE | {"retry_after": 0}))


def not_find_what_was_acknowledged(told: Contents, there: Stores) -> None:
    read = exchange_of(told, "read", 1)
    read.status, read.code = 404, "invoice_not_found"


def read_something_else(told: Contents, there: Stores) -> None:
    exchange_of(told, "read", 1).answer = stored("K-1").replace("10.00", "11.00")


def read_the_past(told: Contents, there: Stores) -> None:
    exchange_of(told, "read").answer = stored(VOID)


def hide_a_document(told: Contents, there: Stores) -> None:
    there.invoice_documents.append((id_of("K-9"), "K-9"))


def hide_a_report(told: Contents, there: Stores) -> None:
    there.report_documents.append((4, DAYS[2]))


def seal_a_day_twice(told: Contents, there: Stores) -> None:
    there.reports.append(report(3) | {"number": 4, "reportId": f"{4:024x}"})


def seal_a_number_twice(told: Contents, there: Stores) -> None:
    there.sealed.append(2)


def leave_a_day_out(told: Contents, there: Stores) -> None:
    there.reports.pop(1)


def leave_a_number_out(told: Contents, there: Stores) -> None:
    there.reports[2]["number"] = 4


def seal_nothing(told: Contents, there: Stores) -> None:
    there.reports.clear()


def report_too_much(told: Contents, there: Stores) -> None:
    there.reports[0]["totals"][0]["amount"] = "30.51"


def count_a_sale_twice(told: Contents, there: Stores) -> None:
    there.reports[1]["totals"].append(report(1)["totals"][0])


def report_too_few_pieces(told: Contents, there: Stores) -> None:
    there.reports[0]["skuQuantities"][0]["qt"] = 3


def find_by_audit(told: Contents, there: Stores) -> None:
    there.audit_code, there.audit_words = 1, "DIFFERS"


def leave_a_message(told: Contents, there: Stores) -> None:
    there.waiting_messages["reports"] = 1


def lose_a_mail(told: Contents, there: Stores) -> None:
    there.mails.remove(mail(2, RECIPIENTS[1]))


def mail_about_no_report(told: Contents, there: Stores) -> None:
    there.mails.append(SeenMail("2026-03-05", RECIPIENTS[0], "<4>", 500))


def mail_again_under_another_id(told: Contents, there: Stores) -> None:
    there.mails[1].message_id = "<other>"


def mail_again_without_a_reason(told: Contents, there: Stores) -> None:
    there.mails.append(mail(2, RECIPIENTS[0], 501))


def mail_two_under_one_id(told: Contents, there: Stores) -> None:
    there.mails[-1].message_id = there.mails[-2].message_id


def end_a_process(told: Contents, there: Stores) -> None:
    there.ended.add("report-generator#2")


def take_memory(told: Contents, there: Stores) -> None:
    there.kilobytes_max["email-sender#1"] = 90_000


def recover_slowly(told: Contents, there: Stores) -> None:
    told.recoveries[0].seconds = 5.5


@pytest.mark.parametrize(("harm", "words"), [
    (lose_an_invoice, "acknowledged, and there 0 times"),
    (store_an_invoice_twice, "acknowledged, and there 2 times"),
    (store_an_invoice_under_two_ids, "K-2 is there 2 times"),
    (store_an_unanswered_one_twice, "K-4 is there 2 times"),
    (change_an_amount, "there as"),
    (change_an_unanswered_one, "K-4 is there as nobody sent it"),
    (change_a_void_one, "besides its void there as"),
    (store_what_was_refused, "K-7 was refused each time, and is there"),
    (store_what_is_not_valid, "K-8 was refused each time, and is there"),
    (store_what_nobody_sent, "nobody sent"),
    (undo_a_void, "void acknowledged, and not void"),
    (void_another_one, "void, and nobody asked for it"),
    (acknowledge_twice_as_new, "K-1 was told to be new more than once"),
    (acknowledge_in_other_words, "in different words"),
    (acknowledge_what_is_not_valid, "an answer that no fault excuses"),
    (answer_with_a_defect, "an answer that no fault excuses"),
    (put_off_without_a_time, "an answer that no fault excuses"),
    (not_find_what_was_acknowledged, "an answer that no fault excuses"),
    (read_something_else, "read as"),
    (read_the_past, "read as not void after its void"),
    (hide_a_document, "do not both have"),
    (hide_a_report, "reports in the database"),
    (seal_a_day_twice, "a day has two reports"),
    (seal_a_number_twice, "two processes have sealed one number"),
    (leave_a_day_out, "a day has no report"),
    (leave_a_number_out, "the chain of reports"),
    (seal_nothing, "there is no report"),
    (report_too_much, "sold was"),
    (count_a_sale_twice, "sold was"),
    (report_too_few_pieces, "sold was"),
    (find_by_audit, "audit ended with 1"),
    (leave_a_message, "messages that nobody takes"),
    (lose_a_mail, "no mail"),
    (mail_about_no_report, "a mail about no report"),
    (mail_again_under_another_id, "another Message-ID"),
    (mail_again_without_a_reason, "without a reason"),
    (mail_two_under_one_id, "is the Message-ID of different mails"),
    (end_a_process, "report-generator#2 has ended"),
    (take_memory, "memory of its own"),
    (recover_slowly, "5.5 s to store a new invoice"),
], ids=lambda each: each.__name__ if callable(each) else "")
def test_a_planted_fault_is_found(harm: Callable[[Contents, Stores], None], words: str):
    told, there = deepcopy(ledger()), deepcopy(stores())
    harm(told, there)
    assert words in "\n".join(compare(told, there))


def test_every_rule_is_needed():
    """Each alone finds some of what is planted."""
    marks = test_a_planted_fault_is_found.pytestmark
    harms = [harm for mark in marks if mark.name == "parametrize" for harm, _ in mark.args[1]]
    for rule in RULES:
        found = []
        for harm in harms:
            told, there = ledger(), stores()
            harm(told, there)
            found += list(rule(told, there))
        assert found, f"{rule.__name__} finds nothing"


def test_what_was_absent_is_asked_for_again():
    assert {key for key, _ in unanswered(ledger())} == {UNANSWERED, ABSENT, REFUSED}


def test_a_request_that_came_too_slowly_is_excused_by_a_slow_way_alone():
    told = ledger()
    told.exchanges.append(post("K-2", 30, status=408, code="request_timeout", answer="{}"))
    assert any("no fault excuses" in finding for finding in compare(told, stores()))
    told.faults.append(Fault("clients to invoice-service", "bandwidth", ["invoice-service-1-clients"], 29, 31))
    assert compare(told, stores()) == []


def test_a_ledger_is_read_as_it_was_written(tmp_path: Path):
    made = ledger()
    file = Ledger(tmp_path / "ledger.jsonl")
    for entry in [*made.exchanges, *made.faults, *made.recoveries, *made.jumps]:
        file.note(entry)
    file.close()
    assert read_ledger(tmp_path / "ledger.jsonl") == made
