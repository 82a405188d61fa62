"""Programs that run beside the services: where, and whether they answer."""

import os
import socket
import subprocess
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def launch(folder: Path, program: str, *arguments: str, **environment: str) -> subprocess.Popen:
    """Its talk goes on in a file, however often it is started."""
    with open(folder / f"{program}.log", "a", encoding="utf-8") as log:
        return subprocess.Popen([program, *arguments], stdout=log, stderr=subprocess.STDOUT,
                                env=os.environ | environment)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False
