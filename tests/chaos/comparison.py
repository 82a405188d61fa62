"""The ledger against the stores: what every promise means for them. Findings are sentences; none: all held."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from contract.values import read_json
from harness.books import Figures, check_chain, reported
from trial.promises import CERTAINLY_NOT

from ledger import Contents, Exchange

RECOVERY_SECONDS_MAX = 5.0
# Anonymous memory of one process; the same whatever the faults, or something is kept for each of them.
KILOBYTES_MAX = 32_000
# A mail whose acceptance was not noted: the fault was there, or what it left behind.
NEAR_SECONDS = 15
# Claims are held for minutes of the programs' clock, which a business day's end moves by hours.
NEAR_JUMP_SECONDS = 2
CLIENT_PAIR = "clients to invoice-service"
LEDGER_PAIRS = {"email-sender to smtp", "email-sender to mongodb"}
OF_A_VOID = ("status", "voidedAt", "voidedBy", "voidReason")


@dataclass
class SeenMail:
    business_day: str
    recipient: str
    message_id: str
    arrived_at: float


@dataclass
class Stores:
    """What is there once everything is at rest."""

    # As GET /invoices gives them, a line each.
    invoices: list[str] = field(default_factory=list)
    # (id, reference) of each document in the database.
    invoice_documents: list[tuple[str, str]] = field(default_factory=list)
    reports: list[Any] = field(default_factory=list)
    # (number, business day) of each document.
    report_documents: list[tuple[int, str]] = field(default_factory=list)
    # Each number as often as a process said to have sealed it.
    sealed: list[int] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    mails: list[SeenMail] = field(default_factory=list)
    audit_code: int = 0
    audit_words: str = ""
    waiting_messages: dict[str, int] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    kilobytes_max: dict[str, int] = field(default_factory=dict)


def compare(ledger: Contents, stores: Stores) -> list[str]:
    return [finding for rule in RULES for finding in rule(ledger, stores)]


def unanswered(ledger: Contents) -> list[tuple[str, str]]:
    """Key and body of what was never acknowledged nor refused for its content."""
    settled = {post.key for post in ledger.of("post") if post.status == 201 or post.to_be_refused_as}
    return list({post.key: (post.key, post.body) for post in ledger.of("post") if post.key not in settled}.values())


def second_mails(mails: list[SeenMail]) -> list[tuple[SeenMail, SeenMail]]:
    """Each with the one before it to the same recipient about the same day."""
    by_target: dict[tuple[str, str], list[SeenMail]] = defaultdict(list)
    for mail in sorted(mails, key=lambda mail: mail.arrived_at):
        by_target[mail.business_day, mail.recipient].append(mail)
    return [pair for some in by_target.values() for pair in zip(some, some[1:], strict=False)]


def answers(ledger: Contents, _: Stores) -> Iterator[str]:
    """Nobody is told what no fault between programs excuses."""
    success = {"post": 201, "void": 200, "read": 200}
    of_clients = [fault for fault in ledger.faults if fault.pair == CLIENT_PAIR]
    for exchange in ledger.exchanges:
        refused_rightly = exchange.to_be_refused_as and exchange.code == exchange.to_be_refused_as
        later = exchange.status == 503 and exchange.retry_after > 0
        # What arrives too slowly is told so, where the way to the service was slow.
        too_slow = exchange.code == "request_timeout" and any(
            fault.begin <= exchange.end and exchange.begin <= fault.end for fault in of_clients)
        expected = not exchange.to_be_refused_as and exchange.status == success[exchange.kind]
        if exchange.status and not (expected or refused_rightly or later or too_slow):
            yield f"an answer that no fault excuses: {exchange}"


def acknowledged(ledger: Contents, stores: Stores) -> Iterator[str]:
    """Once, with the content that was acknowledged; and each time the same was acknowledged."""
    lines, asked = _by_id(stores), {void.invoice for void in ledger.of("void")}
    for key, posts in _acknowledgements(ledger).items():
        if len({post.answer for post in posts}) > 1:
            yield f"{key} was acknowledged in different words: {[post.answer for post in posts]}"
        if sum(not post.replayed for post in posts) > 1:
            yield f"{key} was told to be new more than once"
        told = read_json(posts[0].answer)
        found = lines.get(told["id"], [])
        if len(found) != 1:
            yield f"acknowledged, and there {len(found)} times: {posts[0].answer}"
        elif told["id"] not in asked and found[0] != posts[0].answer:
            yield f"acknowledged as {posts[0].answer}, there as {found[0]}"
        elif _without_void(read_json(found[0])) != _without_void(told):
            yield f"acknowledged as {posts[0].answer}, and besides its void there as {found[0]}"


def keys(ledger: Contents, stores: Stores) -> Iterator[str]:
    """Whatever was answered: absent or there once; and what has to be absent, is."""
    by_reference: dict[str, list[str]] = defaultdict(list)
    for line in stores.invoices:
        by_reference[read_json(line)["reference"]].append(line)
    posts: dict[str, list[Exchange]] = defaultdict(list)
    for post in ledger.of("post"):
        posts[post.key].append(post)
    for reference, found in by_reference.items():
        if len(found) > 1:
            yield f"{reference} is there {len(found)} times"
        if reference not in posts:
            yield f"nobody sent {found[0]}"
        elif all(_certainly_nothing_done(post) for post in posts[reference]):
            yield f"{reference} was refused each time, and is there"
        elif all(not _holds(found[0], post.body) for post in posts[reference] if not post.to_be_refused_as):
            yield f"{reference} is there as nobody sent it: {found[0]}"


def voids(ledger: Contents, stores: Stores) -> Iterator[str]:
    lines = _by_id(stores)
    asked = {void.invoice for void in ledger.of("void")}
    void = {invoice_id for invoice_id, found in lines.items() if read_json(found[0])["status"] == "void"}
    for invoice_id in {each.invoice for each in ledger.of("void") if each.status == 200} - void:
        yield f"void acknowledged, and not void: {invoice_id}"
    for invoice_id in void - asked:
        yield f"void, and nobody asked for it: {invoice_id}"


def reads(ledger: Contents, _: Stores) -> Iterator[str]:
    """What was acknowledged before a read began, is in its answer."""
    told = {read_json(posts[0].answer)["id"]: posts[0].answer for posts in _acknowledgements(ledger).values()}
    voided_at: dict[str, float] = {}
    for void in ledger.of("void"):
        if void.status == 200:
            voided_at[void.invoice] = min(void.end, voided_at.get(void.invoice, void.end))
    for read in ledger.of("read"):
        if read.status != 200:
            continue
        answer = read_json(read.answer)
        if _without_void(answer) != _without_void(read_json(told[read.invoice])):
            yield f"read as {read.answer}, acknowledged as {told[read.invoice]}"
        if answer["status"] != "void" and voided_at.get(read.invoice, read.begin) < read.begin:
            yield f"read as not void after its void was acknowledged: {read.invoice}"


def documents(_: Contents, stores: Stores) -> Iterator[str]:
    """The database itself has what the API says, once."""
    listed = Counter((invoice["id"], invoice["reference"]) for invoice in map(read_json, stores.invoices))
    if listed != Counter(stores.invoice_documents):
        differing = (listed - Counter(stores.invoice_documents)) + (Counter(stores.invoice_documents) - listed)
        yield f"invoices that the API and the database do not both have: {dict(differing)}"
    if sorted(stores.report_documents) != sorted((each["number"], each["businessDay"]) for each in stores.reports):
        yield f"reports in the database: {stores.report_documents}"


def days(ledger: Contents, stores: Stores) -> Iterator[str]:
    """One report a day, no day left out, each sealed by one."""
    try:
        check_chain(stores.reports)
    except AssertionError as error:
        yield f"the chain of reports: {error}"
    named = [report["businessDay"] for report in stores.reports]
    if len(set(named)) != len(named):
        yield f"a day has two reports: {named}"
    if named and sorted(set(named)) != [str(date.fromisoformat(min(named)) + timedelta(days=count))
                                        for count in range(len(set(named)))]:
        yield f"a day has no report: {named}"
    if doubled := [number for number, count in Counter(stores.sealed).items() if count > 1]:
        yield f"two processes have sealed one number: {doubled}"
    if not stores.reports and ledger.jumps:
        yield "days have ended, and there is no report"


def sums(_: Contents, stores: Stores) -> Iterator[str]:
    end = max((report["to"] for report in stores.reports), default="")
    sold = Figures()
    for invoice in map(read_json, stores.invoices):
        if invoice["date"] >= end:
            yield f"in no report yet: {invoice['reference']} of {invoice['date']}"
        else:
            sold.add_invoice(invoice)
    if reported(stores.reports) != sold:
        yield f"reported is {reported(stores.reports)}, sold was {sold}"


def audit(_: Contents, stores: Stores) -> Iterator[str]:
    if stores.audit_code != 0:
        yield f"audit ended with {stores.audit_code}: {stores.audit_words}"
    if any(stores.waiting_messages.values()):
        yield f"messages that nobody takes: {stores.waiting_messages}"


def mails(ledger: Contents, stores: Stores) -> Iterator[str]:
    """At least one for each day and recipient; a second only under its Message-ID and near a fault that hid the first
    one's acceptance."""
    wanted = {(report["businessDay"], who) for report in stores.reports for who in stores.recipients}
    seen = {(mail.business_day, mail.recipient) for mail in stores.mails}
    for missing in sorted(wanted - seen):
        yield f"no mail: {missing}"
    for invented in sorted(seen - wanted):
        yield f"a mail about no report: {invented}"
    targets: dict[str, set] = defaultdict(set)
    for mail in stores.mails:
        targets[mail.message_id].add((mail.business_day, mail.recipient))
    for message_id, some in targets.items():
        if len(some) > 1:
            yield f"{message_id} is the Message-ID of different mails: {sorted(some)}"
    for first, second in second_mails(stores.mails):
        if first.message_id != second.message_id:
            yield f"a second mail with another Message-ID: {second}, after {first}"
        if not _excused(first, ledger):
            yield f"a second mail without a reason: {second}, after {first}"


