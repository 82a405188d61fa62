"""A database and a broker for all tests of a session; each starts when somebody first asks for it."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

from .clock import Clock

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/support"))

from rabbit_broker import Broker  # noqa: E402  (the path above makes it importable)

MONGO_SERVER = ROOT / "tests/support/mongo_server/build"
MONGO_START = ROOT / "build/mongo-server/start"


class MongoServer:
    """The server of tests/support/mongo_server, keeping all in a file; the port stays when it is started anew."""

    def __init__(self, folder: Path, clock: Clock | None = None):
        subprocess.run([MONGO_SERVER], check=True)
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "store"
        self._environment = os.environ | (clock.environment(always=True) if clock else {})
        self._password = secrets.token_urlsafe(12)
        self._port = 0
        self.process: subprocess.Popen | None = None

    def uri(self, database: str) -> str:
        return f"mongodb://tester:{self._password}@127.0.0.1:{self._port}/{database}?authSource=admin"

    def start(self) -> "MongoServer":
        self.process = subprocess.Popen(
            [MONGO_START, "127.0.0.1", str(self._port), self._file, "tester", self._password],
            env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        word, _, port = self.process.stdout.readline().strip().partition(" ")
        assert word == "listening", "the MongoDB test server does not start"
        self._port = int(port)
        return self

    def stop(self) -> None:
        """At once, as kill -9 does it; what was acknowledged stands in the file."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None


class Servers:
    """Shared: a test has a database and a queue of its own. Their clock is that of the test that runs."""

    def __init__(self, folder: Path):
        self._folder = folder
        self.clock = Clock(folder / "clock")
        self.clock.reset()
        self._mongo: MongoServer | None = None
        self._broker: Broker | None = None

    def mongo_uri(self, database: str) -> str:
        if not self._mongo:
            self._mongo = MongoServer(self._folder / "mongo", self.clock).start()
        return self._mongo.uri(database)

    @property
    def rabbitmq_uri(self) -> str:
        return self.broker.uri

    @property
    def broker(self) -> Broker:
        if not self._broker:
            self._broker = Broker(self._folder / "rabbitmq")
            self._broker.start()
        return self._broker

    def close(self) -> None:
        if self._mongo:
            self._mongo.stop()
        if self._broker:
            self._broker.remove()
