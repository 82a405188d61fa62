"""Runs schemathesis over the contract against a service that has invoices and a sealed report to ask for."""

import json
import os
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from contract.document import API
from harness.system import System

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("SCHEMATHESIS", ROOT / "build/venv-schemathesis/bin/schemathesis"))
# The day and the cut-off before which a report is sealed: the contract's examples name this day.
BUSINESS_DAY, CUT_OFF = "2026-11-22", "12:00"


@dataclass
class Found:
    """What one run says of itself."""

    cases: int
    failures: Counter
    errors: list[str]
    output: str

    @property
    def clean(self) -> bool:
        return not self.failures and not self.errors


def start_with_a_sealed_day(system: System) -> None:
    system.clock.set(f"{BUSINESS_DAY}T11:00:00Z")
    system.start(CUT_OFF=CUT_OFF)
    for number in range(20):
        system.api.post_invoice(reference=f"R-{number}")
    system.clock.advance(hours=2)
    system.wait_for_report(BUSINESS_DAY)


def fuzz(url: str, folder: Path, *, seconds: float, seed: int, contract: Path = API / "openapi.yaml",
         words: tuple[str, ...] = ()) -> Found:
    """All phases once, then again with new data until the time is over."""
    assert PROGRAM.exists(), f"{PROGRAM} is not there: scripts/test abuse installs it"
    report = folder / f"schemathesis-{seed}.json"
    command = [PROGRAM, "--config-file", ROOT / "tests/abuse/schemathesis.toml", "run", contract, "--url", url,
               "--max-time", str(round(seconds)), "--seed", str(seed), "--no-color", "--no-shrink",
               "--report", "json", "--report-json-path", report, *words]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"ABUSE_CONTRACT": str(contract)}, check=False,
                          capture_output=True, text=True, timeout=seconds * 5 + 120)
    output = done.stdout + done.stderr
    assert report.exists(), f"schemathesis ended with {done.returncode}: {output[-3000:]}"
    told = json.loads(report.read_text())
    failures = Counter(str(failure.get("check") or failure.get("title")) for failure in told["failures"])
    return Found(told["test_cases"]["generated"], failures, [str(error) for error in told["errors"]], output)


def requests_by_status(system: System) -> Counter:
    """As the service has counted them."""
    counted: Counter = Counter()
    system.api.disconnect()  # which the service has closed by now, after a minute without a request
    for text in system.metrics_texts().values():
        for line in text.splitlines():
            if line.startswith("http_requests_total{"):
                labels, value = line.rsplit(" ", 1)
                counted[labels.split('status="')[1][:3]] += int(float(value))
    return counted
