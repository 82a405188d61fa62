"""Measures overload; see clock-memory-load.md. Started by the script `overload`."""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

import open_loop  # noqa: E402  (the path above makes the harness importable)
from contract import Contract  # noqa: E402
from harness.standalone import Standalone  # noqa: E402

CLIENTS = 1000  # connections of the load at most; the limit for one address


def rounds(port: int, count: int, seconds: float) -> list[tuple[open_loop.Outcome, ...]]:
    """Calm, twice too much, calm again; at rates relative to what was just measured."""
    found = []
    for number in range(count):
        capacity = open_loop.run(port, connections=64, seconds=seconds, name=f"capacity{number}")
        rate = capacity.count(201) / seconds
        common = {"seconds": seconds, "most": CLIENTS}
        calm = open_loop.run(port, rate=rate / 2, name=f"calm{number}", **common)
        flood = open_loop.run(port, rate=rate * 2, name=f"flood{number}", **common)
        after = open_loop.run(port, rate=rate / 2, name=f"after{number}", **(common | {"seconds": 1}))
        print(f"{rate:6.0f}/s carried | half of it: p99 {calm.accepted_ms['p99']:6.1f} ms, {calm.count(503)} refused"
              f" | twice: {flood.count(201) / seconds:6.0f}/s accepted, p99 {flood.accepted_ms['p99']:6.1f} ms,"
              f" {flood.count(503)} of {flood.issued} refused, {flood.without_retry_after} without Retry-After,"
              f" {flood.broken} broken | after: p99 {after.accepted_ms['p99']:6.1f} ms, {after.count(503)} refused",
              flush=True)
        found.append((capacity, calm, flood, after))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        system = Standalone(Path(folder), Contract())
        try:
            system.start()
            found = rounds(system.address()[1], arguments.rounds, arguments.seconds)
        finally:
            system.clean_up()
    accepted = statistics.median(flood.accepted_ms["p99"] / calm.accepted_ms["p99"] for _, calm, flood, _ in found)
    carried = statistics.median(flood.count(201) / capacity.count(201) for capacity, _, flood, _ in found)
    after = statistics.median(later.accepted_ms["p99"] / calm.accepted_ms["p99"] for _, calm, _, later in found)
    print(f"median of {len(found)}: p99 of what is accepted at twice the rate / at half of it {accepted:.2f} (goal 2);"
          f" accepted / carried {carried:.2f}; p99 in the second after it / before {after:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
