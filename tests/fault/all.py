"""Kills the program at every point of the run, or replays one. See README.md; started by the script `all`."""

import argparse
import hashlib
import json
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from harness.process import BIN  # noqa: E402  (the path above makes it importable)
from harness.standalone import PROGRAM  # noqa: E402
from trial.control import Point, Strike  # noqa: E402
from trial.plan import rare  # noqa: E402
from trial.runner import WORKERS, Job, Runner, running  # noqa: E402

KEPT = Path(__file__).resolve().parents[2] / "build/fault-all.jsonl"


class Journal:
    """What was tried already with this very program, so that an interrupted run goes on where it was."""

    def __init__(self, file: Path, fresh: bool):
        self._file = file
        program = hashlib.sha256((BIN / PROGRAM).read_bytes()).hexdigest()
        lines = file.read_text().splitlines() if file.exists() and not fresh else []
        if not lines or json.loads(lines[0]) != {"program": program}:
            lines = [json.dumps({"program": program})]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(lines[0] + "\n")
        self.entries = {entry["job"]: entry for entry in map(json.loads, lines[1:])}

    def note(self, job: Job, **what: object) -> None:
        entry = self.entries[str(job)] = {"job": str(job), **what}
        with open(self._file, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")


def try_all(runner: Runner, jobs: list[Job], journal: Journal) -> None:
    begin = time.monotonic()
    left = [job for job in jobs if journal.entries.get(str(job), {}).get("failed", "not tried") is not None]
    print(f"{len(jobs)} points, {len(jobs) - len(left)} of them tried already", flush=True)
    for done, (job, future) in enumerate(runner.outcomes(left), 1):
        error = future.exception()
        if error is None:
            struck = future.result().struck
            journal.note(job, failed=None, kind=struck[0].kind if struck else None,
                         actor=struck[0].actor if struck else None, second_mails=future.result().second_mails,
                         healthy=future.result().seconds_until_healthy)
        else:
            words = "\n".join([repr(error), *getattr(error, "__notes__", [])])
            journal.note(job, failed=words)
            print(f"\nFAILED tests/fault/all {job}\n{words}", flush=True)
        if done % 20 == 0 or done == len(left):
            print(f"\r{done} of {len(left)}, {time.monotonic() - begin:.0f} s", end="", flush=True)
    print()


def summary(jobs: list[Job], journal: Journal) -> int:
    entries = [journal.entries[str(job)] for job in jobs]
    failed = [entry for entry in entries if entry["failed"]]
    held = [entry for entry in entries if not entry["failed"]]
    killed = [entry for entry in held if entry["kind"]]
    print(f"{len(entries)} points: {len(killed)} struck and whole again, "
          f"{len(held) - len(killed)} after the end of their run, {len(failed)} failed")
    for what in ("kind", "actor"):
        counts = Counter(entry[what] for entry in killed).most_common()
        print(f"by {what}: " + ", ".join(f"{name} {count}" for name, count in counts))
    healthy = [entry["healthy"] for entry in killed if entry.get("healthy") is not None]
    if healthy:
        print(f"healthy again at the latest {max(healthy):.2f} s after the end of the fault")
    print(f"second mails: {sum(entry['second_mails'] for entry in killed)}")
    for entry in failed:
        print(f"FAILED tests/fault/all {entry['job']}")
    return 1 if failed else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, prog="tests/fault/all")
    parser.add_argument("first", nargs="?", type=int, default=1)
    parser.add_argument("last", nargs="?", type=int, help="default: the last call of a quiet run")
    parser.add_argument("--step", type=int, default=1, help="only every so many of them")
    parser.add_argument("--rare", action="store_true", help="each call of those kinds that are seldom on their file")
    parser.add_argument("--smtp", action="store_true", help="mails go to a server; without it into the mail folder")
    parser.add_argument("--point", help="this one alone, as a failed test names it")
    parser.add_argument("--fault", default="kill", help="kill, power, EIO:1, ENOSPC:20, short:1, short+EIO:500ms (README.md)")
    parser.add_argument("--fresh", action="store_true", help="forget what was tried already")
    parser.add_argument("--workers", type=int, default=WORKERS, help="trials at a time (%(default)s)")
    return parser.parse_args()


def points(runner: Runner, given: argparse.Namespace) -> list[Point]:
    if given.rare:
        return rare(runner.log_of_a_quiet_run(given.smtp))
    last = given.last or len(runner.log_of_a_quiet_run(given.smtp))
    return [Point(number) for number in range(given.first, last + 1, given.step)]


def main() -> int:
    given = arguments()
    with running(given.workers) as runner:
        if given.point:
            job = Job(Strike(Point.parse(given.point), given.fault), given.smtp)
            print(runner.submit(job).result())
            return 0
        jobs = [Job(Strike(point, given.fault), given.smtp) for point in points(runner, given)]
        journal = Journal(KEPT, given.fresh)
        try_all(runner, jobs, journal)
        return summary(jobs, journal)


if __name__ == "__main__":
    sys.exit(main())
