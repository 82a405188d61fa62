"""Lets memory end at every allocation of every scene, or at some. See clock-memory-load.md; started by the script `memory`."""

import argparse
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from contract import Contract  # noqa: E402  (the path above makes it importable)
from memory_trial import ALL_SCENES, Point, Trial, make_base  # noqa: E402

WORKERS = 2


def points_of(scene: str, calls: int, every: int) -> list[Point]:
    return [Point(scene, number, lasting) for number in range(1, calls + 1, every) for lasting in (False, True)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("points", nargs="*", help="scenes, or points as post:17 or post:17+ (with all behind it)")
    parser.add_argument("--every", type=int, default=100, help="only every N-th allocation")
    arguments = parser.parse_args()
    contract = Contract()
    failed = 0
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(WORKERS) as pool:
        folder = Path(scratch)
        base = make_base(folder / "base", contract)
        points: list[Point] = []
        for word in arguments.points or ALL_SCENES:
            if ":" in word:
                points.append(Point.parse(word))
            else:
                calls = Trial(folder / f"quiet-{word}", base, contract).count(word)
                points += points_of(word, calls, arguments.every)
        begin = time.monotonic()
        print(f"{len(points)} points", flush=True)
        outcomes: Counter = Counter()

        def attempt(point: Point) -> str:
            return Trial(folder / str(point), base, contract).run(point)

        for point, future in [(point, pool.submit(attempt, point)) for point in points]:
            try:
                outcomes[point.scene, future.result()] += 1
            except Exception as error:  # whatever a trial meets is its result
                failed += 1
                print(f"FAILED tests/fault/memory {point}: {error!r}"[:600], flush=True)
    for (scene, outcome), times in sorted(outcomes.items()):
        print(f"{scene:8} {times:6} {outcome}")
    print(f"{len(points)} points, {failed} failed, {time.monotonic() - begin:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
