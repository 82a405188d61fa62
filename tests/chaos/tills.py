"""Tills: they post with keys and retry, send things twice, void and read, and write every exchange into the ledger."""

import http.client
import json
import random
import threading
from collections import deque
from datetime import timedelta

from harness.client import JSON, Answer, Api, invoice, json_bytes
from harness.clock import text_of
from trial.trial import Unread

from ledger import Exchange, Ledger, Recovery, now
from system import Linked

TILLS = 6
TRIES_MAX = 5
LATE_HOURS = [0, 0, 0, 0, 20, 50]
# What keeps the load at a few dozen requests a second.
PAUSE_SECONDS = 0.08
# Tills of different make: some give up before the service does, some after.
TIMEOUT_SECONDS = (2.0, 12.0)
RECENT = 200
# So long a recovery is waited for; how much of it is allowed, the comparison says.
RECOVERY_WAIT_SECONDS = 60


class Caller:
    """Asks the copies by way of the proxies."""

    def __init__(self, fleet: Linked, ledger: Ledger, timeout_seconds: float):
        self._ledger = ledger
        self._apis = {name: Api(lambda name=name: fleet.client_address(name), Unread(), timeout_seconds)
                      for name in fleet.services}

    def post(self, via: str, key: str, body: bytes, to_be_refused_as: str = "") -> Exchange:
        exchange = Exchange("post", via, now(), 0, key=key, body=body.decode(), to_be_refused_as=to_be_refused_as)
        return self._exchange(exchange, "POST", "/invoices", body, JSON | {"Idempotency-Key": key})

    def void(self, via: str, invoice_id: str) -> Exchange:
        exchange = Exchange("void", via, now(), 0, invoice=invoice_id, body='{"reason":"entered twice"}')
        return self._exchange(exchange, "POST", f"/invoices/{invoice_id}/void", exchange.body.encode(), JSON)

    def read(self, via: str, invoice_id: str) -> Exchange:
        exchange = Exchange("read", via, now(), 0, invoice=invoice_id)
        return self._exchange(exchange, "GET", f"/invoices/{invoice_id}", None, {})

    def disconnect(self) -> None:
        for api in self._apis.values():
            api.disconnect()

    def _exchange(self, exchange: Exchange, method: str, target: str, body: bytes | None, headers: dict) -> Exchange:
        try:
            answer = self._apis[exchange.via].send(method, target, body, headers)
            # http.client takes a head that was cut between two lines for a whole one, and its body for empty.
            if answer.header("Content-Length") is None:
                raise http.client.IncompleteRead(answer.body)
            _note_answer(exchange, answer)
        except (OSError, http.client.HTTPException) as error:
            exchange.answer = repr(error)
        exchange.end = now()
        self._ledger.note(exchange)
        return exchange


def _note_answer(exchange: Exchange, answer: Answer) -> None:
    exchange.status, exchange.answer = answer.status, answer.body.decode()
    exchange.retry_after = int(answer.header("Retry-After") or 0)
    exchange.replayed = answer.header("Idempotent-Replayed") == "true"
    if answer.status >= 400:
        exchange.code = answer.code() or ""


