"""A day is closed from its sums, so that a thousand times the invoices do not take longer."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path

from bench import BIN, Bench
from dataset import DAY_IS_OVER, MILLION, Dataset, copied, one_day, stored
from figure import Figure, median_ratio, middle, short
from servers import fake_clock

PEER = "the same with a thousand invoices of the same 100 SKUs"


def measure(bench: Bench) -> list[Figure]:
    large, small = one_day(MILLION), one_day(1000)
    stored(large), stored(small)
    times = bench.interleave({"large": lambda _: close(bench, large), "small": lambda _: close(bench, small)})
    return [Figure("closing a day of a million invoices / of a thousand, time",
                   median_ratio(times["large"], times["small"]), 2, at_least=False,
                   detail=f"{short(middle(times['large']))} against {short(middle(times['small']))} ms")]


def close(bench: Bench, dataset: Dataset) -> float:
    """The command `close`, from its start to its end, mail included: the report is sealed and handed over."""
    folder = bench.empty_folder()
    environment = {"DATA_DIR": str(copied(dataset, folder)), "PATH": os.environ["PATH"]} | fake_clock(DAY_IS_OVER)
    begin = time.monotonic()
    run = subprocess.run([BIN / "invoice-standalone", "close"], env=environment, check=False, capture_output=True,
                         text=True)
    milliseconds = (time.monotonic() - begin) * 1000
    reports = reports_in(folder / "data")
    shutil.rmtree(folder)
    if run.returncode != 0 or reports != 1:
        raise RuntimeError(f"close has sealed {reports} reports instead of 1: {run.stdout}{run.stderr}")
    return milliseconds


def reports_in(data: Path) -> int:
    with contextlib.closing(sqlite3.connect(data / "invoices.db")) as database:
        return database.execute("SELECT count(*) FROM reports").fetchone()[0]
