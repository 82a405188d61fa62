"""`backup FILE` while serving, and the way back as docs/operating/backup.md has it."""

import shutil
import sqlite3

from harness.client import JSON
from harness.load import Load
from harness.waiting import wait_until

FILES = ("invoices.db", "invoices.db-wal", "invoices.db-shm")


def test_a_backup_under_load_holds_everything_acknowledged_before(standalone, tmp_path):
    copy = tmp_path / "copy.db"
    standalone.start()
    with Load(standalone, 16) as load:
        wait_until(lambda: len(load.acknowledged) > 300, "load")
        before = dict(load.acknowledged)
        made = standalone.run("backup", str(copy))
        during = len(load.acknowledged)
        wait_until(lambda: len(load.acknowledged) > during, "writers are not stopped")
    assert (made.returncode, made.stderr) == (0, ""), made.stderr
    with sqlite3.connect(copy) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        stored = dict(database.execute("SELECT reference, json FROM invoices"))
        amounts = database.execute("SELECT currency, sum(invoices), sum(amount_lo) FROM currency_quarters").fetchall()
        truth = database.execute("SELECT currency, count(*), sum(amount_minor) FROM invoices").fetchall()
    database.close()
    assert {key: stored[key].encode() for key in before} == before
    assert amounts == truth, "roll-ups and invoices are of one moment"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("copy")] == ["copy.db"]


def test_the_way_back(standalone, tmp_path):
    copy = tmp_path / "copy.db"
    standalone.clock.set("2026-03-02T09:00:00Z")
    standalone.start()
    with Load(standalone, 8) as load:
        wait_until(lambda: len(load.acknowledged) > 100, "load")
    standalone.clock.set("2026-03-02T12:00:00Z")
    report = standalone.wait_for_report("2026-03-02")
    kept = standalone.api.stream(sort="recordedAt").body
    assert standalone.run("backup", str(copy)).returncode == 0
    lost = standalone.api.post_invoice("77.00")
    standalone.stop()
    aside = standalone.data_dir / "aside"
    aside.mkdir()
    for name in FILES:
        if (standalone.data_dir / name).exists():
            shutil.move(standalone.data_dir / name, aside / name)
    shutil.copy(copy, standalone.data_dir / "invoices.db")
    assert standalone.audit().returncode == 0
    standalone.start()
    assert standalone.api.stream(sort="recordedAt").body == kept
    assert standalone.api.get(f"/invoices/{lost['id']}").status == 404
    assert standalone.report("2026-03-02") == report
    key, body = next((key, load.bodies[key]) for key in load.acknowledged)
    again = standalone.api.request("POST", "/invoices", body, JSON | {"Idempotency-Key": key})
    assert again.header("Idempotent-Replayed") == "true"
    assert standalone.api.post_invoice()["status"] == "issued"
    standalone.clock.set("2026-03-03T12:00:00Z")
    assert standalone.wait_for_report("2026-03-03")["number"] == 2


def test_a_backup_overwrites_nothing(standalone, tmp_path):
    standalone.start()
    standalone.api.post_invoice()
    existing = tmp_path / "existing.db"
    existing.write_text("precious")
    refused = standalone.run("backup", str(existing))
    assert refused.returncode == 1 and "existing.db" in refused.stderr
    assert existing.read_text() == "precious"
    assert standalone.run("backup", str(tmp_path / "no/folder/copy.db")).returncode == 1
    assert standalone.run("backup", str(standalone.data_dir / "invoices.db")).returncode == 1
    assert len(standalone.api.list("/invoices")) == 1


def test_a_backup_of_a_stopped_service(standalone, tmp_path):
    standalone.start()
    stored = standalone.api.post_invoice()
    standalone.kill()
    assert standalone.run("backup", str(tmp_path / "copy.db")).returncode == 0
    with sqlite3.connect(tmp_path / "copy.db") as database:
        assert database.execute("SELECT lower(hex(id)) FROM invoices").fetchall() == [(stored["id"],)]
    database.close()


def test_a_damaged_store_makes_no_backup(standalone, tmp_path):
    standalone.start()
    for _ in range(300):
        standalone.api.send("POST", "/invoices", b'{"customer":"a","amount":1,"reference":"b","items":[{"sku":"c",'
                            b'"qt":1}]}', JSON)
    standalone.stop()
    store = standalone.data_dir / "invoices.db"
    assert store.stat().st_size > 40 * 4096
    with open(store, "r+b") as file:
        file.seek(30 * 4096)
        file.write(b"\xff" * 8 * 4096)
    refused = standalone.run("backup", str(tmp_path / "copy.db"))
    assert refused.returncode == 1
    assert "damaged" in refused.stderr or "malformed" in refused.stderr
    assert not list(tmp_path.glob("copy.db*"))
