"""Many clients at once."""

import http.client
import random
import threading

from .client import JSON, invoice, json_bytes, new_key
from .system import System


class Load:
    """Clients that post with keys, one after the other each, until the service is gone."""

    def __init__(self, system: System, connections: int):
        self.system = system
        self.bodies: dict[str, bytes] = {}
        self.acknowledged: dict[str, bytes] = {}
        self.unknown: list[str] = []
        self.answers: list = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._client) for _ in range(connections)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _client(self) -> None:
        while not self._stop.is_set():
            key = new_key()
            body = self.bodies[key] = json_bytes(invoice(f"{random.randrange(10000)}.{random.randrange(100):02}",
                                                         reference=key))
            try:
                answer = self.system.api.send("POST", "/invoices", body, JSON | {"Idempotency-Key": key})
            except (OSError, http.client.HTTPException):
                self.unknown.append(key)
                return
            if answer.status == 201:
                self.acknowledged[key] = answer.body
            else:
                self.unknown.append(key)
            self.answers.append((body, key, answer))
