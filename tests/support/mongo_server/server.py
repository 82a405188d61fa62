"""Starts the MongoDB test server that ./build has made, on a port of its own, and ends it again."""

import os
import signal
import subprocess
from pathlib import Path
from types import TracebackType

FOLDER = Path(__file__).resolve().parents[3] / "build/mongo-server"
USER = "tester"
# How the C++ tests know that a given URI is that of our test server.
PASSWORD = "s3cret-of-the-test"


class MongoServer:
    """`file` None keeps all in memory. `clock_file` holds the seconds that its clock is ahead (+3600), now and later.
    The server also ends by itself when this process does."""

    def __init__(self, file: Path | None = None, port: int = 0, tls: bool = False,
                 clock_file: Path | None = None) -> None:
        self.environment = os.environ | ({"CLOCK_FILE": str(clock_file)} if clock_file else {})
        self.arguments = [str(file) if file else "-", USER, PASSWORD]
        if tls:
            self.arguments += [str(FOLDER / "tls/certificate.pem"), str(FOLDER / "tls/key.pem")]
        self.port = port
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> "MongoServer":
        """Returns once it takes connections; a second start uses the same port."""
        command = [str(FOLDER / "start"), "127.0.0.1", str(self.port), *self.arguments]
        self.process = subprocess.Popen(command, env=self.environment, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.startswith("listening "):
            raise RuntimeError(f"the MongoDB test server does not start: {line!r}")
        self.port = int(line.split()[1])
        return self

    def uri(self, database: str = "", options: str = "") -> str:
        tail = f"&{options}" if options else ""
        return f"mongodb://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}?authSource=admin{tail}"

    def kill(self) -> None:
        """At once, as a machine without power; any number of times."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()
        self.process = None

    def freeze(self) -> None:
        """Its connections stay open, and nobody answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)

    def __enter__(self) -> "MongoServer":
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.kill()
