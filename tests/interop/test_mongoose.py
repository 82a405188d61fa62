"""The real mongoose, with the schema of the NestJS original, reads what our adapter writes, and the other way round."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Iterator

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "tests/interop/mongoose"
PARTNER = ROOT / "build/dev/bin/mongoose_partner"
sys.path.insert(0, str(ROOT / "tests/support/mongo_server"))
from server import MongoServer  # noqa: E402  pylint: disable=wrong-import-position

INSTALL_TIMEOUT_S = 240


@pytest.fixture(scope="module", name="package")
def package_fixture() -> Path:
    """The package with its pinned dependencies, installed once below build/."""
    folder = ROOT / "build/interop/mongoose"
    lock = (SOURCES / "package-lock.json").read_text()
    stamp = folder / "installed-lock.json"
    if not stamp.exists() or stamp.read_text() != lock:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(SOURCES / name, folder)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, check=True,
                       timeout=INSTALL_TIMEOUT_S)
        stamp.write_text(lock)
    return folder


@pytest.fixture(name="uri")
def uri_fixture() -> Iterator[str]:
    """A server of this test's own: mongoose is not kept away from what other tests store."""
    subprocess.run([ROOT / "tests/support/mongo_server/build"], check=True)
    with MongoServer() as server:
        yield server.uri("invoice")


def ask_mongoose(package: Path, uri: str, action: str, *more: str) -> Any:
    run = subprocess.run(["node", SOURCES / "original.js", uri, action, *more], capture_output=True, text=True,
                         env=os.environ | {"NODE_PATH": str(package / "node_modules")}, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def ask_ours(uri: str, action: str) -> list[dict[str, Any]]:
    run = subprocess.run([PARTNER, uri, action], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_mongoose_reads_what_we_write(package: Path, uri: str) -> None:
    ours = ask_ours(uri, "write")
    theirs = ask_mongoose(package, uri, "read")
    assert len(theirs) == 3
    for mine, read in zip(ours, theirs):
        assert read["_id"] == mine["_id"]
        assert (read["customer"], read["amount"], read["reference"]) == (mine["customer"], mine["amount"],
                                                                         mine["reference"])
        assert read["date"] == mine["date"]
        assert [(item["sku"], item["qt"]) for item in read["items"]] == [("DG334", 1.5), ("DG335", 0.001)]
        assert read["__v"] == 0
    assert [read["amount"] for read in theirs] == [100.1, 200.2, 300.3]


def test_what_mongoose_saves_of_ours_keeps_our_members(package: Path, uri: str) -> None:
    before = ask_ours(uri, "write")
    ask_mongoose(package, uri, "update", before[0]["_id"])
    after = ask_ours(uri, "list")
    assert after[0] == before[0] | {"customer": "Renamed by the original"}
    assert after[2]["status"] == "void"
    assert ask_ours(uri, "figures")[0] == {"invoices": 2, "minor": 30030, "voids": 1}


def test_we_read_adopt_and_add_up_what_mongoose_writes(package: Path, uri: str) -> None:
    ids = ask_mongoose(package, uri, "write")
    listed = ask_ours(uri, "list")
    assert sorted(invoice["_id"] for invoice in listed) == sorted(ids)
    assert sorted(invoice["amount"] for invoice in listed) == [0.3, 7, 100.1]
    assert all(invoice["status"] == "issued" and invoice["currency"] == "USD" for invoice in listed)
    assert not ask_ours(uri, "figures")
    assert ask_ours(uri, "adopt") == [{"adopted": 3, "left": 0}]
    assert ask_ours(uri, "figures") == [{"invoices": 3, "minor": 10740, "voids": 0},
                                        {"sku": "DG334", "milli": 3500}, {"sku": "DG335", "milli": 100}]
    assert len(ask_mongoose(package, uri, "read")) == 3
