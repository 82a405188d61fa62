"""`export --to` and `import --from`: a grown standalone goes on as three services and comes back, whatever interrupts
the move: the same invoices, reports, numbers, keys and sums, and no second mail."""

import subprocess
from pathlib import Path

import pytest
from harness.books import all_reports, check_sums
from harness.client import JSON, NDJSON, invoice, json_bytes
from harness.process import BIN, environment, run
from harness.standalone import PROGRAM, Standalone

DAYS = ("2026-03-02", "2026-03-03", "2026-03-04")
ANNA = "anna@shop.example"
KEY = "order-4711"
KEYED = json_bytes(invoice("41.50", reference="KEYED"))
# More than two batches, and than one line of progress.
MANY = 12_000


def close(system, day: str, state: str = "done") -> dict:
    system.clock.set(f"{day}T12:00:00Z")
    return system.wait_for_report(day, state)


def post_keyed(system) -> tuple[bytes, str | None]:
    answer = system.api.request("POST", "/invoices", KEYED, JSON | {"Idempotency-Key": KEY})
    assert answer.status == 201
    return answer.body, answer.header("Idempotent-Replayed")


def grow(system, smtp) -> None:
    """A day with a dead letter, a day with a correction, a day under way; voids in each."""
    system.clock.set(f"{DAYS[0]}T09:00:00Z")
    system.start(SMTP_URI=smtp.uri, MAIL_TO=ANNA)
    post_keyed(system)
    late = system.api.post_invoice("60.00", metadata={"b": "2", "a": "1"})
    system.api.void(system.api.post_invoice("7.77")["id"])
    smtp.serve("--reply", "rcpt=550 5.1.1 no such user")
    close(system, DAYS[0], "dead")
    smtp.serve()
    system.api.void(late["id"], "Entered twice")
    lines = b"\n".join(json_bytes(invoice(f"{n}.25", reference=f"R{n}")) for n in range(MANY))
    assert system.api.request("POST", "/invoices/import", lines, NDJSON).status == 200
    assert close(system, DAYS[1])["corrections"] != []
    system.api.post_invoice("12.00", date=f"{DAYS[1]}T10:00:00Z")
    system.api.void(system.api.post_invoice("3.00")["id"])


def invoices_of(system) -> list[str]:
    return sorted(system.api.stream().body.decode().splitlines())


def reports_of(system) -> list[dict]:
    return [{name: value for name, value in report.items() if name != "delivery"}
            for report in all_reports(system.api)]


def kill_after(words: tuple[str, ...], options: dict[str, str], line: str) -> None:
    """Runs the move until it says `line`, and ends it there as a power cut would."""
    with subprocess.Popen([BIN / PROGRAM, *words], env=environment(options), stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True) as process:
        said = []
        for each in process.stderr:
            said.append(each)
            if line in each:
                process.kill()
                return
    raise AssertionError(f"it never said {line!r}: {said}")


@pytest.fixture
def back(tmp_path, contract):
    """Another standalone, in a folder of its own. Not started."""
    made = Standalone(tmp_path / "back", contract)
    made.folder.mkdir()
    yield made
    made.clean_up()


