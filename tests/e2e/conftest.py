"""The systems under test. A scenario takes `system` and names no form; a test of one form takes that form."""

from collections.abc import Iterator

import pytest
from contract import Contract
from harness.forms import FORMS, make_system
from harness.servers import Servers
from harness.smtp import SmtpGate
from harness.split import Split
from harness.standalone import Standalone
from harness.system import System


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Database and broker, each started when somebody asks for it."""
    made = Servers(tmp_path_factory.mktemp("servers"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def contract() -> Contract:
    return Contract()


@pytest.fixture(params=FORMS)
def system(request: pytest.FixtureRequest, tmp_path, contract: Contract, servers: Servers) -> Iterator[System]:
    """Not started."""
    made = make_system(request.param, tmp_path, contract, servers)
    yield made
    made.print_last_words()
    made.clean_up()


@pytest.fixture
def standalone(tmp_path, contract: Contract) -> Iterator[Standalone]:
    """Not started."""
    made = Standalone(tmp_path, contract)
    yield made
    made.print_last_words()
    made.clean_up()


@pytest.fixture
def split(tmp_path, contract: Contract, servers: Servers) -> Iterator[Split]:
    """Not started."""
    made = Split(tmp_path, contract, servers)
    yield made
    made.print_last_words()
    made.clean_up()


@pytest.fixture
def smtp(tmp_path) -> Iterator[SmtpGate]:
    """A mail server that is down until serve()."""
    gate = SmtpGate(tmp_path / "smtp")
    yield gate
    gate.close()
