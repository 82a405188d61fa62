"""What the fault tests share: the harness of tests/e2e, found on the path."""

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


@pytest.fixture
def standalone(tmp_path: Path, contract: Contract) -> Iterator[Standalone]:
    """Not started."""
    made = Standalone(tmp_path, contract)
    yield made
    made.print_last_words()
    made.clean_up()
