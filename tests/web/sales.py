"""A standalone with three weeks of sales behind it, as a context and as a command.

usage: sales.py -- COMMAND ...   (gets the URL as its last argument)
"""

import contextlib
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from contract import Contract  # noqa: E402  (the path above makes it importable)
from harness.client import NDJSON  # noqa: E402
from harness.standalone import Standalone  # noqa: E402

CUSTOMERS = ["Ada Lovelace", "Kaffeehaus Mozart", "Bodega El Sol", "Nordwind GmbH", "Jane Doe", "Café Ünal"]
SKUS = ["DG334", "DG335", "ESP-250", "ESP-1000", "FILTER-4", "MUG-BLUE", "GRINDER-X2", "TEA-EARL"]
DAYS = 21
RUNNING_HOURS = 15


def day_of_sales(chance: random.Random, end: datetime, number: int) -> bytes:
    """Invoices of the running day up to `end`, most of them in its middle; now and then one that comes late."""
    lines = []
    for index in range(chance.randint(25, 60)):
        minutes = int(chance.triangular(0, RUNNING_HOURS * 60, RUNNING_HOURS * 20))
        lines.append({"customer": chance.choice(CUSTOMERS), "amount": chance.randint(300, 40_000) / 100,
                      "reference": f"R-{number}{index:03}",
                      "date": (end - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ"),
                      "items": [{"sku": sku, "qt": chance.choice([1, 2, 3, 0.5])} for sku in chance.sample(SKUS, 3)]})
    if number % 6 == 0:
        lines.append({**lines[0], "reference": f"L-{number}",
                      "date": (end - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")})
    return "\n".join(map(json.dumps, lines)).encode()


@contextlib.contextmanager
def sales(seed: int = 5) -> Iterator[Standalone]:
    """Started, with reports of three weeks, and a day that has run for 15 hours."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        system = Standalone(Path(folder), Contract())
        now = datetime.now(UTC)
        system.clock.set(now - timedelta(days=DAYS))
        try:
            system.start(CUT_OFF=(now - timedelta(hours=RUNNING_HOURS)).strftime("%H:00"))
            for days in range(DAYS, -1, -1):
                moment = now - timedelta(days=days)
                system.clock.set(moment)
                system.run("close")
                answer = system.api.request("POST", "/invoices/import", day_of_sales(chance, moment, days), NDJSON)
                assert answer.status == 200, answer
            system.clock.reset()
            yield system
        finally:
            system.clean_up()


if __name__ == "__main__":
    with sales() as filled:
        sys.exit(subprocess.run([*sys.argv[2:], filled.url], check=False).returncode)
