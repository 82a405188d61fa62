"""Runs k6 profiles, each against an empty invoice-standalone; see README.md. Started by the script `run`."""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

import page  # noqa: E402  (the path above makes the harness importable)
from contract import Contract  # noqa: E402
from harness.sampling import Sampling  # noqa: E402
from harness.standalone import Standalone  # noqa: E402

FOLDER = Path(__file__).resolve().parent
PROFILES = ("smoke", "average_day", "peak", "spike", "soak")
CROSSED = 99  # k6's exit code where a threshold was crossed
MEMORY_EVERY_SECONDS = 0.5


class Memory(Sampling):
    """The most anonymous memory that a process had meanwhile."""

    def __init__(self, system: Standalone):
        super().__init__(self._watch, MEMORY_EVERY_SECONDS)
        self.kilobytes_max = 0
        self._system = system

    def _watch(self) -> None:
        self.kilobytes_max = max(self.kilobytes_max, self._system.process.anonymous_kilobytes())


def run_k6(profile: str, system: Standalone, folder: Path) -> int:
    command = [os.environ["K6"], "run", "--quiet", "--summary-export", folder / "summary.json",
               "--out", f"csv={folder / 'samples.csv'}", FOLDER / f"{profile}.js"]
    environment = os.environ | {"BASE_URL": system.url, "K6_NO_USAGE_REPORT": "true"}
    return subprocess.run(command, env=environment, check=False, stdout=sys.stderr).returncode


def by_second(samples: Path) -> list[tuple[int, int, int, float]]:
    """Second, answers, those of them that were refused, and the 99th percentile of their times in ms."""
    times, refused = defaultdict(list), defaultdict(int)
    with open(samples, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["metric_name"] == "http_req_duration":
                second = int(row["timestamp"])
                times[second].append(float(row["metric_value"]))
                refused[second] += row["status"] == "503"
    begin = min(times)
    return [(second - begin, len(of_it), refused[second], sorted(of_it)[int(len(of_it) * 0.99)])
            for second, of_it in sorted(times.items())]


def load(profile: str) -> page.Row:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        system = Standalone(folder, Contract())
        try:
            system.start(LOG_LEVEL=os.environ.get("LOG_LEVEL", "info"))
            with Memory(system) as memory:
                code = run_k6(profile, system, folder)
            if code not in (0, CROSSED):
                sys.exit(f"k6 ended with {code}")
            metrics = json.loads((folder / "summary.json").read_text())["metrics"]
            seconds = by_second(folder / "samples.csv")
            audit = system.audit()
            assert audit.returncode == 0, f"the books do not agree after the load: {audit.stdout}{audit.stderr}"
        finally:
            system.clean_up()
    times = metrics["http_req_duration"]
    return page.Row(profile=profile, requests=metrics["http_reqs"]["count"], seconds=len(seconds),
                    second_max=max(answers for _, answers, _, _ in seconds),
                    shed=sum(refused for _, _, refused, _ in seconds),
                    wrong=metrics["checks{check:answered as the contract says}"]["fails"],
                    unsent=metrics.get("dropped_iterations", {}).get("count", 0), median_ms=times["med"],
                    p95_ms=times["p(95)"], p99_ms=times["p(99)"], max_ms=times["max"],
                    memory_mb=memory.kilobytes_max / 1000, held=code == 0, by_second=seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("profiles", nargs="*", metavar="PROFILE", help=", ".join(PROFILES))
    parser.add_argument("--page", action="store_true", help="all profiles, into docs/load.md")
    arguments = parser.parse_args()
    if unknown := set(arguments.profiles) - set(PROFILES):
        parser.error(f"no profile of this folder: {', '.join(unknown)}")
    profiles = PROFILES if arguments.page else arguments.profiles or PROFILES[:-1]
    before = os.getloadavg()[0]
    rows = []
    for profile in profiles:
        rows.append(load(profile))
        print(page.line(rows[-1]), flush=True)
    if arguments.page:
        page.write(rows, f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores that service and generator share,"
                         f" load average before the run {before:.1f}")
    return 0 if all(row.held for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
