"""The three services as tests/e2e has them; beside them a Prometheus with an Alertmanager, or Loki with its collector."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/e2e"), str(ROOT / "tests/checks")]

from contract import Contract  # noqa: E402  (the path above makes it importable)
from harness.servers import Servers  # noqa: E402
from harness.split import Split  # noqa: E402
from log_pipeline import Pipeline  # noqa: E402
from monitoring import Monitoring  # noqa: E402


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    made = Servers(tmp_path_factory.mktemp("servers"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def split(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Split]:
    """Not started."""
    made = Split(tmp_path_factory.mktemp("split"), Contract(), servers)
    yield made
    made.clean_up()


@pytest.fixture(scope="module")
def monitoring(split: Split, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitoring]:
    split.start()
    targets = {name: "{}:{}".format(*split.address_of(name)) for name in split.names}
    made = Monitoring(tmp_path_factory.mktemp("monitoring"), targets)
    yield made
    made.close()


@pytest.fixture(scope="module")
def pipeline(split: Split, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """With the services, which begin yesterday, an hour before the cut-off."""
    made = Pipeline(tmp_path_factory.mktemp("pipeline"))
    made.start()
    split.hear = made.hear
    split.clock.set(f"{datetime.now(UTC).date() - timedelta(days=1)}T11:00:00Z")
    split.start()
    yield made
    split.stop()
    made.stop()
