"""The system as three services on one database and one broker."""

import json
import secrets
import subprocess
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from contract import Contract

from .client import connect
from .mails import Mail, read_folder
from .process import Process, run
from .servers import Servers
from .system import System
from .waiting import wait_until

INVOICE_SERVICE, REPORT_GENERATOR, EMAIL_SENDER = PROGRAMS = ("invoice-service", "report-generator", "email-sender")
# What the operator says to the standalone, and to whom in this form.
COMMANDS = {"close": REPORT_GENERATOR, "preview": REPORT_GENERATOR, "audit": REPORT_GENERATOR,
            "keys": INVOICE_SERVICE, "health": INVOICE_SERVICE, "dead": EMAIL_SENDER, "send-test": EMAIL_SENDER}
OTHER_WORDS = {"--mail": "--publish"}


class Split(System):
    """The services, with a database and a queue of their own on servers that tests share. `names` are the processes:
    a program, or a further copy of one as "email-sender#2"."""

    def __init__(self, folder: Path, contract: Contract, servers: Servers, names: tuple[str, ...] = PROGRAMS):
        super().__init__(folder, contract)
        self.names = names
        name = secrets.token_hex(8)
        self.servers, self.database, self.queue = servers, f"test_{name}", f"test_{name}"
        self.clock = servers.clock
        self.clock.reset()
        self.processes: dict[str, Process] = {}
        # Who gets every line of a process with its name.
        self.hear: Callable[[str, str], None] = lambda name, line: None

    def environment(self, **options: str) -> dict[str, str]:
        defaults = {"HTTP_ADDRESS": "127.0.0.1:0", "DATA_DIR": str(self.data_dir), "REPORT_QUEUE": self.queue,
                    "MONGO_URI": self.servers.mongo_uri(self.database), "RABBITMQ_URI": self.servers.rabbitmq_uri}
        given = {name: value for name, value in (self.options | options).items() if value is not None}
        return defaults | given | self.clock.environment()

    def environment_of(self, name: str) -> dict[str, str]:
        """Of one process; commands get environment()."""
        return self.environment()

    def start(self, **options: str) -> None:
        self.launch(**options)
        self.wait_until_ready()

    def launch(self, *names: str, **options: str) -> None:
        """Without waiting for anything; all of them unless some are named."""
        self.options |= options
        for name in names or self.names:
            assert name not in self.processes or not self.processes[name].running(), f"{name} runs already"
            program = name.split("#")[0]
            environment = self.environment_of(name)
            if program != INVOICE_SERVICE:
                environment.setdefault("OPS_ADDRESS", "127.0.0.1:0")
            self.processes[name] = Process(program, (), environment, hear=partial(self.hear, name))

    def wait_until_ready(self, *names: str) -> None:
        for name in names or self.names:
            wait_until(lambda name=name: self.missing(name) == [], f"{name} is ready", pause=0.01, seconds=40)

    def stop(self) -> float:
        seconds: list[float] = []
        threads = [threading.Thread(target=lambda each=each: seconds.append(each.stop()))
                   for each in self.processes.values() if each.running()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(seconds) == len(threads), "one did not end in order"
        return max(seconds)

    def kill(self) -> None:
        for process in self.processes.values():
            process.kill()

    def address(self) -> tuple[str, int]:
        return self.address_of(INVOICE_SERVICE)

    def address_of(self, name: str) -> tuple[str, int]:
        """Where a service answers for its health, and invoice-service for the API too."""
        host, port = self.processes[name].wait_for_log("listening")["address"].rsplit(":", 1)
        return host, int(port)

    def run(self, *words: str, **options: str) -> subprocess.CompletedProcess[str]:
        return run(COMMANDS[words[0]], *(OTHER_WORDS.get(word, word) for word in words), **self.environment(**options))

    def mails(self) -> list[Mail]:
        return read_folder(self.data_dir / "mail")

    def log(self) -> list[dict]:
        return [entry for process in self.processes.values() for entry in process.log()]

    def metrics_texts(self) -> dict[str, str]:
        return {name: self.get(name, "/metrics") for name in self.processes}

    def missing(self, name: str) -> list[str]:
        """What its readiness says is missing."""
        return [what["name"] for what in json.loads(self.get(name, "/readyz"))["missing"]]

    def get(self, name: str, path: str) -> str:
        """Of the address for health and metrics, whatever the status."""
        tls = self.tls if name.split("#")[0] == INVOICE_SERVICE else None
        connection = connect(self.address_of(name), tls, seconds=20)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def clean_up(self) -> None:
        for process in self.processes.values():
            if process.running():
                process.kill()
