"""One run of the program in which memory ends at a chosen allocation, and what must hold after it.

While memory is short the program may refuse (500, 503, 507, a closed connection) or end with one line that says so.
Then, with memory again: whatever was acknowledged is there once, whatever was not can be asked for again with its key,
the file is whole, the books agree, each day is sealed once and mailed.
"""

import contextlib
import http.client
import re
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from contract import Contract
from harness.books import all_reports, check_chain, check_sums
from harness.client import JSON, NDJSON, invoice, json_bytes, new_key
from harness.standalone import Standalone
from harness.waiting import wait_until
from memory_control import MemoryControl

MORNING, CUT_OFF, LATER = "2026-03-03T09:00:00Z", "2026-03-03T12:00:00Z", "2026-03-03T12:40:00Z"
SOLD_BEFORE = 12
IMPORTED = 8
REFUSALS = {500, 503, 507}
# Where libraries of others crash without memory. Whatever is stored survives that too, as it survives a kill.
UNCHECKED = {"start", "close", "reports"}
CLOSING_SECONDS = 3
HEALTHY_SECONDS = 10


@dataclass(frozen=True)
class Point:
    """The n-th allocation of a scene; alone, or with all behind it."""

    scene: str
    number: int
    lasting: bool

    def __str__(self) -> str:
        return f"{self.scene}:{self.number}{'+' if self.lasting else ''}"

    @staticmethod
    def parse(text: str) -> "Point":
        scene, number = text.split(":")
        return Point(scene, int(number.rstrip("+")), number.endswith("+"))


class LimitedStandalone(Standalone):
    """With the interposer, until it is taken away."""

    def __init__(self, folder: Path, contract: Contract):
        super().__init__(folder, contract)
        self.control: MemoryControl | None = MemoryControl(folder / "memory")

    def wait_until_ready(self, seconds: float = HEALTHY_SECONDS) -> None:
        host, port = self.process.wait_for_log("listening", seconds)["address"].rsplit(":", 1)
        self._address = (host, int(port))
        wait_until(lambda: self.api.send("GET", "/readyz", None, {}).status == 200, "ready", seconds)

    def environment(self, **options: str) -> dict[str, str]:
        made = super().environment(**options)
        if self.control is None:
            return made
        ours = self.control.environment()
        both = " ".join(filter(None, [made.get("LD_PRELOAD"), ours["LD_PRELOAD"]]))
        return made | ours | {"LD_PRELOAD": both}


