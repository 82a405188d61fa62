"""Random faults around and in the split system, round by round. See README.md; started by the script `long`."""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from harness.servers import Servers  # noqa: E402  (the path above makes it importable)
from harness.smtp import SmtpGate  # noqa: E402
from fleet.round import Round  # noqa: E402


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, prog="tests/fault/long")
    parser.add_argument("--seconds", type=float, default=600, help="begin no further round after that (%(default)s)")
    parser.add_argument("--rounds", type=int, default=1_000_000, help="at most so many")
    parser.add_argument("--round-seconds", type=float, default=60, help="faults in each round (%(default)s)")
    parser.add_argument("--seed", type=int, help="of the first round; the next ones count up")
    return parser.parse_args()


def run_round(folder: Path, servers: Servers, seed: int, seconds: float) -> Round:
    smtp = SmtpGate(folder / "smtp")
    one = Round(folder / "system", servers, smtp, seed)
    try:
        print(one.run(seconds), flush=True)
    finally:
        one.fleet.clean_up()
        smtp.close()
    return one


def main() -> int:
    given = arguments()
    seed = given.seed if given.seed is not None else random.randrange(1 << 32)
    begin = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="fault-long-"))
    servers = Servers(folder / "servers", durable=True)
    faults: Counter = Counter()
    rounds = days = second_mails = 0
    try:
        while rounds < given.rounds and (rounds == 0 or time.monotonic() < begin + given.seconds):
            print(f"--- round {rounds + 1}: seed {seed}", flush=True)
            try:
                one = run_round(folder / str(seed), servers, seed, given.round_seconds)
            except BaseException:
                print(f"FAILED tests/fault/long --rounds 1 --round-seconds {given.round_seconds:g} --seed {seed}\n"
                      f"its files stand in {folder / str(seed)}", flush=True)
                raise
            shutil.rmtree(folder / str(seed))
            rounds, days, second_mails, seed = rounds + 1, days + one.days, second_mails + one.second_mails, seed + 1
            faults += one.faults
    finally:
        servers.close()
    shutil.rmtree(folder)
    print(f"{rounds} rounds, {sum(faults.values())} faults, {days} days, {second_mails} second mails: all held")
    print(", ".join(f"{name} {count}" for name, count in faults.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
