"""Steers the preloaded library (../interposer.cpp) through memory that it shares, and reads its log of calls."""

import errno
import mmap
import os
import struct
from dataclasses import dataclass
from pathlib import Path

from harness.clock import Clock

LIBRARY = Path(os.environ.get("FAULT_LIBRARY", Path(__file__).resolve().parents[3] / "build/dev/lib/libfault_interposer.so"))
NOTHING, KILL, FAIL, CUT_SHORT, CUT_SHORT_THEN_FAIL = range(5)
BLOCK = struct.Struct("<8Qq16s48s16i")
CALLS, MATCHED, ACTION, FIRST, LAST, ERROR, LOSS, HITS, CLOCK = range(9)
PIDS = 16
NOTHING_LOST, PART_OF_A_WRITE, SOME_UNSYNCED, ALL_UNSYNCED, EVERYTHING = range(5)
FOR_EVER = 1 << 62


@dataclass(frozen=True)
class Point:
    """A call: the n-th of all threads and processes together, or the n-th of one kind on one place."""

    number: int
    kind: str = ""
    place: str = ""

    def __str__(self) -> str:
        return f"{self.number}:{self.kind}:{self.place}" if self.kind else str(self.number)

    @staticmethod
    def parse(text: str) -> "Point":
        number, kind, place = (text + "::").split(":")[:3]
        return Point(int(number), kind, place)


# What a kill takes with it, by whether the point's number is odd.
LOSSES = {"kill": (NOTHING_LOST, PART_OF_A_WRITE), "power": (ALL_UNSYNCED, SOME_UNSYNCED),
          "power+lies": (EVERYTHING, EVERYTHING)}
ACTIONS = {"kill": KILL, "power": KILL, "power+lies": KILL, "short": CUT_SHORT, "short+EIO": CUT_SHORT_THEN_FAIL, "short+ENOSPC": CUT_SHORT_THEN_FAIL,
           "EIO": FAIL, "ENOSPC": FAIL}


@dataclass(frozen=True)
class Strike:
    """What happens from a point on: `kill`; `power`, a kill with which all that is not synced disappears, or some of
    it (`power+lies`: synced or not, as on a disk that lies); `EIO:1` (so many calls fail), or `short+ENOSPC:1500ms` (so long)."""

    point: Point
    fault: str = "kill"

    @property
    def action(self) -> int:
        return ACTIONS[self._what]

    @property
    def error(self) -> int:
        return errno.ENOSPC if self._what.endswith("ENOSPC") else errno.EIO

    @property
    def count(self) -> int:
        return int(self._extent) if self._extent.isdigit() else FOR_EVER

    @property
    def seconds(self) -> float:
        """0: it is over after so many calls."""
        return int(self._extent.removesuffix("ms")) / 1000 if self._extent.endswith("ms") else 0

    @property
    def loss(self) -> int:
        return LOSSES.get(self._what, LOSSES["kill"])[self.point.number % 2]

    @property
    def _what(self) -> str:
        return self.fault.split(":")[0]

    @property
    def _extent(self) -> str:
        return self.fault.partition(":")[2] or "1"


@dataclass(frozen=True)
class Call:
    """A line of the log."""

    number: int
    pid: int
    tid: int
    kind: str
    bytes: int
    verdict: str
    path: str

    @property
    def place(self) -> str:
        """Where, without what differs from run to run."""
        return "/data/mail/.writing-" if self.path.startswith("/data/mail/.writing-") else self.path

    @property
    def actor(self) -> str:
        """Which thread it was, told by what it writes: threads have no names of their own."""
        if self.path.startswith("/backup"):
            return "backup command"
        if self.tid == self.pid:
            return "main"
        if self.path.startswith("/data/mail"):
            return "mail"
        return "reader" if self.path.endswith("-shm") else "writer"


class Control:
    """Of all programs that are started with environment()."""

    strike: Strike | None = None

    def __init__(self, folder: Path, watched: Path):
        assert LIBRARY.exists(), f"{LIBRARY} is not built: scripts/build dev fault_interposer"
        self._file, self._log, self._watched = folder / "control", folder / "calls.log", watched
        self._file.write_bytes(bytes(BLOCK.size))
        with open(self._file, "r+b") as file:
            self._block = mmap.mmap(file.fileno(), BLOCK.size)

    def environment(self, counted: bool) -> dict[str, str]:
        """Not counted: only the clock is steered."""
        return {"LD_PRELOAD": str(LIBRARY), "FAULT_FOLDER": str(self._watched if counted else "/nothing"),
                "FAULT_CONTROL": str(self._file), "FAULT_LOG": str(self._log)}

    def arm(self, strike: Strike) -> None:
        """Before the programs start."""
        point = strike.point
        self.strike = strike
        BLOCK.pack_into(self._block, 0, 0, 0, strike.action, point.number, point.number + strike.count - 1,
                        strike.error, strike.loss, 0, self._get(CLOCK, "<q"), point.kind.encode(), point.place.encode(), *[0] * PIDS)

    def disarm(self) -> None:
        self._set(ACTION, NOTHING)

    def begun(self) -> bool:
        return self.hits() > 0

    def seconds(self) -> float:
        return self.strike.seconds if self.strike else 0

    def over(self) -> bool:
        return self.strike is None or self.hits() >= self.strike.count or self._get(ACTION) == NOTHING

    def calls(self) -> int:
        return self._get(CALLS)

    def hits(self) -> int:
        return self._get(HITS)

    def log(self) -> list[Call]:
        if not self._log.exists():
            return []
        found = []
        for line in self._log.read_text().splitlines():
            number, pid, tid, kind, size, verdict, path = line.split(" ", 6)
            found.append(Call(int(number), int(pid), int(tid), kind, int(size), verdict, path))
        return found

    def struck(self) -> list[Call]:
        return [call for call in self.log() if call.verdict != "-"]

    def close(self) -> None:
        self._block.close()

    def set_clock(self, offset_seconds: int) -> None:
        struct.pack_into("<q", self._block, CLOCK * 8, offset_seconds)

    def _get(self, word: int, form: str = "<Q") -> int:
        return struct.unpack_from(form, self._block, word * 8)[0]

    def _set(self, word: int, value: int) -> None:
        struct.pack_into("<Q", self._block, word * 8, value)


class SteeredClock(Clock):
    """The wall clock of all programs under a control block. Without libfaketime, which opens a file at each look and
    was seen to show the real time for once."""

    def __init__(self, control: Control):
        self._control = control
        self._offset: int | None = None

    def environment(self) -> dict[str, str]:
        return {}

    def _write(self, offset: int) -> None:
        self._offset = offset
        self._control.set_clock(offset)
