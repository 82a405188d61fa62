"""The adapter's driver program (driver.cpp), one command at a time."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from harness.waiting import wait_until

PROGRAM = Path(os.environ.get("RABBIT_DRIVER", Path(__file__).resolve().parents[2] / "build/dev/bin/rabbit_driver"))
STEPS_MS = (200, 1000)
RECONNECT_SECONDS = 60


class Driver:
    def __init__(self, uri: str, queue: str, stack_kilobytes: int = 8192, quorum: bool = False):
        # The limit is what a thread gets whose stack nobody chose.
        command = ["sh", "-c", f'ulimit -s {stack_kilobytes} && exec "$@"', "sh", str(PROGRAM), uri, queue]
        environment = os.environ | ({"QUORUM": "1"} if quorum else {})
        self._process = subprocess.Popen(command + [str(step) for step in STEPS_MS], env=environment, text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def ask(self, *words: object) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the driver has ended with {self._process.wait(10)}"
        return json.loads(line)

    def publish(self, message_id: str, body: str = "{}") -> None:
        """Until it is confirmed, as the generator does it."""
        wait_until(lambda: self.ask("publish", message_id, body)["ok"], f"{message_id} published", RECONNECT_SECONDS,
                   0.1)

    def receive(self, seconds: float = RECONNECT_SECONDS) -> dict[str, Any]:
        answer = self.ask("receive", int(seconds * 1000))
        assert "tag" in answer, f"no message within {seconds} s: {answer}, {self.status()}"
        return answer

    def empty(self) -> bool:
        """Connected, and nothing comes within half a second."""
        return "tag" not in self.ask("receive", 500)

    def settle(self, how: str, message: dict[str, Any], *words: object) -> dict[str, Any]:
        return self.ask(how, message["tag"], *words)

    def consuming(self) -> "Driver":
        """Once both connections of its inbox are there."""
        self.ask("receive", 0)
        self.wait_connected("consumer", "forwarder")
        return self

    def status(self) -> dict[str, Any]:
        return self.ask("status")

    def wait_connected(self, *parts: str) -> None:
        wait_until(lambda: all(self.status()[part]["connected"] for part in parts), f"{parts} connected",
                   RECONNECT_SECONDS, 0.05)

    def wait_lost(self, *parts: str, seconds: float = 15) -> None:
        wait_until(lambda: not any(self.status()[part]["connected"] for part in parts), f"{parts} lost", seconds, 0.05)

    def close(self) -> str:
        """Returns what it logged."""
        self._process.stdin.close()
        code = self._process.wait(20)
        assert code in (0, -9), f"the driver has ended with {code}"
        return self._process.stderr.read()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)
