"""The disk is really full (a small tmpfs) in the middle of the work, and then has room again.

Needs root. tests/e2e/test_standalone_storage.py looks at what a client and an operator see of it.
"""

from pathlib import Path

import pytest
from harness.disk import fill, small_disk
from trial.health import Fault
from trial.trial import Trial

SIZE = 24 << 20
FULL_SECONDS = 1.5


class FullDisk:
    """Full when so many posts are answered; the fault begins when that hinders one: a log that a checkpoint has emptied
    is written over, and needs no room until it comes to its end."""

    def __init__(self, trial: Trial, answers: int):
        self._trial, self._answers = trial, answers
        self._filler = trial.root / "filler"
        self._ended = False

    def begun(self) -> bool:
        if self._trial.workload.answered >= self._answers and not self._filler.exists():
            fill(self._filler)
        return self._trial.promises.errors.get("storage_full", 0) > 0

    def over(self) -> bool:
        return self._ended

    def seconds(self) -> float:
        return FULL_SECONDS

    def disarm(self) -> None:
        self._filler.unlink()
        self._ended = True


class FullDiskTrial(Trial):
    def __init__(self, folder: Path, answers: int):
        super().__init__(folder)
        self.workload.patient = True
        self._full_disk = FullDisk(self, answers)

    def fault(self) -> Fault:
        return self._full_disk


@pytest.mark.parametrize("answers", [1, 100])
def test_a_full_disk_loses_nothing_and_passes(tmp_path: Path, answers: int):
    with small_disk(tmp_path / "root", SIZE):
        outcome = FullDiskTrial(tmp_path, answers).run()
        print(outcome)
    assert outcome.errors.get("storage_full", 0) > 0, "the disk was not full"
    assert outcome.seconds_until_healthy is not None
    assert outcome.second_mails == 0
