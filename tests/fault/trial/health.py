"""Watches a program through a fault: ends one that lasts for a time, and sees it healthy again soon after."""

import contextlib
import http.client
import threading
import time
from collections.abc import Callable
from typing import Protocol

from harness.client import Api

from .promises import Promises

HEALTHY_WITHIN_SECONDS = 5
PAUSE_SECONDS = 0.01


class Fault(Protocol):
    """What is watched: the control block, or a disk that is really full."""

    def begun(self) -> bool: ...

    def over(self) -> bool: ...

    def seconds(self) -> float:
        """After that long it is to be ended; 0: it ends by itself."""

    def disarm(self) -> None: ...


class HealthWatch:
    """`serving` tells whether the program is there to be asked; it may end and start while the fault lasts."""

    def __init__(self, fault: Fault, api: Api, promises: Promises, serving: Callable[[], bool]):
        self._fault, self._api, self._promises, self._serving = fault, api, promises, serving
        self._work_done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        # From the end of the fault until /readyz said 200; None where the program was not asked in time.
        self.seconds: float | None = None

    def __enter__(self) -> "HealthWatch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._work_done.set()
        self._thread.join()

    def _watch(self) -> None:
        if not self._wait(self._fault.begun):
            return
        seconds = self._fault.seconds()
        if seconds:
            self._work_done.wait(seconds)
            self._fault.disarm()
        elif not self._wait(self._fault.over):
            return
        end = time.monotonic()
        if self._wait(lambda: self._is_healthy() or time.monotonic() > end + HEALTHY_WITHIN_SECONDS):
            self.seconds = time.monotonic() - end
            self._promises.expect(self.seconds <= HEALTHY_WITHIN_SECONDS,
                                  f"not healthy {self.seconds:.1f} s after the end of the fault")

    def _is_healthy(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self._serving() and self._api.send("GET", "/readyz", None, {}).status == 200
        return False

    def _wait(self, condition: Callable[[], bool]) -> bool:
        """False when the work is done before it comes true."""
        while not self._work_done.is_set():
            if condition():
                return True
            time.sleep(PAUSE_SECONDS)
        return False
