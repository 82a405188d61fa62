"""One running program of ours: its log as it is written, its signals, its memory."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from .waiting import wait_until

BIN = Path(os.environ.get("INVOICING_BIN", Path(__file__).resolve().parents[3] / "build/release/bin"))
START_SECONDS = 20
STOP_SECONDS = 10


def environment(options: dict[str, str]) -> dict[str, str]:
    """Only what a test says: an option that stands in the developer's shell must not change a result."""
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "TZ": "UTC", "LANG": "C.UTF-8"} | options


def run(program: str, *words: str, seconds: float = 60, **options: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run([BIN / program, *words], env=environment(options), timeout=seconds, check=False,
                          capture_output=True, text=True)


class Process:
    def __init__(self, program: str, words: tuple[str, ...], options: dict[str, str],
                 hear: Callable[[str], None] = lambda line: None, **popen):
        """`hear` gets every line as it is written."""
        self.lines: list[str] = []
        self._reading = threading.Event()
        self._reading.set()
        self._hear = hear
        self._process = subprocess.Popen([BIN / program, *words], env=environment(options), stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, text=True, **popen)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def running(self) -> bool:
        return self._process.poll() is None

    def log(self) -> list[dict]:
        """Every line that the program has written; each has to be JSON."""
        return [json.loads(line) for line in list(self.lines)]

    def wait_for_log(self, message: str, seconds: float = START_SECONDS) -> dict:
        def find() -> dict | None:
            found = next((entry for entry in self.log() if entry["message"] == message), None)
            assert found or self.running(), f"ended with {self._process.returncode}: {self.errors()}"
            return found

        return wait_until(find, f"log line {message!r}", seconds)

    def errors(self) -> str:
        """What it wrote to stderr; of a process that has ended."""
        return self._process.stderr.read() if self._process.stderr else ""

    def pause_reading(self) -> None:
        """From now on nobody takes what it writes."""
        self._reading.clear()

    def go_on_reading(self) -> None:
        self._reading.set()

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        code = self._process.wait(seconds)
        self._reader.join(seconds)
        return code

    def stop(self) -> float:
        """SIGTERM; asserts an orderly end in time and returns how long it took."""
        begin = time.monotonic()
        self.signal(signal.SIGTERM)
        code = self.wait()
        assert code == 0, f"exit code {code} after SIGTERM: {self.errors()}"
        return time.monotonic() - begin

    def kill(self) -> None:
        self._process.kill()
        self.wait()
        # What the MongoDB driver leaves of a killed process; the next one with this number would complain of it.
        Path(f"/dev/shm/mongoc-{self.pid}").unlink(missing_ok=True)

    def anonymous_kilobytes(self) -> int:
        """Memory of its own: without the pages of files, which the system takes back."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1])
        raise AssertionError("no RssAnon")

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._reading.wait()
            self.lines.append(line)
            self._hear(line)
