"""One broker for all tests here; each works on queues of its own and leaves the broker serving."""

import itertools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path += [str(TESTS / "e2e"), str(TESTS / "support")]

from driver import Driver  # noqa: E402  (the path above makes it importable)
from rabbit_broker import Broker, BrokerOptions, Certificates  # noqa: E402

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Iterator[Broker]:
    made = Broker(tmp_path_factory.mktemp("broker"),
                  BrokerOptions(certificates=certificates, lines=["max_message_size = 10000000"]))
    made.start()
    yield made
    made.remove()


@pytest.fixture
def queue() -> str:
    return f"reports.{next(_numbers)}"


@pytest.fixture
def driver(broker: Broker, queue: str) -> Iterator[Callable[..., Driver]]:
    """Makes drivers on the test's queue, with a heartbeat of a second."""
    made: list[Driver] = []

    def make(uri: str = "", **options) -> Driver:
        made.append(Driver(uri or broker.uri + "?heartbeat=1", queue, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()
