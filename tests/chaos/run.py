"""Chaos from seeds, one run after the other. See README.md; started by the script `run`."""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "e2e"), str(TESTS / "fault")]

from harness.servers import Servers  # noqa: E402  (the path above makes it importable)
from harness.smtp import SmtpGate  # noqa: E402
from campaign import Campaign, Plan  # noqa: E402
from faults import long_plan, short_plan  # noqa: E402

LEDGERS = TESTS.parent / "build/chaos"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, prog="tests/chaos/run")
    parser.add_argument("--seeds", type=int, default=1, help="so many runs (%(default)s)")
    parser.add_argument("--seed", type=int, help="of the first one; the next ones count up")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no further run after that")
    parser.add_argument("--combinations", type=int, default=15, help="beside each toxic on each pair (%(default)s)")
    parser.add_argument("--short", action="store_true", help="each toxic once, each pair once")
    return parser.parse_args()


def run_once(folder: Path, servers: Servers, seed: int, plan: Plan) -> None:
    smtp = SmtpGate(folder / "smtp")
    campaign = Campaign(folder, servers, smtp, Path(os.environ["TOXIPROXY"]), LEDGERS / f"{seed}.jsonl", seed)
    try:
        print(campaign.run(plan), flush=True)
    except BaseException:
        for name, process in campaign.fleet.processes.items():
            (folder / f"{name}.log").write_text("".join(process.lines))
        raise
    finally:
        campaign.close()
        smtp.close()


def main() -> int:
    given = arguments()
    seed = given.seed if given.seed is not None else random.randrange(1 << 32)
    plan: Plan = short_plan if given.short else lambda source: long_plan(source, given.combinations)
    begin = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    servers = Servers(folder / "servers", durable=True)
    runs = 0
    try:
        while runs < given.seeds and (runs == 0 or time.monotonic() < begin + given.seconds):
            print(f"--- run {runs + 1}: seed {seed}", flush=True)
            try:
                run_once(folder / str(seed), servers, seed, plan)
            except BaseException:
                again = "--short" if given.short else f"--combinations {given.combinations}"
                print(f"FAILED tests/chaos/run --seed {seed} {again}\n"
                      f"its ledger is {LEDGERS / f'{seed}.jsonl'}, logs are in {folder / str(seed)}", flush=True)
                raise
            shutil.rmtree(folder / str(seed))
            runs, seed = runs + 1, seed + 1
    finally:
        servers.close()
    shutil.rmtree(folder)
    print(f"{runs} runs: all held")
    return 0


if __name__ == "__main__":
    sys.exit(main())
