"""A short run of schemathesis over the contract; and that it finds what it is for. `run` is the long one."""

import http.client
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import fuzzer
import pytest
import yaml
from contract.document import API
from harness.chance import seeded
from harness.standalone import Standalone

SECONDS = 20
# One operation, until the first failure.
PLANTED_SECONDS = 12
HOP_BY_HOP = ("connection", "transfer-encoding", "content-length", "date")


@pytest.fixture(scope="module")
def service(tmp_path_factory, contract) -> Iterator[Standalone]:
    made = Standalone(tmp_path_factory.mktemp("fuzzed"), contract)
    fuzzer.start_with_a_sealed_day(made)
    yield made
    made.print_last_words()
    made.clean_up()


def test_no_answer_is_outside_the_contract(service, tmp_path):
    before = fuzzer.requests_by_status(service)
    seed = seeded().randrange(1 << 31)
    found = fuzzer.fuzz(service.url, tmp_path, seconds=SECONDS, seed=seed)
    assert found.clean, found.output
    counted = fuzzer.requests_by_status(service) - before
    print(f"{counted.total()} requests, seed {seed}")
    assert found.cases > 100, "it hardly asked anything"
    assert {"200", "201", "400", "404", "405"} <= set(counted), "it did not get far"
    assert not [status for status in counted if status >= "500"], counted


class Faulty(ThreadingHTTPServer):
    """Passes requests on to the service, but answers 500 where `fails` says so."""

    def __init__(self, service: tuple[str, int], fails: Callable[[str, str], bool]):
        super().__init__(("127.0.0.1", 0), FaultyHandler)
        self.service, self.fails = service, fails


class FaultyHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, headers, answer = self.pass_on(body)
        if self.server.fails(self.command, self.path):
            status = 500
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    def pass_on(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection(*self.server.service, timeout=20)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("operation, fails", [
    ("GET /invoices", lambda _, path: path.startswith("/invoices?") and "status=void" in path),
    ("GET /reports/{businessDay}/mail", lambda method, path: method == "GET" and path.endswith("/mail"))],
    ids=["with-a-parameter", "on-a-path"])
def test_a_planted_500_is_found(service, tmp_path, operation: str, fails: Callable[[str, str], bool]):
    with Faulty(service.address(), fails) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        found = fuzzer.fuzz(f"http://127.0.0.1:{proxy.server_address[1]}", tmp_path, seconds=PLANTED_SECONDS, seed=1,
                            words=("--include-name", operation, "--max-failures", "1"))
        proxy.shutdown()
    assert "Server error" in found.failures, found.output


def without_a_status(document: dict) -> None:
    del document["paths"]["/invoices"]["post"]["responses"]["400"]


def without_a_member(document: dict) -> None:
    """Only our own check misses it: schemathesis lets an answer have members that are not listed."""
    del document["components"]["schemas"]["ReportSummary"]["properties"]["businessDay"]


@pytest.mark.parametrize("lie, name, title", [
    (without_a_status, "POST /invoices", "Undocumented status code"),
    (without_a_member, "GET /reports", "answer_is_in_the_contract")])
def test_a_contract_that_lies_is_found_out(service, tmp_path: Path, lie, name: str, title: str):
    document = yaml.safe_load((API / "openapi.yaml").read_text())
    lie(document)
    lying = tmp_path / "openapi.yaml"
    lying.write_text(yaml.safe_dump(document, sort_keys=False))
    found = fuzzer.fuzz(service.url, tmp_path, seconds=PLANTED_SECONDS, seed=1, contract=lying,
                        words=("--include-name", name, "--max-failures", "1"))
    assert any(title in failure for failure in found.failures), found.output
