"""The two sides of the interop tests: a real NestJS from npm, and the program of ours that is under test."""

import itertools
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path += [str(TESTS / "e2e"), str(TESTS / "support"), str(TESTS / "rabbitmq")]

from nest import Nest  # noqa: E402  (the path above makes it importable)
from ours import OURS, Ours  # noqa: E402
from rabbit_broker import Broker  # noqa: E402

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def nest() -> Nest:
    """Version 10 runs on the Node of Debian 12; nestjs/all runs the tests with 11, too."""
    return Nest.install(int(os.environ.get("NESTJS", "10")))


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    made = Broker(tmp_path_factory.mktemp("broker"))
    made.start()
    yield made
    made.remove()


@pytest.fixture
def queue() -> str:
    return f"daily_sales_report.{next(_numbers)}"


@pytest.fixture(params=OURS)
def ours(request: pytest.FixtureRequest, broker: Broker, queue: str) -> Iterator[Callable[..., Ours]]:
    """Starts ours on the test's queue; `quorum=True` for replicated queues."""
    made: list[Ours] = []

    def start(quorum: bool = False) -> Ours:
        made.append(OURS[request.param](broker.uri, queue, quorum))
        return made[-1]

    yield start
    for each in made:
        each.close()
