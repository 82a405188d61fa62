"""Runs trials two at a time: most of a trial is waiting."""

import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.smtp import SmtpGate

from .control import Call, Strike
from .trial import Outcome, Trial, words_of

WORKERS = 2


@dataclass(frozen=True)
class Job:
    strike: Strike
    by_smtp: bool = False

    def __str__(self) -> str:
        return words_of(self.strike, self.by_smtp)


class Runner:
    """Each trial has a folder of its own, which stays if it fails. One mail server serves them all."""

    def __init__(self, workers: int = WORKERS):
        self._folder = Path(tempfile.mkdtemp(prefix="fault-"))
        self._pool = ThreadPoolExecutor(workers)
        self._lock = threading.Lock()
        self._gate: SmtpGate | None = None
        self._trials = 0

    def submit(self, job: Job) -> Future[Outcome]:
        return self._pool.submit(self.run, job.strike, job.by_smtp)

    def outcomes(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Future[Outcome]]]:
        """In the order in which they end."""
        waiting = {self.submit(job): job for job in jobs}
        for future in as_completed(waiting):
            yield waiting[future], future

    def run(self, strike: Strike | None, by_smtp: bool) -> Outcome:
        trial = self._make_trial(strike, by_smtp)
        outcome = trial.run()
        trial.remove()
        return outcome

    def log_of_a_quiet_run(self, by_smtp: bool) -> list[Call]:
        """Nothing is struck: the calls that there are to strike."""
        trial = self._make_trial(None, by_smtp)
        trial.run()
        calls = trial.control.log()
        trial.remove()
        return calls

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        if self._gate:
            self._gate.close()
        if not any(self._folder.iterdir()):
            shutil.rmtree(self._folder)

    def _make_trial(self, strike: Strike | None, by_smtp: bool) -> Trial:
        with self._lock:
            self._trials += 1
            # Only a mail server has mails of several trials, told apart by this name.
            folder = self._folder / f"t{self._trials:05}"
            folder.mkdir()
            if by_smtp and self._gate is None:
                self._gate = SmtpGate(self._folder / "smtp")
                self._gate.serve()
        return Trial(folder, self._gate if by_smtp else None, strike)


@contextmanager
def running(workers: int = WORKERS) -> Iterator[Runner]:
    runner = Runner(workers)
    try:
        yield runner
    finally:
        runner.close()
