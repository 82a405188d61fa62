"""Log files of containers, in the form and with the names that Docker's driver json-file gives them."""

import json
import secrets
import threading
from datetime import UTC, datetime
from pathlib import Path

import yaml
from programs import ROOT

# Docker cuts longer lines.
PIECE_BYTES = 16384


def labels_of(service: str, project: str) -> dict[str, str]:
    """What Docker writes into each line of a service, because compose.yaml asks for it."""
    known = {"com.docker.compose.project": project, "com.docker.compose.service": service}
    options = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"][service]["logging"]["options"]
    return {name: known[name] for name in options["labels"].split(",")}


class Container:
    """One container's log file."""

    def __init__(self, folder: Path, labels: dict[str, str]):
        name = secrets.token_hex(32)
        self._file = folder / name / f"{name}-json.log"
        self._file.parent.mkdir()
        self._labels = {"attrs": labels} if labels else {}
        self._lock = threading.Lock()

    def write(self, line: str, stream: str = "stdout") -> None:
        """A line with its end."""
        raw = line.encode()
        with self._lock, open(self._file, "a", encoding="utf-8") as file:
            for begin in range(0, len(raw), PIECE_BYTES):
                piece = raw[begin:begin + PIECE_BYTES].decode()
                when = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"
                entry = {"log": piece, "stream": stream, **self._labels, "time": when}
                file.write(json.dumps(entry, separators=(",", ":")) + "\n")

    def rotate(self) -> None:
        """As Docker does at max-size."""
        with self._lock:
            self._file.rename(self._file.with_name(f"{self._file.name}.1"))
            self._file.touch()
