"""The system as one process."""

import subprocess

from .process import Process, run
from .mails import Mail, read_folder
from .system import System

PROGRAM = "invoice-standalone"


class Standalone(System):
    process: Process | None = None
    popen: dict = {}
    words: tuple[str, ...] = ()

    def environment(self, **options: str) -> dict[str, str]:
        defaults = {"HTTP_ADDRESS": "127.0.0.1:0", "DATA_DIR": str(self.data_dir)}
        given = {name: value for name, value in (self.options | options).items() if value is not None}
        return defaults | given | self.clock.environment()

    def start(self, **options: str) -> None:
        self.launch(**options)
        self.wait_until_ready()

    def launch(self, **options: str) -> None:
        """Without waiting for anything."""
        assert self.process is None or not self.process.running(), "it runs already"
        self.options |= options
        self.process = Process(PROGRAM, self.words, self.environment(), **self.popen)

    def wait_until_ready(self) -> None:
        host, port = self.process.wait_for_log("listening")["address"].rsplit(":", 1)
        self._address = (host, int(port))
        # It may be where the one before was, whose connection is dead.
        self.api.disconnect()
        self.wait_for_readiness()

    def stop(self) -> float:
        return self.process.stop()

    def kill(self) -> None:
        self.process.kill()

    def address(self) -> tuple[str, int]:
        return self._address

    def run(self, *words: str, **options: str) -> subprocess.CompletedProcess[str]:
        return run(PROGRAM, *words, **self.environment(**options))

    def mails(self) -> list[Mail]:
        return read_folder(self.data_dir / "mail")

    def log(self) -> list[dict]:
        return self.process.log() if self.process else []

    def metrics_texts(self) -> dict[str, str]:
        return {PROGRAM: self.api.get("/metrics").body.decode()}

    def clean_up(self) -> None:
        if self.process and self.process.running():
            self.process.kill()