@pytest.mark.timeout(300)
def test_there_and_back_through_every_interruption(standalone, split, back, smtp):
    grow(standalone, smtp)
    there = ("export", "--to", split.servers.mongo_uri(split.database))
    for line in ("begins", "10000 invoices"):
        standalone.stop()
        kill_after(there, standalone.environment(), line)
        standalone.start()
        # Until the end it is in use as ever; this is carried over.
        standalone.api.void(standalone.api.list("/invoices", reference="R7")[0]["id"] if line == "begins" else
                            standalone.api.list("/invoices", reference="R9000")[0]["id"])
        standalone.api.post_invoice("2.50", reference=f"after {line}")
    invoices, reports = invoices_of(standalone), reports_of(standalone)
    assert len(invoices) > MANY and len(reports) == 2
    standalone.stop()
    audit = standalone.audit()
    for line in ("reports", "deliveries", "both sides agree"):
        kill_after(there, standalone.environment(), line)
    for _ in range(2):
        moved = standalone.run(*there)
        assert (moved.returncode, moved.stdout.startswith("moved ")) == (0, True), moved.stderr
    refuses_to_serve(standalone, split.database)
    assert standalone.audit().stdout == audit.stdout

    letters = len(smtp.mails())
    split.clock.set(standalone.clock.now())
    split.start(SMTP_URI=smtp.uri, MAIL_TO=ANNA)
    assert split.audit().stdout == audit.stdout
    assert (invoices_of(split), reports_of(split)) == (invoices, reports)
    assert post_keyed(split)[1] == "true"
    split.wait_for_report(DAYS[0], "dead")
    third = close(split, DAYS[2])
    assert third["number"] == 3 and DAYS[1] in {part["businessDay"] for part in third["corrections"]}
    check_sums(split.api)
    assert len(smtp.mails()) == letters + 1, "the new report's, and no other again"
    go_back(split, back, smtp)


def refuses_to_serve(standalone, database: str) -> None:
    for words in ((), ("close",), ("audit", "--mark")):
        refused = standalone.run(*words)
        assert refused.returncode in (1, 2) and refused.stderr.count("\n") == 1, refused.stderr
        assert "moved to" in refused.stderr and database in refused.stderr
        assert "***" in refused.stderr, "the password is not shown"


def go_back(split, back, smtp) -> None:
    split.api.void(split.api.list("/invoices", reference="R11")[0]["id"])
    invoices, reports, letters = invoices_of(split), reports_of(split), len(smtp.mails())
    audit = split.audit()
    split.stop()
    back.clock.set(split.clock.now())
    place: Path = back.folder / "uri"
    place.write_text(split.servers.mongo_uri(split.database) + "\n")
    here = ("import", "--from", f"@{place}")
    for line in ("begins", "10000 invoices", "deliveries", "both sides agree"):
        kill_after(here, back.environment(), line)
        if line == "deliveries":
            half = back.run()
            assert half.returncode == 2 and "has not ended" in half.stderr
    moved = back.run(*here)
    assert moved.returncode == 0, moved.stderr
    assert back.audit().stdout == audit.stdout
    back.start(SMTP_URI=smtp.uri, MAIL_TO=ANNA)
    assert (invoices_of(back), reports_of(back)) == (invoices, reports)
    assert post_keyed(back)[1] == "true"
    fourth = close(back, "2026-03-05")
    assert fourth["number"] == 4 and fourth["corrections"] != []
    check_sums(back.api)
    assert len(smtp.mails()) == letters + 1
    refused = run("report-generator", "close", **split.environment())
    assert refused.returncode == 1 and "moved" in refused.stderr


def test_who_is_served_or_in_use_is_left_alone(standalone, split, back):
    uri = split.servers.mongo_uri(split.database)
    standalone.start()
    standalone.api.post_invoice()
    served = standalone.run("export", "--to", uri)
    assert served.returncode == 1 and "another process" in served.stderr.lower()
    split.launch("report-generator")
    split.wait_until_ready("report-generator")
    standalone.stop()
    in_use = standalone.run("export", "--to", uri)
    assert in_use.returncode == 1 and "is in use" in in_use.stderr
    standalone.start()
    assert len(standalone.api.list("/invoices")) == 1
    standalone.stop()
    nothing = back.run("export", "--to", uri)
    assert nothing.returncode == 1 and "no books" in nothing.stderr
    other = standalone.run("import", "--from", uri)
    assert other.returncode == 1 and "is in use" in other.stderr


def test_wrong_use_is_one_line_without_the_password(standalone):
    for words in (("export",), ("import",), ("export", "--to", "mongodb://u:hidden@a:b:c/?x"),
                  ("import", "--from", "@/no/such/file")):
        refused = standalone.run(*words)
        assert refused.returncode == 2 and refused.stderr.count("\n") == 1, refused.stderr
        assert "hidden" not in refused.stderr
