"""A disk that is full or fails: clients are told, nothing acknowledged is lost, service returns by itself."""

import resource
import time

import pytest
from harness import disk
from harness.client import JSON, invoice, json_bytes, new_key
from harness.waiting import wait_until

SIZE = 12 << 20
BALLAST = 5 << 20
PADDING = {"note": "x" * 500, "more": "y" * 500}


@pytest.fixture
def small_disk(standalone):
    """The data folder on a file system of a few megabytes, part of which a ballast can give back."""
    with disk.small_disk(standalone.data_dir, SIZE):
        ballast = standalone.data_dir / "ballast"
        ballast.write_bytes(b"\0" * BALLAST)
        yield ballast
        standalone.clean_up()


def test_nobody_else_on_the_machine_may_read_the_invoices(standalone, tmp_path):
    # What a shell usually gives; a stricter one would hide the fault.
    standalone.popen = {"umask": 0o022}
    standalone.start()
    standalone.api.post_invoice()
    copy = tmp_path / "copy.db"
    assert standalone.run("backup", str(copy)).returncode == 0
    files = [*standalone.data_dir.glob("invoices.db*"), copy]
    assert {file.name for file in files} >= {"invoices.db", "invoices.db-wal", "copy.db"}
    for file in files:
        assert file.stat().st_mode & 0o007 == 0, f"{file.name} has mode {file.stat().st_mode:o}"


class Poster:
    """Posts with keys and remembers what was answered."""

    def __init__(self, system):
        self.system = system
        self.acknowledged: dict[str, bytes] = {}
        self.refused: dict[str, tuple[bytes, object]] = {}

    def post(self, key: str | None = None, body: bytes | None = None):
        key = key or new_key()
        body = body or json_bytes(invoice(reference=key, metadata=PADDING))
        answer = self.system.api.request("POST", "/invoices", body, JSON | {"Idempotency-Key": key})
        if answer.status == 201:
            self.acknowledged[key] = answer.body
            self.refused.pop(key, None)
        else:
            self.refused[key] = (body, answer)
        return answer

    def until_it_fails(self):
        for _ in range(20_000):
            answer = self.post()
            if answer.status != 201:
                return answer
        raise AssertionError("the disk never filled up")

    def until_it_works(self) -> None:
        wait_until(lambda: self.post().status == 201, "service returns by itself", pause=0.2)

    def check(self) -> None:
        """Everything acknowledged is there once; what was refused finds out with its key and is there once."""
        for key, (body, _) in list(self.refused.items()):
            assert self.post(key, body).status == 201
        lines = self.system.api.stream().body.splitlines()
        stored = {line.split(b'"reference":"')[1][:36].decode(): line for line in lines}
        assert len(stored) == len(lines) == len(self.acknowledged)
        assert stored == self.acknowledged


def missing(system) -> list[str]:
    answer = system.api.get("/readyz")
    return [entry["name"] for entry in answer.json()["missing"]]


def test_a_full_disk_loses_nothing_and_service_returns(standalone, small_disk):
    standalone.start()
    poster = Poster(standalone)
    failed = poster.until_it_fails()
    assert failed.status in (503, 507) and failed.code() in ("storage_full", "storage_unavailable", "outcome_unknown")
    assert int(failed.header("Retry-After")) >= 1
    assert standalone.api.get("/healthz").status == 200
    assert standalone.api.get("/invoices?limit=5").status == 200, "reading goes on"
    assert any(entry["level"] in ("warning", "error") for entry in standalone.log())
    for _ in range(5):
        assert poster.post().status in (201, 503, 507), "a last small one may fit"
    small_disk.unlink()
    poster.until_it_works()
    wait_until(lambda: missing(standalone) == [], "ready again")
    poster.check()
    standalone.kill()
    standalone.start()
    poster.check()
    assert standalone.audit().returncode == 0


