"""Fuzzes the contract until the service has answered so many requests; see README.md. Started by the script `run`."""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

import fuzzer  # noqa: E402  (the path above makes the harness importable)
from contract import Contract  # noqa: E402
from harness.standalone import Standalone  # noqa: E402


def fuzz_once(contract: Contract, seconds: float, seed: int) -> tuple[fuzzer.Found, Counter]:
    """On a service of its own, and not for long: what is stored makes each list longer, and the stateful phase, which
    fills what is left of the time, makes fewer requests a second than the others."""
    with tempfile.TemporaryDirectory() as folder:
        system = Standalone(Path(folder), contract)
        try:
            fuzzer.start_with_a_sealed_day(system)
            before = fuzzer.requests_by_status(system)
            found = fuzzer.fuzz(system.url, Path(folder), seconds=seconds, seed=seed)
            return found, fuzzer.requests_by_status(system) - before
        finally:
            system.clean_up()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("requests", type=int, nargs="?", default=100_000)
    parser.add_argument("--round-seconds", type=float, default=45)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 31))
    arguments = parser.parse_args()
    contract, begin, seed = Contract(), time.monotonic(), arguments.seed
    statuses, failed = Counter(), Counter()
    while statuses.total() < arguments.requests:
        found, counted = fuzz_once(contract, arguments.round_seconds, seed)
        statuses += counted
        failed += found.failures + Counter(found.errors)
        if not found.clean:
            print(found.output)
        refused = sum(count for status, count in statuses.items() if status >= "500")
        print(f"seed {seed}: {counted.total()} requests; so far {statuses.total()} in {time.monotonic() - begin:.0f} s,"
              f" {refused} answered 5xx, {failed.total()} failures {dict(failed)}; "
              + ", ".join(f"{status} {count}" for status, count in sorted(statuses.items())), flush=True)
        seed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
