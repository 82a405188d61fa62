"""The services in copies, as processes that may be gone at any moment, and the servers around them."""

import json
import random
import signal
from pathlib import Path

from harness.client import Answer, Api
from harness.process import Process
from harness.servers import Servers
from harness.smtp import SmtpGate
from harness.split import EMAIL_SENDER, INVOICE_SERVICE, REPORT_GENERATOR, Split
from harness.waiting import wait_until
from trial.trial import Unread

COPIES = {INVOICE_SERVICE: 3, REPORT_GENERATOR: 2, EMAIL_SENDER: 2}
NAMES = tuple(f"{program}#{copy}" for program, copies in COPIES.items() for copy in range(1, copies + 1))
SERVICES = tuple(name for name in NAMES if name.startswith(INVOICE_SERVICE))
RECIPIENTS = ["anna@shop.example", "bert@shop.example"]
START = "2026-03-02T09:00:00Z"


class Fleet(Split):
    """Not started. Servers are durable ones that nobody else uses meanwhile."""

    def __init__(self, folder: Path, servers: Servers, smtp: SmtpGate, names: tuple[str, ...] = NAMES):
        super().__init__(folder, Unread(), servers, names)
        self.services = tuple(name for name in names if name.startswith(INVOICE_SERVICE))
        self.smtp = smtp
        self.sealed: list[int] = []
        self._addresses: dict[int, tuple[str, int]] = {}
        self.clock.set(START)
        self.smtp.serve()
        self.options = {"MAIL_TO": ",".join(RECIPIENTS), "SMTP_URI": smtp.uri}

    def address(self) -> tuple[str, int]:
        return self.address_of(self.services[0])

    def address_of(self, name: str) -> tuple[str, int]:
        # Asked for by every request, and found by reading the log.
        process = self.processes[name]
        if process.pid not in self._addresses:
            self._addresses[process.pid] = super().address_of(name)
        return self._addresses[process.pid]

    def bury(self, name: str) -> None:
        """Keeps what a process that has ended said of its work."""
        self.sealed += sealed_by(self.processes[name])

    def heal(self) -> None:
        """Everything runs, nothing fails."""
        self.servers.heal()
        self.smtp.serve()
        for name, process in self.processes.items():
            if process.running():
                process.signal(signal.SIGCONT)
            else:
                self.launch(name)
        for name in self.processes:
            # A sender takes the mail server for away until a mail has gone out, and the next may be due in minutes.
            wait_until(lambda name=name: set(self.missing(name)) <= {"smtp"}, f"{name} is ready", pause=0.1, seconds=60)

    def ask(self, path: str, source: random.Random, seconds: float = 90) -> list | dict:
        """From whichever copy gives it: some may be away, or have no database."""
        def probe() -> Answer | None:
            api = Api(lambda: self.address_of(source.choice(self.services)), Unread())
            try:
                answer = api.send("GET", path, None, {})
            except (OSError, AssertionError):
                return None
            return answer if answer.status == 200 else None

        return json.loads(wait_until(probe, f"an answer to {path}", seconds, pause=0.1).body)

    def all_sealed(self) -> list[int]:
        """Numbers, as often as somebody said to have sealed them."""
        return self.sealed + [number for process in self.processes.values() for number in sealed_by(process)]


def sealed_by(process: Process) -> list[int]:
    return [json.loads(line)["number"] for line in list(process.lines) if '"report sealed"' in line]
