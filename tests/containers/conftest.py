"""What the tests of images share: the harness of tests/e2e on the path, secrets, containers that are removed again."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine import Container

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "e2e"), str(TESTS / "support")]


@pytest.fixture
def secrets(tmp_path: Path) -> Iterator[Path]:
    """A folder that the program's user can read, with its database's and its broker's address."""
    folder = Path("/var/tmp") / f"secrets-{tmp_path.parent.name}-{tmp_path.name}"
    folder.mkdir(mode=0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def containers() -> Iterator[list[Container]]:
    """Those that a test starts; removed afterwards, their words shown."""
    started: list[Container] = []
    yield started
    for container in started:
        print(f"--- {container.name}\n{container.logs()}")
        container.remove()
