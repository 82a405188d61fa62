"""Steers the preloaded library (memory_interposer.cpp) through memory that it shares."""

import mmap
import os
import struct
from pathlib import Path

LIBRARY = Path(os.environ.get("MEMORY_LIBRARY",
                              Path(__file__).resolve().parents[2] / "build/dev/lib/libmemory_interposer.so"))
BLOCK = struct.Struct("<6Q")
CALLS, FIRST, LAST, HITS, THREAD, THREADS = range(6)
FOR_EVER = 1 << 62


class MemoryControl:
    """Which allocations of one process fail. Nothing fails until arm()."""

    def __init__(self, file: Path):
        assert LIBRARY.exists(), f"{LIBRARY} is not built: scripts/build dev memory_interposer"
        self.file = file
        file.write_bytes(bytes(BLOCK.size))
        with open(file, "r+b") as opened:
            self._memory = mmap.mmap(opened.fileno(), BLOCK.size)

    def environment(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(LIBRARY), "MEMORY_CONTROL": str(self.file)}

    def arm(self, ahead: int, lasting: bool, thread: int = 0) -> None:
        """The call that comes `ahead` calls from now fails, and with `lasting` all behind it; of one thread or any."""
        self._write(THREAD, thread)
        first = self.calls() + ahead
        self._write(LAST, FOR_EVER if lasting else first)
        self._write(FIRST, first)

    def disarm(self) -> None:
        self._write(FIRST, 0)

    def calls(self) -> int:
        return self._read(CALLS)

    def hits(self) -> int:
        return self._read(HITS)

    def threads(self) -> int:
        """How many have allocated so far."""
        return self._read(THREADS)

    def _read(self, word: int) -> int:
        return struct.unpack_from("<Q", self._memory, word * 8)[0]

    def _write(self, word: int, value: int) -> None:
        struct.pack_into("<Q", self._memory, word * 8, value)
