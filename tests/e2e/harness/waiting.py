"""Waiting for conditions; never for a time that is hoped to be long enough."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(probe: Callable[[], T], what: str, seconds: float = 20, pause: float = 0.02) -> T:
    """The first true result of `probe`; AssertionError with its last result after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        result = probe()
        if result:
            return result
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}; at last {result!r}"
        time.sleep(pause)
