"""What must hold once the program has started again: every promise to a client kept, the books right, each mail out."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from harness.books import check_sums
from harness.clock import instant
from harness.mails import Mail

from .promises import Post
from .workload import CUT_OFFS, DAYS, Workload

WRITTEN = ("customer", "amount", "reference", "items")
# Rows that only a half-done change could leave.
HALVES = {
    "invoices whose items are not theirs":
        "SELECT count(*) FROM invoices WHERE json_array_length(json, '$.items') <>"
        " (SELECT count(*) FROM items WHERE invoice = seq)",
    "items without an invoice": "SELECT count(*) FROM items WHERE invoice NOT IN (SELECT seq FROM invoices)",
    "reports without an outbox entry or the other way round":
        "SELECT count(*) FROM reports FULL JOIN outbox USING (number) WHERE seen_until IS NULL OR sends IS NULL",
    "reports not done": "SELECT count(*) FROM outbox WHERE state <> 2",
    "messages left": "SELECT count(*) FROM messages",
}


class Aftermath:
    """Of one workload, in whose system the program serves again, unharmed."""

    def __init__(self, workload: Workload, recipients: list[str]):
        self.workload, self.system, self.promises = workload, workload.system, workload.promises
        self.recipients = recipients
        self.stored: dict[str, dict] = {}

    def check(self) -> None:
        """Everything but the mails, which depend on how they travel."""
        assert not self.promises.broken, self.promises.broken
        self.check_invoices()
        self.check_what_nobody_knew()
        self.check_books()

    def check_invoices(self) -> None:
        answer = self.system.api.send("GET", "/invoices", None, {"Accept": "application/x-ndjson"})
        assert answer.status == 200, answer
        lines = [(json.loads(line), line) for line in answer.body.splitlines()]
        self.stored = {invoice["reference"]: invoice for invoice, _ in lines}
        raw = {invoice["id"]: line for invoice, line in lines}
        assert len(self.stored) == len(raw) == len(lines), "an invoice stands twice"
        sent = self.promises.sent()
        for reference, found in self.stored.items():
            assert reference in sent, f"nobody sent {found}"
            self._check_whole(sent[reference], found)
        for invoice_id, post in self.promises.acknowledged().items():
            assert invoice_id in raw, f"acknowledged, but gone: {post}"
            assert invoice_id == self.stored[post.reference]["id"]
            if post.stored and invoice_id not in self.promises.voids_asked:
                assert raw[invoice_id] == post.stored, f"{raw[invoice_id]!r} was acknowledged as {post.stored!r}"
        for post in sent.values():
            assert not (post.refused and post.reference in self.stored), f"refused, but stored: {post}"
        void = {invoice["id"] for invoice, _ in lines if invoice["status"] == "void"}
        assert self.promises.voids_made <= void <= self.promises.voids_asked, "voids"

    def check_what_nobody_knew(self) -> None:
        """The retry with the same key finds out, and leaves each invoice there once."""
        for post in list(self.promises.posts.values()):
            if post.key and not post.stored:
                answer = self.workload.post(post)
                assert answer.status == 201, answer
                self._expect_replay(post, answer.header("Idempotent-Replayed") == "true")
        results = self.workload.import_lines()
        lines = list(self.promises.lines.values())
        assert [result["line"] for result in results] == list(range(1, len(lines) + 1)), results
        for post, result in zip(lines, results, strict=True):
            self._expect_replay(post, result["status"] == "replayed")
        assert not self.promises.broken, self.promises.broken
        self.check_invoices()
        assert all(post.reference in self.stored for post in self.promises.sent().values() if post.key)

    def check_books(self) -> None:
        self.system.clock.set(instant(CUT_OFFS[-1]))
        assert self.system.run("close").returncode == 0
        self.workload.wait_for_mails(len(DAYS))
        assert not self.promises.broken, self.promises.broken
        reports = check_sums(self.system.api)
        assert [report["businessDay"] for report in reports] == DAYS, "each business day is sealed once"
        audit = self.system.run("audit")
        assert audit.returncode == 0, audit.stdout + audit.stderr

    def check_backup(self, file: Path) -> None:
        """Absent or whole, and there if the command said so; a killed one does not hinder the next."""
        if self.promises.backup_code == 0:
            assert file.exists()
        if not file.exists():
            made = self.system.run("backup", str(file))
            assert made.returncode == 0, made.stderr
            assert list(file.parent.iterdir()) == [file]
        held = check_file(file)
        assert self.promises.before_backup <= held, "the backup lacks what was acknowledged before it began"

    def check_mails(self, mails: list[Mail], known_sent: set[tuple[str, str]]) -> int:
        """One for each report and recipient. A second only of one that the ledger did not know yet when the program
        was struck; the number of those."""
        counts = Counter((mail.business_day, mail.recipient) for mail in mails)
        assert set(counts) == {(day, who) for day in DAYS for who in self.recipients}, counts
        assert len({mail.message_id for mail in mails}) == len(counts), "copies have one Message-ID"
        doubled = {which for which, count in counts.items() if count > 1}
        assert all(count <= 2 for count in counts.values()) and len(doubled) <= 1, counts
        assert not doubled & known_sent, f"the ledger knew {doubled & known_sent} and they were mailed again"
        return len(doubled)

    def _check_whole(self, post: Post, found: dict) -> None:
        given = json.loads(post.body)
        assert {name: found[name] for name in WRITTEN} == {name: given[name] for name in WRITTEN}, "half an invoice"

    def _expect_replay(self, post: Post, replayed: bool) -> None:
        assert replayed == (post.reference in self.stored), f"{post.reference} replayed {replayed}"


def check_file(file: Path) -> set[str]:
    """A store's file is sound; the ids in it."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        return {row[0] for row in database.execute("SELECT lower(hex(id)) FROM invoices")}


def check_no_halves(file: Path) -> None:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        for words, query in HALVES.items():
            assert database.execute(query).fetchone() == (0,), words


def known_to_the_ledger(folder: Path, scratch: Path) -> set[tuple[str, str]]:
    """(business day, recipient) that a struck store holds as sent; read from a copy, because reading repairs."""
    if not (folder / "invoices.db").exists():
        return set()
    for file in folder.glob("invoices.db*"):
        (scratch / file.name).write_bytes(file.read_bytes())
    with closing(sqlite3.connect(scratch / "invoices.db")) as database:
        if not database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'deliveries'").fetchone():
            return set()
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = database.execute("SELECT json_extract(json, '$.businessDay'), recipient FROM deliveries"
                                " JOIN reports ON report_id = message_id WHERE state = 1")
        return set(rows.fetchall())
