"""Looking at something again and again while a test goes on."""

import threading
from collections.abc import Callable


class Sampling:
    """Calls `look` every so many seconds, on a thread of its own, for as long as the context lasts."""

    def __init__(self, look: Callable[[], None], every_seconds: float):
        self._look, self._seconds = look, every_seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Sampling":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            self._look()
