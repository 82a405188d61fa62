"""What kind of machine the figures are of."""

import os
import platform
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from bench import CORES, FOLDER

SYNCS = 200


@dataclass(frozen=True)
class Machine:
    kind: str  # the same for every run on the same machine
    sync_ms: float
    load: float  # of others, at the start: near 0 on a machine that does nothing else

    def text(self) -> str:
        return f"{self.kind}; fdatasync of 4 KB, p50: {self.sync_ms:.2f} ms; load average before the run: {self.load:.1f}"


def describe() -> Machine:
    model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    kind = f"{os.cpu_count()} cores of {model} (servers and load share {CORES}), Linux {platform.release()}"
    return Machine(kind, sync_ms(), os.getloadavg()[0])


def sync_ms() -> float:
    """Median of appending to a file that has its size already, as a log of a database does."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / "sync-probe"
    block = os.urandom(4096)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(file, block * SYNCS)
        os.fsync(file)
        times = []
        for i in range(SYNCS):
            begin = time.perf_counter()
            os.pwrite(file, block, i * len(block))
            os.fdatasync(file)
            times.append(time.perf_counter() - begin)
        return statistics.median(times) * 1000
    finally:
        os.close(file)
        path.unlink()
