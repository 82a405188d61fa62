"""A toxiproxy of its own: proxies on ports of this machine, and what is wrong with what goes through them."""

import http.client
import json
import subprocess
import threading
from pathlib import Path
from typing import Any

from harness.waiting import wait_until
from rabbit_broker.broker import free_ports

START_SECONDS = 10
REQUEST_SECONDS = 30
# While a proxy was down, a connection that went out may have been given its port; it ends soon.
REBIND_SECONDS = 30


class Toxiproxy:
    """Runs from the start. `seed`: of what its toxics choose at random."""

    def __init__(self, program: Path, folder: Path, seed: int):
        folder.mkdir(parents=True, exist_ok=True)
        # It does not say which port it has got for 0.
        self._port = free_ports(1)[0]
        # Toxics come and go on several threads; the server takes one change after the other.
        self._lock = threading.Lock()
        with (folder / "toxiproxy.log").open("wb") as log:
            self._process = subprocess.Popen(
                [program, "-host", "127.0.0.1", "-port", str(self._port), "-seed", str(seed)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(self._serves, "toxiproxy serves", START_SECONDS)

    def add_proxy(self, name: str, upstream: tuple[str, int]) -> int:
        """The port that leads there."""
        made = self._ask("POST", "/proxies", {"name": name, "listen": "127.0.0.1:0", "enabled": True,
                                              "upstream": f"{upstream[0]}:{upstream[1]}"}, 201)
        return int(made["listen"].rsplit(":", 1)[1])

    def add_toxic(self, proxy: str, toxic: str, name: str, stream: str, attributes: dict) -> None:
        self._ask("POST", f"/proxies/{proxy}/toxics",
                  {"name": name, "type": toxic, "stream": stream, "toxicity": 1.0, "attributes": attributes}, 200)

    def remove_toxic(self, proxy: str, name: str) -> None:
        self._ask("DELETE", f"/proxies/{proxy}/toxics/{name}", None, 204)

    def refuse(self, proxy: str) -> None:
        """Cuts what is there, and nobody listens any more."""
        self._ask("PATCH", f"/proxies/{proxy}", {"enabled": False}, 200)

    def accept(self, proxy: str) -> None:
        wait_until(lambda: self._send("PATCH", f"/proxies/{proxy}", {"enabled": True})[0] == 200,
                   f"{proxy} has its port again", REBIND_SECONDS, pause=0.1)

    def heal(self) -> None:
        """No toxics, and all listen."""
        self._ask("POST", "/reset", None, 204)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def _serves(self) -> bool:
        assert self._process.poll() is None, "toxiproxy has ended"
        try:
            return self._send("GET", "/version", None)[0] == 200
        except OSError:
            return False

    def _ask(self, method: str, path: str, value: Any, expected: int) -> Any:
        status, body = self._send(method, path, value)
        assert status == expected, f"{method} {path} {value}: {status} {body!r}"
        return json.loads(body) if body else None

    def _send(self, method: str, path: str, value: Any) -> tuple[int, bytes]:
        with self._lock:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=REQUEST_SECONDS)
            try:
                connection.request(method, path, None if value is None else json.dumps(value))
                answer = connection.getresponse()
                return answer.status, answer.read()
            finally:
                connection.close()
