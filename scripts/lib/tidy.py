"""clang-tidy over src/, with the verdict of a file remembered until something it is made of changes.

The key of a file is the content of everything the compiler read for it (ninja knows that from the dev build),
its command, the configuration and the version of clang-tidy. Only clean verdicts are kept, outside the checkout,
so that a fresh clone with a warm cache is quick too.
"""

import concurrent.futures
import functools
import hashlib
import json
import os
import shlex
import subprocess
import time
from pathlib import Path
from typing import Callable

from results import Tally

PROGRAM = "clang-tidy-19"
KEPT_DAYS = 30


def run_tidy(root: Path, build: Path, pattern: str, say: Callable[[str], None]) -> Tally:
    """One passed case when every file is clean, one failed case for each file that is not."""
    units = {name: unit for name, unit in _units(root, build).items() if pattern in name}
    if not units:
        return Tally()
    cache = _cache_folder()
    keys = _keys(root, build, units)
    stale = [name for name in units if not (cache / keys[name]).exists()]
    for name in units:
        if name not in stale:
            os.utime(cache / keys[name])
    tally = Tally()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        checks = {pool.submit(_check, build, units[name]["file"]): name for name in stale}
        for done, check in enumerate(concurrent.futures.as_completed(checks), 1):
            name, output = checks[check], check.result()
            if output:
                tally.failed.append((f"clang-tidy {name}", output))
            else:
                (cache / keys[name]).touch()
            if done % 20 == 0:
                say(f"          clang-tidy {done} of {len(stale)}")
    if not tally.failed:
        tally.passed.append(f"clang-tidy, {len(units)} files, {len(units) - len(stale)} of them unchanged")
    return tally


def _units(root: Path, build: Path) -> dict[str, dict[str, str]]:
    commands = json.loads((build / "compile_commands.json").read_text())
    names = {os.path.relpath(entry["file"], root): entry for entry in commands}
    return {name: entry for name, entry in sorted(names.items()) if name.startswith("src/")}


def _keys(root: Path, build: Path, units: dict[str, dict[str, str]]) -> dict[str, str]:
    version = subprocess.run([PROGRAM, "--version"], check=True, capture_output=True, text=True).stdout
    common = hashlib.sha256((version + (root / ".clang-tidy").read_text()).encode())
    inputs = _inputs(build)
    keys = {}
    for name, unit in units.items():
        key = common.copy()
        key.update(unit["command"].replace(str(root), ".").encode())
        for path in inputs[_object(unit)]:
            key.update(f"\0{os.path.relpath(path, root)}\0{_digest(path)}".encode())
        keys[name] = key.hexdigest()
    return keys


def _object(unit: dict[str, str]) -> str:
    words = shlex.split(unit["command"])
    return words[words.index("-o") + 1]


def _inputs(build: Path) -> dict[str, list[str]]:
    """From `ninja -t deps`: a line `object: ...`, then its files, indented."""
    text = subprocess.run(["ninja", "-C", str(build), "--quiet", "-t", "deps"],
                          check=True, capture_output=True, text=True).stdout
    inputs: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        if line.startswith(" "):
            current.append(os.path.normpath(build / line.strip()))
        elif ": #deps" in line:
            current = inputs.setdefault(line.split(": #deps")[0], [])
    return {name: sorted(paths) for name, paths in inputs.items()}


@functools.cache
def _digest(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _check(build: Path, file: str) -> str:
    """What clang-tidy has to say, empty when the file is clean."""
    run = subprocess.run([PROGRAM, "-p", str(build), "--quiet", file], check=False, capture_output=True, text=True)
    if run.returncode == 0:
        return ""
    return run.stdout.strip() or run.stderr.strip() or f"{PROGRAM} ended with {run.returncode}"


def _cache_folder() -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "invoicing" / "tidy"
    folder.mkdir(parents=True, exist_ok=True)
    oldest = time.time() - KEPT_DAYS * 86400
    for file in folder.iterdir():
        if file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)
    return folder
