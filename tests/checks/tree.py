"""The files of the repository as the checks see them."""

import functools
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = {"build", "data", ".git", ".venv", "__pycache__", "node_modules"}


@functools.cache
def files() -> list[Path]:
    """All that git tracks or would track; in a copy without git, all that no build has made."""
    git = subprocess.run(["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                         check=False, capture_output=True, text=True)
    if git.returncode == 0:
        names = [ROOT / name for name in git.stdout.split("\0") if name]
        return sorted(path for path in names if path.is_file())
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in LEFT_OUT]
        found += [Path(folder) / name for name in names]
    return sorted(found)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def sources(*folders: str) -> list[Path]:
    """C++ files below any of the folders."""
    return [path for path in files()
            if path.suffix in (".hpp", ".cpp") and name(path).startswith(tuple(f"{f}/" for f in folders))]


def text(path: Path) -> str | None:
    """The content, or None for a file that is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def shell_scripts() -> list[Path]:
    return [path for path in files()
            if path.suffix == ".sh" or (not path.suffix and (text(path) or "").startswith("#!/usr/bin/env bash"))]


def expect_none(faults: list[str], cure: str) -> None:
    """Fails with one fault a line, without pytest's picture of a list."""
    if faults:
        pytest.fail("\n".join([*faults, f"{len(faults)} in all: {cure}"]), pytrace=False)
