"""The systems under test. A scenario takes `system` and names no form; a test of one form takes that form."""

from collections.abc import Iterator

import pytest
from contract import Contract
from harness.smtp import SmtpGate
from harness.standalone import Standalone
from harness.system import System

FORMS = {"standalone": Standalone}


@pytest.fixture(scope="session")
def contract() -> Contract:
    return Contract()


@pytest.fixture(params=FORMS)
def system(request: pytest.FixtureRequest, tmp_path, contract: Contract) -> Iterator[System]:
    """Not started."""
    made = FORMS[request.param](tmp_path, contract)
    yield made
    made.clean_up()


@pytest.fixture
def standalone(tmp_path, contract: Contract) -> Iterator[Standalone]:
    """Not started."""
    made = Standalone(tmp_path, contract)
    yield made
    made.clean_up()


@pytest.fixture
def smtp(tmp_path) -> Iterator[SmtpGate]:
    """A mail server that is down until serve()."""
    gate = SmtpGate(tmp_path / "smtp")
    yield gate
    gate.close()
