"""The checks of a trial can fail: whatever is taken away behind the program's back is missed."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from trial.control import Point, Strike
from trial.trial import Trial


def change(trial: Trial, statement: str) -> None:
    with closing(sqlite3.connect(trial.system.data_dir / "invoices.db")) as database:
        database.execute(statement)
        database.commit()


def lose_an_invoice(trial: Trial) -> None:
    change(trial, "DELETE FROM items WHERE invoice = 5")
    change(trial, "DELETE FROM invoices WHERE seq = 5")


def lose_an_item(trial: Trial) -> None:
    change(trial, "DELETE FROM items WHERE invoice = 7")


def undo_a_void(trial: Trial) -> None:
    # Whole in itself, as if it had never been made.
    change(trial, "UPDATE invoices SET voided = 0, voided_at = NULL, void_reason = NULL, json = replace(json, 'void',"
                  " 'issued') WHERE seq = (SELECT min(seq) FROM invoices WHERE voided)")


def lose_a_mail(trial: Trial) -> None:
    next(iter((trial.system.data_dir / "mail").glob("*.eml"))).unlink()


def damage_the_backup(trial: Trial) -> None:
    content = bytearray(trial.backup_file.read_bytes())
    content[4096 * 3:4096 * 5] = b"\xff" * 4096 * 2
    trial.backup_file.write_bytes(content)


def falsify_a_sum(trial: Trial) -> None:
    change(trial, "UPDATE currency_quarters SET amount_lo = amount_lo + 1 WHERE quarter = (SELECT max(quarter)"
                  " FROM currency_quarters)")


@pytest.mark.parametrize(("harm", "words"), [
    (lose_an_invoice, "acknowledged, but gone"), (lose_an_item, "DIFFERS"),
    (undo_a_void, "voids"), (lose_a_mail, "anna|bert"), (damage_the_backup, "malformed|database|ok"),
    (falsify_a_sum, "reported is"),
])
def test_harm_behind_the_back_is_found(tmp_path: Path, monkeypatch, harm: Callable[[Trial], None], words: str):
    trial = Trial(tmp_path)
    whole = trial.work

    def work() -> float | None:
        seconds = whole()
        harm(trial)
        return seconds

    monkeypatch.setattr(trial, "work", work)
    with pytest.raises((AssertionError, sqlite3.DatabaseError), match=words):
        trial.run()


def test_a_disk_that_lies_about_syncs_loses_what_was_acknowledged(tmp_path: Path):
    """So the power cut does take away what is not synced."""
    with pytest.raises(AssertionError, match="acknowledged, but gone"):
        Trial(tmp_path, strike=Strike(Point(100, "fdatasync", "/data/invoices.db-wal"), "power+lies")).run()
