"""What a scenario may do with the system, in whatever form it runs."""

import json
import ssl
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from contract import Contract

from .client import Answer, Api
from .clock import Clock
from .mails import Mail
from .waiting import wait_until


class System(ABC):
    """Not started when a test gets it. Options stay in force until a later start says otherwise."""

    def __init__(self, folder: Path, contract: Contract):
        self.folder = folder
        self.data_dir = folder / "data"
        self.options: dict[str, str] = {}
        self.clock = Clock(folder / "clock")
        # How the API is spoken to; a test that sets it says TLS_CERT_FILE as well.
        self.tls: ssl.SSLContext | None = None
        self.api = Api(self.address, contract, tls=lambda: self.tls)

    @abstractmethod
    def start(self, **options: str) -> None:
        """Returns once the system can serve. An option that is None is taken back."""

    @abstractmethod
    def stop(self) -> float:
        """In order, as an init system does it; returns how many seconds it took."""

    @abstractmethod
    def kill(self) -> None:
        """All processes at once, without a warning."""

    @abstractmethod
    def address(self) -> tuple[str, int]:
        """Where the API listens."""

    @abstractmethod
    def run(self, *words: str, **options: str) -> subprocess.CompletedProcess[str]:
        """A command of the operator: close, preview, audit …"""

    @abstractmethod
    def mails(self) -> list[Mail]:
        """What stands in the mailboxes, in order of arrival."""

    @abstractmethod
    def log(self) -> list[dict]:
        """Of the processes that run now."""

    @abstractmethod
    def metrics_texts(self) -> dict[str, str]:
        """What /metrics says of each program that runs."""

    @abstractmethod
    def clean_up(self) -> None:
        """Ends what still runs; after a test, however it went."""

    def print_last_words(self, lines: int = 20) -> None:
        """pytest shows what a fixture prints behind a test that failed, and nothing otherwise."""
        entries = [entry for entry in self.log() if entry["message"] != "request"]
        print(*(json.dumps(entry) for entry in entries[-lines:]), sep="\n")

    def restart(self, **options: str) -> None:
        self.stop()
        self.start(**options)

    @property
    def url(self) -> str:
        host, port = self.address()
        return f"{'https' if self.tls else 'http'}://{host}:{port}"

    def wait_for_readiness(self) -> None:
        wait_until(lambda: self.api.get("/readyz").status == 200, "ready")

    def metric(self, beginning: str) -> float:
        """The sum of all series, of all programs, whose name and labels begin so."""
        lines = [line for text in self.metrics_texts().values() for line in text.splitlines()]
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(beginning))

    def report(self, day: str) -> Any:
        answer = self.api.get(f"/reports/{day}")
        assert answer.status == 200, answer
        return answer.json()

    def wait_for_report(self, day: str, state: str = "done", seconds: float = 60) -> Any:
        """Until the report is sealed and its delivery in this state."""
        def probe() -> Any:
            answer: Answer = self.api.get(f"/reports/{day}")
            return answer.status == 200 and answer.json()["delivery"]["state"] == state and answer.json()

        return wait_until(probe, f"report of {day} {state}", seconds)

    def audit(self, *flags: str) -> subprocess.CompletedProcess[str]:
        return self.run("audit", *flags)
