"""A million invoices into an empty store, and the memory of the process meanwhile and after. Two rows read it."""

import threading
import time
from dataclasses import dataclass

from bench import Bench
from dataset import MILLION, id_file, import_file, spread, text_file
from servers import Server, ours

SAMPLE_SECONDS = 0.02
SETTLE_SECONDS = 1.0


class Peak:
    """The most memory that a server has for itself meanwhile, above what it has at the start, in MB."""

    def __init__(self, server: Server):
        self._server = server
        self._idle = server.memory_mb()
        self._most = self._idle
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def growth(self) -> float:
        return self._most - self._idle

    def _watch(self) -> None:
        while not self._end.wait(SAMPLE_SECONDS):
            self._most = max(self._most, self._server.memory_mb())


@dataclass(frozen=True)
class Intake:
    """All in MB."""
    invoices: int
    idle: float
    idle_files: float
    growth: float
    after: float
    after_files: float


def intake(bench: Bench) -> Intake:
    if "intake" not in bench.shared:
        bench.shared["intake"] = _measure(bench)
    return bench.shared["intake"]


def _measure(bench: Bench) -> Intake:
    dataset = spread(100_000 if bench.quick else MILLION)
    file, ids = text_file(dataset), id_file(dataset)
    with ours(bench.empty_folder()) as server:
        time.sleep(SETTLE_SECONDS)
        idle, idle_files = server.memory_mb("RssAnon"), server.memory_mb("RssFile")
        with Peak(server) as peak:
            import_file(server, file)
        # Their ids are those of the kept store, because each line has its key.
        bench.load(server.port, "--ids", ids, seconds=2)
        bench.load(server.port, "--post", 1, "--keys", seconds=2)
        return Intake(dataset.invoices, idle, idle_files, peak.growth(), server.memory_mb("RssAnon"),
                      server.memory_mb("RssFile"))