class Tills:
    """Work from the beginning of the block to its end."""

    def __init__(self, fleet: Linked, ledger: Ledger, source: random.Random):
        self._fleet, self._ledger = fleet, ledger
        # Key and body of what was sent lately, by whomever and whether or not it has been answered.
        self._sent: deque[tuple[str, bytes]] = deque(maxlen=RECENT)
        # Key, body and id of what was acknowledged.
        self._acknowledged: deque[tuple[str, bytes, str]] = deque(maxlen=RECENT)
        self._stop = threading.Event()
        self._failures: list[Exception] = []
        self._threads = [threading.Thread(target=self._try, args=(number, random.Random(source.random())))
                         for number in range(TILLS)]

    def __enter__(self) -> "Tills":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if self._failures:
            raise self._failures[0]

    def _try(self, number: int, source: random.Random) -> None:
        try:
            self._work(number, source)
        except Exception as error:  # noqa: BLE001  (raised at the end of the block)
            self._failures.append(error)

    def _work(self, number: int, source: random.Random) -> None:
        caller = Caller(self._fleet, self._ledger, source.uniform(*TIMEOUT_SECONDS))
        count = 0
        while not self._stop.wait(source.uniform(0, 2 * PAUSE_SECONDS)):
            count += 1
            chance = source.random()
            if chance < 0.6 or not self._acknowledged:
                self._sell(caller, f"till-{number}-{count}", source)
            elif chance < 0.7:
                self._send_again(caller, source)
            elif chance < 0.73:
                self._reuse_a_key(caller, source)
            elif chance < 0.85:
                self._void(caller, source)
            else:
                caller.read(self._copy(source), source.choice(list(self._acknowledged))[2])

    def _sell(self, caller: Caller, key: str, source: random.Random) -> None:
        date = text_of(self._fleet.clock.now() - timedelta(hours=source.choice(LATE_HOURS)))
        amount = f"{source.randrange(1, 900)}.{source.randrange(100):02}"
        if source.random() < 0.04:
            caller.post(self._copy(source), key, json_bytes(invoice(f"-{amount}", reference=key, date=date)),
                        "validation_failed")
            return
        body = json_bytes(invoice(amount, reference=key, date=date))
        self._sent.append((key, body))
        for _ in range(TRIES_MAX):
            exchange = caller.post(self._copy(source), key, body)
            if exchange.status == 201:
                self._acknowledged.append((key, body, json.loads(exchange.answer)["id"]))
                return
            if self._stop.wait(source.uniform(0, 5 * PAUSE_SECONDS)):
                return

    def _send_again(self, caller: Caller, source: random.Random) -> None:
        caller.post(self._copy(source), *source.choice(list(self._sent)))

    def _reuse_a_key(self, caller: Caller, source: random.Random) -> None:
        """For another invoice, which a till with a fault would do."""
        key, body, _ = source.choice(list(self._acknowledged))
        other = body.replace(b"Jane Doe", b"John Doe")
        assert other != body
        caller.post(self._copy(source), key, other, "idempotency_key_reused")

    def _void(self, caller: Caller, source: random.Random) -> None:
        invoice_id = source.choice(list(self._acknowledged))[2]
        for _ in range(TRIES_MAX):
            exchange = caller.void(self._copy(source), invoice_id)
            if exchange.status == 200 or self._stop.wait(source.uniform(0, 5 * PAUSE_SECONDS)):
                return

    def _copy(self, source: random.Random) -> str:
        return source.choice(self._fleet.services)


class Prober:
    """Posts new invoices to each copy from the end of a fault on, until one is acknowledged."""

    def __init__(self, fleet: Linked, ledger: Ledger):
        self._fleet, self._ledger = fleet, ledger
        self._count = 0

    def measure(self, after: str) -> None:
        self._count += 1
        threads = [threading.Thread(target=self._measure, args=(after, name)) for name in self._fleet.services]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _measure(self, after: str, via: str) -> None:
        caller = Caller(self._fleet, self._ledger, RECOVERY_WAIT_SECONDS)
        begin, first, tries, status = now(), 0.0, 0, 0
        while status != 201 and now() < begin + RECOVERY_WAIT_SECONDS:
            tries += 1
            key = f"probe-{self._count}-{via[-1]}-{tries}"
            body = json_bytes(invoice("1.00", reference=key, date=text_of(self._fleet.clock.now())))
            exchange = caller.post(via, key, body)
            status = exchange.status
            if status and not first:
                first = exchange.end - begin
            if status != 201:
                threading.Event().wait(PAUSE_SECONDS)
        caller.disconnect()
        self._ledger.note(Recovery(after, via, first, now() - begin))


def ask_again(fleet: Linked, ledger: Ledger, unanswered: list[tuple[str, str]]) -> None:
    """As a till does on the next morning: by the same key it learns what became of (key, body)."""
    caller = Caller(fleet, ledger, TIMEOUT_SECONDS[1])
    for index, (key, body) in enumerate(unanswered):
        caller.post(fleet.services[index % len(fleet.services)], key, body.encode())
    caller.disconnect()
