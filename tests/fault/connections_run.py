"""Measures what a crowd of clients costs the others; see clock-memory-load.md. Started by the script `connections`."""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

import open_loop  # noqa: E402  (the path above makes the harness importable)
from connections_crowd import Crowd, allow_many_files  # noqa: E402
from contract import Contract  # noqa: E402
from harness.standalone import Standalone  # noqa: E402

IDLE, READERS, WRITERS = 9_600, 100, 100
STORED = 2_000
SETTLE_SECONDS, IDLE_TICKS = 20, 3


def p99(port: int, target: str, number: int, seconds: float, rates: tuple[int, int]) -> tuple[float, float]:
    """Of reads and of writes under a load that the machine carries easily."""
    posts = open_loop.start(port, rate=rates[1], seconds=seconds, connections=16, most=100, name=f"others{number}")
    gets = open_loop.run(port, rate=rates[0], seconds=seconds, connections=16, most=100, get=target)
    written = open_loop.finish(posts)
    assert set(gets.statuses) == {"200"} and set(written.statuses) <= {"201", "503"}, written.statuses
    if written.count(503):
        print(f"{written.count(503)} of {written.issued} posts refused: the machine does something else too")
    return gets.accepted_ms["p99"], written.accepted_ms["p99"]


def settle(system: Standalone) -> None:
    """The readers' first megabytes go to the buffers of the kernel at full speed; what follows is slow."""
    def cpu_ticks() -> int:
        fields = Path(f"/proc/{system.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    for _ in range(SETTLE_SECONDS):
        before = cpu_ticks()
        time.sleep(1)
        if cpu_ticks() - before <= IDLE_TICKS:
            return


def measure(system: Standalone, count: int, seconds: float, rates: tuple[int, int]) -> list[tuple[float, float]]:
    port = system.address()[1]
    target = f"/invoices/{system.api.get('/invoices?limit=1').json()[0]['id']}"
    ratios = []
    for number in range(count):
        alone = p99(port, target, 2 * number, seconds, rates)
        before = system.process.anonymous_kilobytes()
        with Crowd(port, IDLE, READERS, WRITERS):
            settle(system)
            beside = p99(port, target, 2 * number + 1, seconds, rates)
            after = system.process.anonymous_kilobytes()
        ratios.append((beside[0] / alone[0], beside[1] / alone[1]))
        print(f"GET p99 {alone[0]:6.2f} ms alone, {beside[0]:6.2f} ms beside the crowd | POST {alone[1]:6.2f}, "
              f"{beside[1]:6.2f} ms | RssAnon {before} kB, {after} kB", flush=True)
    return ratios


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--gets", type=int, default=1000, help="a second")
    parser.add_argument("--posts", type=int, default=300, help="a second")
    arguments = parser.parse_args()
    if not allow_many_files(11_000):
        print("this user may not open so many files")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        system = Standalone(Path(folder), Contract())
        try:
            system.start()
            open_loop.run(system.address()[1], rate=STORED, seconds=1, most=100, name="stored")
            ratios = measure(system, arguments.rounds, arguments.seconds, (arguments.gets, arguments.posts))
        finally:
            system.clean_up()
    gets, posts = (statistics.median(ratio[kind] for ratio in ratios) for kind in (0, 1))
    print(f"median of {len(ratios)}: p99 with {IDLE} idle, {READERS} slow readers and {WRITERS} slow writers / without: "
          f"GET {gets:.2f}, POST {posts:.2f} (goal 2)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
