"""A database and a broker for all tests of a session; each starts when somebody first asks for it."""

import subprocess
import sys
from pathlib import Path

from .clock import Clock

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/support"))

from mongo_server.server import MongoServer  # noqa: E402  (the path above makes it importable)
from rabbit_broker import Broker  # noqa: E402


class Servers:
    """Shared: a test has a database and a queue of its own. Their clock is that of the test that runs."""

    def __init__(self, folder: Path):
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.clock = Clock(folder / "clock")
        self.clock.reset()
        self._mongo: MongoServer | None = None
        self._broker: Broker | None = None

    def mongo_uri(self, database: str) -> str:
        if not self._mongo:
            self._mongo = self.new_mongo().start()
        return self._mongo.uri(database)

    def new_mongo(self, file: Path | None = None) -> MongoServer:
        """One of a test's own, not started, on the same clock."""
        subprocess.run([ROOT / "tests/support/mongo_server/build"], check=True)
        return MongoServer(file, clock_file=self.clock.file)

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
            self._mongo.kill()
        if self._broker:
            self._broker.remove()
