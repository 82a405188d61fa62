"""A database and a broker for all tests of a session; each starts when somebody first asks for it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymongo

from .clock import Clock

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/support"))

from mongo_server.server import MongoServer  # noqa: E402  (the path above makes it importable)
from rabbit_broker import Broker  # noqa: E402


class Servers:
    """A test has a database and a queue of its own. The database's clock is that of the test that runs."""

    def __init__(self, folder: Path, durable: bool = False):
        """`durable`: what the database holds outlives its end."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._durable = folder, durable
        self.clock = Clock(folder / "clock")
        self.clock.reset()
        # A file of its own, so that the database's clock alone can be set wrong.
        self._mongo_clock = folder / "mongo-clock"
        self._mongo_clock.symlink_to(self.clock.file)
        self._mongo: MongoServer | None = None
        self._broker: Broker | None = None

    def mongo_uri(self, database: str) -> str:
        return self.mongo.uri(database)

    @property
    def mongo(self) -> MongoServer:
        if not self._mongo:
            subprocess.run([ROOT / "tests/support/mongo_server/build"], check=True)
            file = self._folder / "mongo" if self._durable else None
            self._mongo = MongoServer(file, clock_file=self._mongo_clock).start()
        return self._mongo

    @property
    def rabbitmq_uri(self) -> str:
        return self.broker.uri

    @property
    def broker(self) -> Broker:
        if not self._broker:
            self._broker = Broker(self._folder / "rabbitmq")
            self._broker.start()
        return self._broker

    @contextmanager
    def mongo_behind(self, hours: int) -> Iterator[None]:
        """The database's clock is wrong; meanwhile that of the programs may be set."""
        wrong = self._folder / "wrong-clock"
        wrong.write_text(f"{int(self.clock.file.read_text()) - hours * 3600:+d}\n")
        self._point_mongo_at(wrong)
        try:
            yield
        finally:
            self._point_mongo_at(self.clock.file)

    def fail_next(self, commands: list[str], how: dict, times: int = 1) -> None:
        """The fail point of the database: so many of these commands, whoever sends them, go wrong. `how` is
        {"loseAnswer": True}, {"writeConcernError": {…}} or {"errorCode": n}."""
        with pymongo.MongoClient(self.mongo.uri(), serverSelectionTimeoutMS=20_000) as client:
            client.admin.command({"configureFailPoint": "failCommand", "mode": {"times": times},
                                  "data": {"failCommands": commands, **how}})

    def heal(self) -> None:
        """What a test has ended or frozen runs again."""
        if self._broker:
            self._broker.thaw()
            if not self._broker.running():
                self._broker.start()
        if self._mongo:
            self._mongo.thaw()
            if not self._mongo.process:
                self._mongo.start()
            self.fail_next([], {}, times=0)

    def close(self) -> None:
        if self._mongo:
            self._mongo.kill()
        if self._broker:
            self._broker.remove()

    def _point_mongo_at(self, file: Path) -> None:
        partial = self._folder / "mongo-clock.partial"
        partial.symlink_to(file)
        partial.rename(self._mongo_clock)