def health(ledger: Contents, stores: Stores) -> Iterator[str]:
    for name in sorted(stores.ended):
        yield f"{name} has ended"
    for name, kilobytes in sorted(stores.kilobytes_max.items()):
        if kilobytes > KILOBYTES_MAX:
            yield f"{name} had {kilobytes} KB of memory of its own"
    for recovery in ledger.recoveries:
        if recovery.seconds > RECOVERY_SECONDS_MAX:
            yield (f"{recovery.via} took {recovery.seconds:.1f} s to store a new invoice after the end of: "
                   f"{recovery.after}")


Rule = Callable[[Contents, Stores], Iterator[str]]
RULES: tuple[Rule, ...] = (answers, acknowledged, keys, voids, reads, documents, days, sums, audit, mails, health)


def _by_id(stores: Stores) -> dict[str, list[str]]:
    lines: dict[str, list[str]] = defaultdict(list)
    for line in stores.invoices:
        lines[read_json(line)["id"]].append(line)
    return lines


def _acknowledgements(ledger: Contents) -> dict[str, list[Exchange]]:
    """By key, oldest first."""
    found: dict[str, list[Exchange]] = defaultdict(list)
    for post in ledger.of("post"):
        if post.status == 201:
            found[post.key].append(post)
    return found


def _certainly_nothing_done(post: Exchange) -> bool:
    return post.code in CERTAINLY_NOT or post.status in (400, 408, 422)


def _without_void(invoice: dict) -> dict:
    return {name: value for name, value in invoice.items() if name not in OF_A_VOID}


def _holds(line: str, body: str) -> bool:
    """An invoice has what was sent."""
    found, sent = read_json(line), read_json(body)
    return all(found[name] == sent[name] for name in ("customer", "amount", "reference", "date", "items"))


def _excused(first: SeenMail, ledger: Contents) -> bool:
    hidden = any(fault.begin - NEAR_SECONDS <= first.arrived_at <= fault.end + NEAR_SECONDS
                 for fault in ledger.faults if fault.pair in LEDGER_PAIRS)
    return hidden or any(abs(jump.at - first.arrived_at) <= NEAR_JUMP_SECONDS for jump in ledger.jumps)
