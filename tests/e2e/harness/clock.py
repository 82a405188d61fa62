"""A clock for the processes of one system that a test can set while they run (libfaketime)."""

import functools
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

# The one for threads: in the other one a thread that reads the file shows the others the real time, once in thousands.
LIBRARY = "libfaketimeMT.so.1"
TIMERS = Path(__file__).resolve().parents[2] / "support/faketime/build"
SECOND = timedelta(seconds=1)


@functools.cache
def preloaded() -> str:
    timers = subprocess.run([TIMERS], check=True, capture_output=True, text=True).stdout.strip()
    return f"{timers} {next(Path('/usr/lib').glob(f'*/faketime/{LIBRARY}'))}"


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def text_of(when: datetime) -> str:
    """As the API writes instants."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03}Z"


class Clock:
    """Real until it is set; then it runs on from there, whatever process looks at it, at the usual speed."""

    def __init__(self, file: Path):
        self.file = file
        self._offset: int | None = None

    def reset(self) -> None:
        """Real again."""
        self._write(0)
        self._offset = None

    def set(self, when: str | datetime) -> None:
        wanted = instant(when) if isinstance(when, str) else when
        # Rounded up: a clock set to the cut-off has passed it.
        self._write(int(wanted.timestamp() - time.time()) + 1)

    def advance(self, **duration: float) -> None:
        assert self._offset is not None, "set the clock before the start"
        self._write(self._offset + int(timedelta(**duration).total_seconds()))

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._offset or 0)

    def environment(self) -> dict[str, str]:
        if self._offset is None:
            return {}
        return {"LD_PRELOAD": preloaded(), "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_DISABLE_SHM": "1", "NO_FAKE_STAT": "1"}

    def _write(self, offset: int) -> None:
        self._offset = offset
        # An offset, not a time: it means the same to a process that starts later.
        partial = self.file.with_suffix(".partial")
        partial.write_text(f"{offset:+d}\n")
        partial.rename(self.file)