class Trial:
    def __init__(self, folder: Path, base: Path, contract: Contract):
        folder.mkdir(parents=True)
        self.system = LimitedStandalone(folder, contract)
        self.system.clock.set(MORNING)
        shutil.copytree(base, self.system.data_dir)
        self.acknowledged: dict[str, bytes] = {}
        self.unknown: dict[str, bytes] = {}
        self.statuses: list[int] = []

    def run(self, point: Point) -> str:
        """What the program did when memory ended: went on, refused or ended."""
        system, self.point = self.system, point
        with contextlib.ExitStack() as stack:
            stack.callback(system.clean_up)
            if point.scene == "start":
                system.control.arm(point.number, point.lasting)
                self.start_or_end()
            else:
                system.start()
                system.control.arm(point.number, point.lasting)
                SCENES[point.scene](self)
            outcome = self.check_the_end()
            self.check_after()
        return outcome

    def start_or_end(self) -> None:
        system = self.system
        system.launch()
        wait_until(lambda: not system.process.running() or "listening" in self.messages(), "a start or an end")
        if system.process.running():
            # Whether it gets ready while memory is short is not asked.
            with contextlib.suppress(AssertionError, OSError, http.client.HTTPException):
                system.wait_until_ready(CLOSING_SECONDS)

    def messages(self) -> list[str]:
        return [entry["message"] for entry in self.system.log()]

    def count(self, scene: str) -> int:
        """How many allocations the scene has when nothing fails."""
        with contextlib.ExitStack() as stack:
            stack.callback(self.system.clean_up)
            self.system.start()
            before = 0 if scene == "start" else self.system.control.calls()
            if scene != "start":
                SCENES[scene](self)
            return self.system.control.calls() - before

    def check_the_end(self) -> str:
        """Either it lives and is well again, or it said why it ended."""
        system, process = self.system, self.system.process
        struck = system.control.hits() > 0
        if process.running():
            system.control.disarm()
            # It may be on its way out at this moment.
            with contextlib.suppress(AssertionError):
                self.check_health()
                system.stop()
                bad = [status for status in self.statuses if status >= 400]
                return "went on" if not bad else f"refused {bad[0]}"
        assert not process.running(), "neither serves nor ends"
        code, errors = process.wait(), process.errors()
        ends = [entry["reason"] for entry in process.log() if entry["message"] == "ended by a fault"]
        # fontconfig and the set-up of OpenSSL do not look at what malloc gave them, and GLib ends a process.
        by_library = code in (-signal.SIGSEGV, -signal.SIGTRAP, -signal.SIGABRT) and self.point.scene in UNCHECKED
        # Before main it is the C++ library that says it, and a start that cannot be has one line.
        refused = code == 2 and re.fullmatch(r"invoice-standalone: [^\n]+\n", errors)
        said = ends == ["out of memory"] * len(ends) if ends else "bad_alloc" in errors
        # glibc ends a process where it cannot note the destructor of a thread's own variable.
        said = said or re.match(r"Fatal glibc error: .*out of memory", errors)
        assert struck and (said or refused or by_library), f"ended with {code}: {ends} {errors!r}"
        return f"ended {code} {ends[0] if ends else 'by a refused start' if refused else errors.strip()[:40]}"

    def check_health(self) -> None:
        system = self.system
        def healthy() -> bool:
            assert system.process.running()
            with contextlib.suppress(OSError, http.client.HTTPException):
                return self.post(new_key()) == 201
            return False

        if hasattr(system, "_address"):
            wait_until(healthy, "posts are taken again", HEALTHY_SECONDS)
        else:
            system.wait_until_ready()

    def check_after(self) -> None:
        system = self.system
        system.control = None
        if system.process.running():
            system.kill()
        with contextlib.closing(sqlite3.connect(f"file:{system.data_dir}/invoices.db?mode=ro", uri=True)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        # Leases last a minute, delays of retries a quarter of an hour, and what made no progress is published again
        # after half an hour.
        system.clock.set(LATER)
        system.start()
        for key, body in list(self.unknown.items()):
            assert self.post(key, body) == 201
        report = system.wait_for_report("2026-03-03")
        assert report["number"] == 2
        check_sums(system.api)
        check_chain(all_reports(system.api))
        audit = system.audit()
        assert audit.returncode == 0, audit.stdout + audit.stderr
        self.check_invoices()
        assert sorted(mail.business_day for mail in system.mails()) == ["2026-03-02", "2026-03-03"]

    def check_invoices(self) -> None:
        answer = self.system.api.send("GET", "/invoices", None, {"Accept": "application/x-ndjson"})
        lines = answer.body.splitlines()
        stored = {line.split(b'"reference":"')[1].split(b'"')[0].decode(): line for line in lines}
        assert len(stored) == len(lines), "an invoice stands twice"
        for key, body in self.acknowledged.items():
            assert key in stored, "acknowledged, but gone"
            assert body in (b"", stored[key]) or b'"void"' in stored[key]

    def send(self, method: str, target: str, body: bytes | None = None,
             headers: dict[str, str] | None = None) -> http.client.HTTPResponse | None:
        """None when there was no answer; a status beyond what may be said fails the trial."""
        try:
            answer = self.system.api.send(method, target, body, headers or {})
        except (OSError, http.client.HTTPException):
            self.statuses.append(599)
            return None
        self.statuses.append(answer.status)
        assert answer.status < 400 or answer.status in REFUSALS, answer
        return answer

    def post(self, key: str, body: bytes | None = None) -> int:
        body = body or json_bytes(invoice("2.50", reference=key))
        self.unknown[key] = body
        answer = self.send("POST", "/invoices", body, JSON | {"Idempotency-Key": key})
        if answer is None or answer.status != 201:
            return answer.status if answer else 0
        self.acknowledged[key] = answer.body
        del self.unknown[key]
        return 201

    def import_some(self) -> None:
        keys = [new_key() for _ in range(IMPORTED)]
        lines = {key: json_bytes(invoice("1.25", reference=key, idempotencyKey=key)) for key in keys}
        bodies = {key: json_bytes(invoice("1.25", reference=key)) for key in keys}
        self.unknown |= bodies
        answer = self.send("POST", "/invoices/import", b"\n".join(lines.values()), NDJSON)
        if answer is None or answer.status != 200:
            return
        for key, result in zip(keys, answer.lines(), strict=False):
            if result["status"] == "created":
                self.acknowledged[key] = b""
                del self.unknown[key]

    def void_one(self) -> None:
        answer = self.send("GET", "/invoices?limit=1")
        if answer and answer.status == 200:
            self.send("POST", f"/invoices/{answer.json()[0]['id']}/void", b'{"reason":"wrong"}', JSON)

    def close(self) -> None:
        """The day is closed, published and mailed, or whatever happens instead."""
        system = self.system
        system.clock.set(CUT_OFF)
        mail = system.data_dir / "mail"
        deadline = time.monotonic() + CLOSING_SECONDS
        while system.process.running() and time.monotonic() < deadline and len(list(mail.glob("*.eml"))) < 2:
            time.sleep(0.02)


def reads(*requests: tuple[str, str]) -> Callable[[Trial], None]:
    def act(trial: Trial) -> None:
        for target, accept in requests:
            trial.send("GET", target, headers={"Accept": accept})

    return act


SCENES: dict[str, Callable[[Trial], None]] = {
    "post": lambda trial: trial.post(new_key()),
    "void": Trial.void_one,
    "import": Trial.import_some,
    "close": Trial.close,
    "list": reads(("/invoices?limit=5", "application/json"), ("/invoices?sku=DG334", "application/json")),
    "stream": reads(("/invoices", "application/x-ndjson"), ("/invoices", "text/csv")),
    "reports": reads(("/reports", "*/*"), ("/reports/current", "*/*"), ("/reports/2026-03-02/mail", "*/*"),
                     ("/metrics", "*/*")),
}
ALL_SCENES = ["start", *SCENES]


def make_base(folder: Path, contract: Contract) -> Path:
    """A data folder with a few invoices and one sealed, mailed report, to be copied for each trial."""
    folder.mkdir(parents=True, exist_ok=True)
    system = Standalone(folder, contract)
    try:
        system.clock.set("2026-03-02T09:00:00Z")
        system.start()
        for _ in range(SOLD_BEFORE):
            system.api.post_invoice("3.00", reference=new_key())
        system.clock.set("2026-03-02T12:00:00Z")
        system.wait_for_report("2026-03-02")
        system.stop()
    finally:
        system.clean_up()
    return system.data_dir
