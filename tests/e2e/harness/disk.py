"""A small file system of its own, to fill up."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PIECE = b"\0" * 65536


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[None]:
    """`folder` is one, of so many bytes, until the end; whatever uses it has to have ended by then. Skips the test
    where nothing can be mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False,
                             capture_output=True)
    if mounted.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def fill(file: Path) -> None:
    """Until not a byte more fits."""
    with open(file, "wb", buffering=0) as filler:
        for piece in (PIECE, b"\0"):
            try:
                while os.write(filler.fileno(), piece):
                    pass
            except OSError:
                pass
