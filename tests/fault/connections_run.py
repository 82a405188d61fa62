"""Measures what a crowd of clients costs the others; see clock-memory-load.md. Started by the script `connections`."""

import argparse
import http.client
import json
import ssl
import statistics
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "e2e"), str(TESTS / "support")]

import open_loop  # noqa: E402  (the path above makes the harness importable)
from connections_crowd import Crowd, allow_many_files, trusting  # noqa: E402
from contract import Contract  # noqa: E402
from harness.client import NDJSON, invoice, json_bytes  # noqa: E402
from harness.keys import bearer, known_key  # noqa: E402
from harness.standalone import Standalone  # noqa: E402
from rabbit_broker.certificates import Certificates  # noqa: E402

IDLE, READERS, WRITERS = 9_600, 100, 100
STORED = 2_000
SETTLE_SECONDS, IDLE_TICKS = 20, 3


def p99(port: int, target: str, number: int, seconds: float, rates: tuple[int, int]) -> tuple[float, float]:
    """Of reads and of writes under a load that the machine carries easily."""
    posts = open_loop.start(port, rate=rates[1], seconds=seconds, connections=16, most=100, name=f"others{number}")
    gets = open_loop.run(port, rate=rates[0], seconds=seconds, connections=16, most=100, get=target)
    written = open_loop.finish(posts)
    assert set(gets.statuses) == {"200"} and set(written.statuses) <= {"201", "503"}, written.statuses
    if written.count(503):
        print(f"{written.count(503)} of {written.issued} posts refused: the machine does something else too")
    return gets.accepted_ms["p99"], written.accepted_ms["p99"]


class TlsOthers:
    """The same over TLS and with a key, by one client with a connection each for reads and writes: a generator that
    shares the cores with the server has to do without thousands of requests a second."""

    RATE, WRITES_ONE_IN = 200, 4

    def __init__(self, port: int, tls: ssl.SSLContext, key: str, target: str):
        self._target, self._key = target, key
        self._connections = [http.client.HTTPSConnection("127.0.0.1", port, context=tls, timeout=30) for _ in range(2)]

    def p99(self, seconds: float) -> tuple[float, float]:
        took: tuple[list[float], list[float]] = ([], [])
        begin = time.monotonic()
        for number in range(int(self.RATE * seconds)):
            due = begin + number / self.RATE
            time.sleep(max(0.0, due - time.monotonic()))
            writes = number % self.WRITES_ONE_IN == 0
            self._ask(writes)
            # From when it was due: what one late answer keeps waiting is late too.
            took[writes].append(1000 * (time.monotonic() - due))
        return statistics.quantiles(took[0], n=100)[98], statistics.quantiles(took[1], n=100)[98]

    def _ask(self, writes: bool) -> None:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        connection = self._connections[writes]
        if writes:
            connection.request("POST", "/invoices", json_bytes(invoice()), headers)
        else:
            connection.request("GET", self._target, None, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status in (200, 201), answer.status


def settle(system: Standalone) -> None:
    """The readers' first megabytes go to the buffers of the kernel at full speed; what follows is slow."""
    def cpu_ticks() -> int:
        fields = Path(f"/proc/{system.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    for _ in range(SETTLE_SECONDS):
        before = cpu_ticks()
        time.sleep(1)
        if cpu_ticks() - before <= IDLE_TICKS:
            return


def measure(system: Standalone, count: int, seconds: float, rates: tuple[int, int]) -> list[tuple[float, float]]:
    port = system.address()[1]
    target = f"/invoices/{system.api.get('/invoices?limit=1').json()[0]['id']}"
    ratios = []
    for number in range(count):
        alone = p99(port, target, 2 * number, seconds, rates)
        before = system.process.anonymous_kilobytes()
        with Crowd(port, IDLE, READERS, WRITERS):
            settle(system)
            beside = p99(port, target, 2 * number + 1, seconds, rates)
            after = system.process.anonymous_kilobytes()
        ratios.append((beside[0] / alone[0], beside[1] / alone[1]))
        print(f"GET p99 {alone[0]:6.2f} ms alone, {beside[0]:6.2f} ms beside the crowd | POST {alone[1]:6.2f}, "
              f"{beside[1]:6.2f} ms | RssAnon {before} kB, {after} kB", flush=True)
    return ratios


def measure_tls(system: Standalone, certificates: Certificates, count: int,
                seconds: float) -> list[tuple[float, float]]:
    certificate, private_key = certificates.issue("http", "IP:127.0.0.1")
    tls = system.tls = trusting(str(certificates.ca))
    system.start(AUTH="keys", TLS_CERT_FILE=str(certificate), TLS_KEY_FILE=str(private_key))
    key = known_key(system)
    lines = "\n".join(json.dumps({"customer": "Ada", "amount": n, "reference": f"stored-{n}", "metadata": {"note": "x" * 500},
                                  "items": [{"sku": "A", "qt": 1}]}) for n in range(STORED))
    answer = system.api.request("POST", "/invoices/import", lines.encode(), NDJSON | bearer(key))
    port, target = system.address()[1], f"/invoices/{answer.lines()[0]['id']}"
    ratios = []
    for _ in range(count):
        alone = TlsOthers(port, tls, key, target).p99(seconds)
        before = system.process.anonymous_kilobytes()
        with Crowd(port, IDLE, READERS, WRITERS, tls, key):
            settle(system)
            beside = TlsOthers(port, tls, key, target).p99(seconds)
            after = system.process.anonymous_kilobytes()
        ratios.append((beside[0] / alone[0], beside[1] / alone[1]))
        print(f"TLS: GET p99 {alone[0]:6.2f} ms alone, {beside[0]:6.2f} ms beside the crowd | POST {alone[1]:6.2f}, "
              f"{beside[1]:6.2f} ms | RssAnon {before} kB, {after} kB", flush=True)
    return ratios


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--gets", type=int, default=1000, help="a second")
    parser.add_argument("--posts", type=int, default=300, help="a second")
    parser.add_argument("--tls", action="store_true", help="everybody by TLS and with a key; 200 requests a second")
    arguments = parser.parse_args()
    if not allow_many_files(11_000):
        print("this user may not open so many files")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        system = Standalone(Path(folder), Contract())
        try:
            if arguments.tls:
                ratios = measure_tls(system, Certificates.make(Path(folder)), arguments.rounds, arguments.seconds)
            else:
                system.start()
                open_loop.run(system.address()[1], rate=STORED, seconds=1, most=100, name="stored")
                ratios = measure(system, arguments.rounds, arguments.seconds, (arguments.gets, arguments.posts))
        finally:
            system.clean_up()
    gets, posts = (statistics.median(ratio[kind] for ratio in ratios) for kind in (0, 1))
    print(f"median of {len(ratios)}: p99 with {IDLE} idle, {READERS} slow readers and {WRITERS} slow writers / without: "
          f"GET {gets:.2f}, POST {posts:.2f} (goal 2)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
