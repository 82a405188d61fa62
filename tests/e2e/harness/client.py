"""The HTTP side of a test: every answer is held against the contract, whoever asked for what."""

import http.client
import json
import random
import re
import ssl
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from contract import Contract
from contract.values import Number, read_json, read_text

JSON = {"Content-Type": "application/json"}
NDJSON = {"Content-Type": "application/x-ndjson"}
TIMEOUT_SECONDS = 60
# The contract is looked up for a few milliseconds per entry; of longer answers a random choice has to do.
ENTRIES_CHECKED = 25


class Answer:
    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def json(self) -> Any:
        """Fractions are Decimals that keep their text."""
        return read_json(read_text(self.body))

    def lines(self) -> list[Any]:
        return [read_json(line) for line in read_text(self.body).splitlines()]

    def code(self) -> str | None:
        return self.json()["code"] if self.header("Content-Type") == "application/problem+json" else None

    def next_page(self) -> str | None:
        link = self.header("Link")
        return re.fullmatch(r'<([^>]+)>; rel="next"', link)[1] if link else None

    def __repr__(self) -> str:
        return f"{self.status} {self.body[:300]!r}"


class Verbatim:
    """A JSON value written exactly as given."""

    def __init__(self, text: str):
        self.text = text


def invoice(amount: str = "100.10", **members: Any) -> dict:
    """A valid invoice; json_bytes() writes its amount as the text given."""
    return {"customer": "Jane Doe", "amount": Verbatim(amount), "reference": "INV-0001",
            "items": [{"sku": "DG334", "qt": 2}]} | members


def json_bytes(value: Any) -> bytes:
    encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

    def write(node: Any) -> str:
        if isinstance(node, Verbatim | Number):
            return node.text
        if isinstance(node, dict):
            return "{" + ",".join(f"{encoder.encode(key)}:{write(child)}" for key, child in node.items()) + "}"
        if isinstance(node, list):
            return "[" + ",".join(map(write, node)) + "]"
        return encoder.encode(node)

    return write(value).encode()


def new_key() -> str:
    return str(uuid.uuid4())


def _sorted_choice(entries: list) -> list:
    return [entries[index] for index in sorted(random.sample(range(len(entries)), ENTRIES_CHECKED))]


def connect(address: tuple[str, int], tls: ssl.SSLContext | None, seconds: float) -> http.client.HTTPConnection:
    """Connects with its first request."""
    if tls is None:
        return http.client.HTTPConnection(*address, timeout=seconds)
    return http.client.HTTPSConnection(*address, timeout=seconds, context=tls)


class Api:
    """A client with one kept-alive connection per thread; `address` tells where the service listens now, and `tls`
    how it is spoken to there."""

    def __init__(self, address: Callable[[], tuple[str, int]], contract: Contract,
                 timeout_seconds: float = TIMEOUT_SECONDS,
                 tls: Callable[[], ssl.SSLContext | None] = lambda: None):
        self.contract = contract
        self._address, self._timeout_seconds, self._tls = address, timeout_seconds, tls
        self._local = threading.local()

    def request(self, method: str, target: str, body: bytes | None = None,
                headers: dict[str, str] | None = None) -> Answer:
        headers = headers or {}
        answer = self.send(method, target, body, headers)
        self.check(method, target, answer, body, headers)
        return answer

    def check(self, method: str, target: str, answer: Answer, body: bytes | None, headers: dict[str, str]) -> None:
        answer_body = self._thinned(answer.body, answer.header("Content-Type") or "")
        self.contract.check_answer(method, target, answer.status, answer.headers, answer_body, headers, body)

    def send(self, method: str, target: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        """Without a look at the contract, for those who hand what they collected to check() later."""
        connection = self._connection()
        try:
            connection.request(method, target, body, headers)
            raw = connection.getresponse()
            answer = Answer(raw.status, raw.getheaders(), raw.read())
        except Exception:
            self.disconnect()
            raise
        if raw.will_close:
            self.disconnect()
        return answer

    def get(self, target: str, accept: str | None = None, **headers: str) -> Answer:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request("GET", target, headers=names | ({"Accept": accept} if accept else {}))

    def post(self, target: str, value: Any = None, **headers: str) -> Answer:
        """`value` as JSON."""
        names = {name.replace("_", "-"): text for name, text in headers.items()}
        body = json_bytes({} if value is None else value)
        return self.request("POST", target, body, JSON | names)

    def post_invoice(self, amount: str = "100.10", key: str | None = None, **members: Any) -> Any:
        """The stored invoice; asserts that it was stored."""
        headers = {"Idempotency-Key": key} if key else {}
        answer = self.request("POST", "/invoices", json_bytes(invoice(amount, **members)), JSON | headers)
        assert answer.status == 201, answer
        return answer.json()

    def void(self, invoice_id: str, reason: str = "Entered twice") -> Any:
        answer = self.post(f"/invoices/{invoice_id}/void", {"reason": reason})
        assert answer.status == 200, answer
        return answer.json()

    def pages(self, target: str) -> Iterator[list[Any]]:
        """Page by page, following Link."""
        following: str | None = target
        while following:
            answer = self.get(following)
            assert answer.status == 200, answer
            yield answer.json()
            following = answer.next_page()

    def list(self, path: str, **parameters: Any) -> list[Any]:
        """All entries, through Link until the end."""
        query = "?" + urlencode(parameters) if parameters else ""
        return [entry for page in self.pages(path + query) for entry in page]

    def stream(self, accept: str = "application/x-ndjson", **parameters: Any) -> Answer:
        return self.get("/invoices" + ("?" + urlencode(parameters) if parameters else ""), accept=accept)

    def disconnect(self) -> None:
        connection = getattr(self._local, "connection", None)
        if connection:
            connection.close()
        self._local.connection = None

    def _thinned(self, body: bytes, content_type: str) -> bytes:
        """The same answer with fewer entries. Whatever is left out is still valid JSON, as its readers notice."""
        if content_type.startswith("application/x-ndjson") and body.endswith(b"\n"):
            lines = body.splitlines(keepends=True)
            return body if len(lines) <= ENTRIES_CHECKED else b"".join(_sorted_choice(lines))
        if content_type.startswith("application/json") and body.startswith(b"["):
            entries = read_json(read_text(body))
            return body if len(entries) <= ENTRIES_CHECKED else json_bytes(_sorted_choice(entries))
        return body

    def _connection(self) -> http.client.HTTPConnection:
        address = self._address()
        if getattr(self._local, "connection", None) is None or self._local.address != address:
            self._local.connection = connect(address, self._tls(), self._timeout_seconds)
            self._local.address = address
        return self._local.connection
