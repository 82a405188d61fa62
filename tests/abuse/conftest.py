"""What the abuse tests share: the harness of tests/e2e, found on the path, and one service for all raw requests."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "e2e"), str(TESTS / "support")]

from contract import Contract  # noqa: E402  (the path above makes it importable)
from harness.standalone import Standalone  # noqa: E402


@pytest.fixture(scope="session")
def contract() -> Contract:
    return Contract()


@pytest.fixture(scope="session")
def standalone(tmp_path_factory: pytest.TempPathFactory, contract: Contract) -> Iterator[Standalone]:
    """Serves. One for all: what a request does to the next one is part of the question."""
    made = Standalone(tmp_path_factory.mktemp("standalone"), contract)
    made.start()
    yield made
    made.print_last_words()
    made.clean_up()
