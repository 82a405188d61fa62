"""The NestJS original writes into the database of the running services: its invoices are read, adopted and reported."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from contract import Contract
from harness.servers import Servers
from harness.split import REPORT_GENERATOR, Split
from test_mongoose import ask_mongoose, package_fixture  # noqa: F401  (a fixture)

DAY = "2026-11-22"


@pytest.fixture
def split(tmp_path: Path) -> Iterator[Split]:
    servers = Servers(tmp_path / "servers")
    made = Split(tmp_path, Contract(), servers)
    yield made
    made.clean_up()
    servers.close()


def test_what_the_original_writes_stands_in_the_report(package: Path, split: Split) -> None:
    split.clock.set(f"{DAY}T09:00:00Z")
    split.start()
    ours = split.api.post_invoice("1.00")
    ids = ask_mongoose(package, split.servers.mongo_uri(split.database), "write")
    for invoice_id in ids:
        # The original allows what our contract does not (no items), so that the answers are not held against it.
        assert split.api.send("GET", f"/invoices/{invoice_id}", None, {}).status == 200
    split.clock.set(f"{DAY}T12:00:00Z")
    report = split.wait_for_report(DAY)
    assert (report["totalSales"].text, report["totals"][0]["invoices"]) == ("108.40", 4)
    assert split.metric("mongo_documents_adopted_total") == 3
    assert "documents of another program adopted" in [
        entry["message"] for entry in split.processes[REPORT_GENERATOR].log()]
    listed = split.api.send("GET", "/invoices", None, {}).json()
    assert {invoice["id"] for invoice in listed} == {ours["id"], *ids}
    audit = split.audit()
    assert audit.returncode == 0, audit.stdout
