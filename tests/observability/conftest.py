"""The three services as tests/e2e has them, and a Prometheus with an Alertmanager beside them."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/e2e"), str(ROOT / "tests/checks")]

from contract import Contract  # noqa: E402  (the path above makes it importable)
from harness.servers import Servers  # noqa: E402
from harness.split import Split  # noqa: E402
from monitoring import Monitoring  # noqa: E402


@pytest.fixture(scope="session")
def split(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Split]:
    servers = Servers(tmp_path_factory.mktemp("servers"))
    made = Split(tmp_path_factory.mktemp("split"), Contract(), servers)
    made.start()
    yield made
    made.clean_up()
    servers.close()


@pytest.fixture(scope="session")
def monitoring(split: Split, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitoring]:
    targets = {name: "{}:{}".format(*split.address_of(name)) for name in split.names}
    made = Monitoring(tmp_path_factory.mktemp("monitoring"), targets)
    yield made
    made.close()