def test_a_start_on_a_full_disk_ends_with_one_line_or_serves(standalone, small_disk):
    standalone.start()
    poster = Poster(standalone)
    poster.until_it_fails()
    standalone.kill()
    filler = standalone.data_dir / "filler"
    disk.fill(filler)
    standalone.launch()
    wait_until(lambda: not standalone.process.running() or standalone.log(), "an end or a log line")
    if not standalone.process.running():
        assert standalone.process.wait() == 2
        assert standalone.process.errors().count("\n") == 1
    else:
        standalone.kill()
    filler.unlink()
    small_disk.unlink()
    standalone.start()
    poster.check()


@pytest.fixture
def limited(standalone):
    """A limit on the size of files stands for a disk that fails: every write beyond it is an error."""
    standalone.popen = {"restore_signals": False}  # Python ignores SIGXFSZ, and so does then its child
    standalone.clock.set("2026-03-02T09:00:00Z")
    standalone.start()

    def limit(size: int | None) -> None:
        resource.prlimit(standalone.process.pid, resource.RLIMIT_FSIZE,
                         (resource.RLIM_INFINITY if size is None else size, resource.RLIM_INFINITY))

    return limit


def test_a_failing_disk_loses_nothing_and_service_returns(standalone, limited):
    poster = Poster(standalone)
    for _ in range(50):
        assert poster.post().status == 201
    limited((standalone.data_dir / "invoices.db-wal").stat().st_size)
    for _ in range(10):
        failed = poster.post()
        assert failed.status in (503, 507) and int(failed.header("Retry-After")) >= 1
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        assert missing(standalone) == ["storage"], "not ready for as long as it lasts, also while nobody writes"
    assert standalone.api.get("/readyz").header("Retry-After")
    assert len(standalone.api.list("/invoices")) == 50
    limited(None)
    poster.until_it_works()
    assert missing(standalone) == []
    poster.check()
    standalone.kill()
    standalone.start()
    poster.check()


def test_an_import_on_a_failing_disk_says_so_line_by_line(standalone, limited):
    limited(0)
    body = b"\n".join(json_bytes(invoice(idempotencyKey=f"k{number}")) for number in range(5))
    headers = {"Content-Type": "application/x-ndjson"}
    failed = standalone.api.request("POST", "/invoices/import", body, headers).lines()
    assert [result["status"] for result in failed] == ["failed"] * 5
    assert {result["code"] for result in failed} <= {"storage_unavailable", "storage_full", "outcome_unknown"}
    limited(None)
    wait_until(lambda: standalone.api.get("/invoices").status == 200, "reading")
    again = standalone.api.request("POST", "/invoices/import", body, headers).lines()
    assert {result["status"] for result in again} <= {"created", "replayed"}
    assert len(standalone.api.list("/invoices")) == 5


def test_a_void_on_a_failing_disk_is_refused_and_works_later(standalone, limited):
    stored = standalone.api.post_invoice()
    limited(0)
    answer = standalone.api.post(f"/invoices/{stored['id']}/void", {"reason": "x"})
    assert answer.status in (503, 507) and answer.header("Retry-After")
    limited(None)
    wait_until(lambda: standalone.api.post(f"/invoices/{stored['id']}/void", {"reason": "x"}).status == 200, "void",
               pause=0.2)


def test_a_day_that_ends_on_a_failing_disk_is_reported_when_it_works_again(standalone, limited):
    sold = [standalone.api.post_invoice("1.00") for _ in range(3)]
    limited(0)
    standalone.clock.set("2026-03-02T12:00:00Z")
    wait_until(lambda: [entry for entry in standalone.log() if entry["message"].startswith("closing failed")],
               "the closing fails")
    assert standalone.api.list("/reports") == [] and standalone.mails() == []
    limited(None)
    report = standalone.wait_for_report("2026-03-02", seconds=60)
    assert report["totalSales"] == len(sold)
    assert len(standalone.mails()) == 1
