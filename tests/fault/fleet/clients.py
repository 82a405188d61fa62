"""Clients that post and void without a pause, and remember every request and every answer."""

import http.client
import json
import random
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from harness.client import JSON, Answer, Api, invoice, json_bytes
from harness.clock import text_of
from trial.promises import CERTAINLY_NOT, Post, Promises
from trial.trial import Unread

from .system import SERVICES, Fleet

LATE_HOURS = [0, 0, 0, 0, 20, 50]
TRIES_MAX = 40
# What a client waits before it tries again; also what keeps the load at some hundred invoices a second.
PAUSE_SECONDS = 0.1


class Clients:
    """One for each invoice-service. A failed request goes to any of them the next time; one in ten gives up early."""

    def __init__(self, fleet: Fleet, source: random.Random):
        self.system, self.promises = fleet, Promises()
        self.longest_seconds = 0.0
        self._apis = {name: Api(lambda name=name: fleet.address_of(name), Unread()) for name in SERVICES}
        self._unknown: set[str] = set()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._trade, args=(number, random.Random(source.random())))
                         for number in range(len(SERVICES))]

    def __enter__(self) -> "Clients":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def post(self, post: Post, name: str = SERVICES[0]) -> Answer | None:
        """One try; notes what came of it. None: no answer."""
        answer = self._send(name, "/invoices", post.body, JSON | {"Idempotency-Key": post.key})
        if answer is None:
            self._unknown.add(post.reference)
        elif answer.status == 201:
            self.promises.expect(post.stored in (None, answer.body), f"a replay differs: {answer} {post.stored!r}")
            post.stored, post.invoice_id, post.refused = answer.body, json.loads(answer.body)["id"], False
        elif self._code_of(answer) not in CERTAINLY_NOT:
            self._unknown.add(post.reference)
        if answer is None or answer.status != 201:
            post.refused = post.reference not in self._unknown
        return answer

    def import_lines(self) -> list[dict]:
        return []

    def _trade(self, number: int, source: random.Random) -> None:
        count = 0
        while not self._stop.is_set():
            count += 1
            reference = f"P-{number}-{count}"
            when = self.system.clock.now() - timedelta(hours=source.choice(LATE_HOURS))
            body = json_bytes(invoice(f"{source.randrange(1, 900)}.{source.randrange(100):02}", reference=reference,
                                      date=text_of(when)))
            post = self.promises.posts[reference] = Post(reference, body, reference)
            tries = 1 if source.random() < 0.1 else TRIES_MAX
            done = self._persist(lambda name, post=post: self._succeeded(self.post(post, name), 201), tries, source)
            if done and source.random() < 0.15:
                self._void(post.invoice_id, source)

    def _void(self, invoice_id: str, source: random.Random) -> None:
        self.promises.voids_asked.add(invoice_id)

        def made(name: str) -> bool:
            answer = self._send(name, f"/invoices/{invoice_id}/void", b'{"reason":"entered twice"}', JSON)
            if answer is not None and answer.status != 200:
                self._code_of(answer)
            return self._succeeded(answer, 200)

        if self._persist(made, TRIES_MAX, source):
            self.promises.voids_made.add(invoice_id)

    def _persist(self, attempt: Callable[[str], bool], tries: int, source: random.Random) -> bool:
        """`attempt` gets the copy to ask."""
        for _ in range(tries):
            if attempt(source.choice(SERVICES)):
                return True
            if self._stop.wait(source.uniform(0, 4 * PAUSE_SECONDS)):
                return False
        return False

    def _succeeded(self, answer: Answer | None, status: int) -> bool:
        self._stop.wait(PAUSE_SECONDS)
        return answer is not None and answer.status == status

    def _send(self, name: str, target: str, body: bytes, headers: dict[str, str]) -> Answer | None:
        begin = time.monotonic()
        try:
            answer = self._apis[name].send("POST", target, body, headers)
        except (OSError, http.client.HTTPException, AssertionError):
            return None  # killed, or not there yet
        self.longest_seconds = max(self.longest_seconds, time.monotonic() - begin)
        return answer

    def _code_of(self, answer: Answer) -> str:
        code = json.loads(answer.body)["code"]
        self.promises.expect(answer.status == 503 and int(answer.header("Retry-After") or 0) > 0,
                             f"an answer that no fault excuses: {answer}")
        self.promises.note_error(code)
        return code
