"""Runs the generator of load (open_loop.cpp) and reads what it says."""

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

PROGRAM = Path(os.environ.get("OPEN_LOOP", Path(__file__).resolve().parents[2] / "build/dev/bin/open_loop"))


@dataclass
class Outcome:
    issued: int
    unsent: int
    unanswered: int
    broken: int
    connections: int
    statuses: dict[str, int]
    without_retry_after: int
    accepted_ms: dict[str, float]
    refused_ms: dict[str, float]
    accepted: list[int] = field(default_factory=list)

    def count(self, status: int) -> int:
        return self.statuses.get(str(status), 0)


def start(port: int, **options: object) -> subprocess.Popen:
    assert PROGRAM.exists(), f"{PROGRAM} is not built: scripts/build dev open_loop"
    words = [str(word) for pair in options.items() for word in pair]
    return subprocess.Popen([PROGRAM, str(port), *words], stdout=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen, accepted: Path | None = None) -> Outcome:
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0, f"the generator ended with {process.returncode}"
    outcome = Outcome(**json.loads(out))
    if accepted:
        outcome.accepted = [int(line) for line in accepted.read_text().splitlines()]
    return outcome


def run(port: int, accepted: Path | None = None, **options: object) -> Outcome:
    if accepted:
        options["accepted"] = accepted
    return finish(start(port, **options), accepted)
