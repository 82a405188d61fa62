"""Writers while the operator takes a backup and a day is closed."""

import os
import subprocess
import threading
from pathlib import Path

from bench import BIN, Bench
from dataset import DAY_IS_OVER, Dataset, copied, one_day
from figure import Figure, median_ratio, middle, short
from servers import ours

PEER = "the same POSTs with nothing beside them"
DAY_ENDS_SOON = "2024-06-04 11:59:58"
SHARE_OF_CAPACITY = 0.3
INVOICES = 200_000  # a backup of them and a closing fall wholly into the run


def measure(bench: Bench) -> list[Figure]:
    dataset = one_day(INVOICES)
    rate = capacity(bench, dataset) * SHARE_OF_CAPACITY
    runs = bench.interleave({"beside": lambda number: posts(bench, dataset, rate, number, True),
                             "alone": lambda number: posts(bench, dataset, rate, number, False)})
    p99 = {name: [run["posts"]["p99"] for run in results] for name, results in runs.items()}
    beside, alone = (short(middle(p99[name]) / 1000) for name in ("beside", "alone"))
    return [Figure("p99 of POST while a backup and a closing run / without", median_ratio(p99["beside"], p99["alone"]),
                   3, at_least=False, detail=f"{beside} against {alone} ms at {short(rate)} a second")]


def capacity(bench: Bench, dataset: Dataset) -> float:
    with ours(copied(dataset, bench.empty_folder()), clock=DAY_IS_OVER) as server:
        return bench.load(server.port, "--post", 1, seconds=2)["rate"]


def posts(bench: Bench, dataset: Dataset, rate: float, number: int, disturbed: bool) -> dict:
    """Both under the same fake clock; in the one the day's end comes a second after the load, in the other not."""
    folder = bench.empty_folder()
    clock = DAY_ENDS_SOON if disturbed else "2024-06-04 11:00:00"
    data = copied(dataset, folder)
    with ours(data, clock=clock) as server:
        backups = Backups(data, folder) if disturbed else None
        result = bench.load(server.port, "--post", 1, "--rate", rate, "--seed", number + 1, "--warmup", 0.5,
                            seconds=1.5 * bench.seconds)
        if backups:
            backups.end()
            if not server.get("/reports?limit=1")[1].startswith(b'[{'):
                raise RuntimeError("no day was closed meanwhile")
    return result


class Backups:
    """One after the other until the end, at least one."""

    def __init__(self, data: Path, folder: Path):
        self._data = data
        self._folder = folder
        self._end = threading.Event()
        self._failure = ""
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> None:
        self._end.set()
        self._thread.join()
        if self._failure:
            raise RuntimeError(self._failure)

    def _run(self) -> None:
        environment = {"DATA_DIR": str(self._data), "PATH": os.environ["PATH"]}
        while not self._end.is_set():
            target = self._folder / "backup.db"
            target.unlink(missing_ok=True)
            run = subprocess.run([BIN / "invoice-standalone", "backup", str(target)], env=environment, check=False,
                                 capture_output=True, text=True)
            if run.returncode != 0:
                self._failure = run.stdout + run.stderr
                return
