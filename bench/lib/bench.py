"""What every row works with: how long, how often, where, and the programs that were built."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build/bench"
BUILD = ROOT / "build/bench-release"  # beside build/release, so that ccache knows its objects
BIN = BUILD / "bin"
CORES = 2
CONNECTIONS = 64


@dataclass
class Bench:
    quick: bool = False
    rounds: int = 3
    seconds: float = 4
    shared: dict[str, object] = field(default_factory=dict)  # what one row has measured for another too
    _folders: int = 0

    def interleave(self, sides: dict[str, Callable[[int], object]], times: int = 1) -> dict[str, list]:
        """A B A B A B: each side once a round, called with the number of the round. `times` as many rounds as usual."""
        results: dict[str, list] = {name: [] for name in sides}
        for number in range(self.rounds * times):
            for name, side in sides.items():
                results[name].append(side(number))
        return results

    def empty_folder(self) -> Path:
        """On the disk of the repository, never in memory: a row that waits for the disk needs one."""
        self._folders += 1
        folder = FOLDER / f"runs/{os.getpid()}-{self._folders}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def load(self, port: int, *words: object, seconds: float | None = None) -> dict:
        """One run of bench-load; its line of JSON. Answers outside 2xx are an error of the row."""
        command = [BIN / "bench-load", "--port", port, "--connections", CONNECTIONS,
                   "--seconds", seconds or self.seconds, *words]
        run = subprocess.run([str(word) for word in command], check=False, capture_output=True, text=True)
        if run.returncode != 0:
            raise RuntimeError(run.stderr.strip())
        result = json.loads(run.stdout)
        if result["failures"]:
            raise RuntimeError(f"answers outside 2xx: {result['failures']}")
        return result
