"""The images as they ship: small, without root, without a place to write, without tests; and a business day in them."""

import datetime
import json
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine import USER, Container, engine, health_command, inspect_image, write_secret
from harness.smtp import SmtpGate
from harness.waiting import wait_until
from mongo_server.server import MongoServer
from rabbit_broker import Broker

SERVICES = ("invoice-service", "report-generator", "email-sender")
PROGRAMS = {name: [name] for name in SERVICES} | {
    "invoice-standalone": ["invoice-standalone", "invoice-standalone-move"]}
MEGABYTES_MAX = 120
INVOICE = {"customer": "Ada", "amount": 120.5, "reference": "R-1", "items": [{"sku": "DG334", "qt": 2}]}
PORTS = {"HTTP_ADDRESS": "127.0.0.1:33000", "OPS_ADDRESS": "127.0.0.1:33001"}


@pytest.fixture
def smtp(tmp_path: Path) -> Iterator[SmtpGate]:
    gate = SmtpGate(tmp_path / "smtp")
    gate.serve()
    yield gate
    gate.close()


def cut_off_soon() -> str:
    """The next full minute that is at least 25 seconds ahead: time to start and to post."""
    soon = datetime.datetime.now(datetime.UTC) if hasattr(datetime, "UTC") else datetime.datetime.utcnow()
    return (soon + datetime.timedelta(seconds=85)).strftime("%H:%M")


def post_invoice() -> None:
    request = urllib.request.Request(f"http://{PORTS['HTTP_ADDRESS']}/invoices", json.dumps(INVOICE).encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 201


def assert_confined(container: Container) -> None:
    status = container.process_status()
    assert set(status["Uid"].split()) == set(status["Gid"].split()) == {USER}
    assert int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0
    assert status["NoNewPrivs"] == "1"
    written = engine("exec", container.id, "touch", "/usr/local/bin/new", check=False)
    assert "Read-only file system" in written.stderr


def assert_days_come_by_mail(containers: list[Container], smtp: SmtpGate, *preview: str) -> None:
    """A day that is closed, and then the running one by the command `preview` of the container that closes."""
    for container in containers:
        wait_until(container.health, f"{container.name} is healthy", seconds=40, pause=0.5)
        assert_confined(container)
    post_invoice()
    mail, = wait_until(smtp.mails, "the mail of the closed day", seconds=120, pause=0.5)
    assert "120.50" in mail.text() and "DG334" in mail.text()
    generator = next(container for container in containers if container.name == preview[0])
    engine("exec", generator.id, *preview)
    # With a day to compare with comes a chart, and not a word of a font or a cache that is missing.
    _, second = wait_until(lambda: smtp.mails()[1:] and smtp.mails(), "the mail of the running day", seconds=60, pause=0.5)
    assert second.image().startswith(b"\x89PNG")
    for container in containers:
        strangers = [line for line in container.logs().splitlines() if not line.startswith("{")]
        assert strangers == [], strangers
        assert container.stop() == 0


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_image_starts_its_program_alone_and_without_root(name: str):
    config = inspect_image(name)["Config"]
    assert config["User"] == f"{USER}:{USER}"
    assert config["Entrypoint"] == [name]
    assert health_command(name) == ["CMD", name, "health"]
    assert engine("run", "--rm", "--network", "none", "--read-only", f"invoices-{name}", "--version").stdout.strip()
    programs = engine("run", "--rm", "--network", "none", "--entrypoint", "ls", f"invoices-{name}", "/usr/local/bin").stdout.split()
    assert programs == PROGRAMS[name]


def test_the_images_are_small(capsys: pytest.CaptureFixture[str]):
    megabytes = {name: inspect_image(name)["Size"] / 1e6 for name in PROGRAMS}
    with capsys.disabled():
        print("\n" + "\n".join(f"{name:20} {size:6.1f} MB" for name, size in megabytes.items()))
    assert max(megabytes.values()) < MEGABYTES_MAX


def test_the_api_is_not_open_unless_somebody_says_so():
    ended = engine("run", "--rm", "--network", "none", "--read-only", "-e", "AUTH=off",
                   "invoices-invoice-service", check=False)
    assert ended.returncode == 2 and "ALLOW_OPEN" in ended.stderr


def test_the_standalone_finds_the_program_that_moves_it():
    ended = engine("run", "--rm", "--network", "none", "--read-only", "--env", "ALLOW_OPEN=true",
                   "invoices-invoice-standalone", "export", "--to", "mongodb://127.0.0.1:1/invoice", check=False)
    assert "127.0.0.1:1" in ended.stderr and "cannot be started" not in ended.stderr, ended.stderr


def test_the_libraries_are_known_to_scanners():
    known = engine("run", "--rm", "--network", "none", "--entrypoint", "ls", "invoices-invoice-service",
                   "/var/lib/dpkg/status.d").stdout.split()
    assert {"ca-certificates", "libmongoc-1.0-0t64", "librabbitmq4"} <= set(known)
    assert not {"gnupg", "openssl", "perl"} & set(known), "nothing runs them"


def test_a_day_in_three_services(tmp_path: Path, secrets: Path, smtp: SmtpGate, containers: list[Container]):
    broker = Broker(tmp_path / "rabbitmq")
    broker.start()
    try:
        with MongoServer() as mongo:
            write_secret(secrets / "mongo", mongo.uri("invoice") + "\n")
            write_secret(secrets / "rabbitmq", broker.uri + "\n")
            options = {"MONGO_URI_FILE": "/secrets/mongo", "CUT_OFF": cut_off_soon()}
            queue = {"RABBITMQ_URI_FILE": "/secrets/rabbitmq"}
            containers.append(Container("invoice-service", secrets, HTTP_ADDRESS=PORTS["HTTP_ADDRESS"], **options))
            containers.append(Container("report-generator", secrets, OPS_ADDRESS="127.0.0.1:33002", **options, **queue))
            containers.append(Container("email-sender", secrets, OPS_ADDRESS=PORTS["OPS_ADDRESS"],
                                        SMTP_URI=smtp.uri, **options, **queue))
            assert_days_come_by_mail(containers, smtp, "report-generator", "preview", "--publish")
            assert "daily_sales_report" in broker.queues()
    finally:
        broker.remove()


def test_a_day_in_one_process(secrets: Path, smtp: SmtpGate, containers: list[Container]):
    containers.append(Container("invoice-standalone", secrets, HTTP_ADDRESS=PORTS["HTTP_ADDRESS"],
                                CUT_OFF=cut_off_soon(), SMTP_URI=smtp.uri))
    assert_days_come_by_mail(containers, smtp, "invoice-standalone", "preview", "--mail")


def test_passwords_are_made_once_and_for_those_who_read_them(tmp_path: Path):
    volumes = []
    for name in ("mongo", "mongo-uri", "rabbitmq", "rabbitmq-uri"):
        (tmp_path / name).mkdir()
        volumes += ["--volume", f"{tmp_path / name}:/secrets/{name}"]
    command = ["run", "--rm", "--network", "none", "--read-only", "--cap-drop", "all", "--cap-add", "chown",
               "--security-opt", "no-new-privileges", *volumes, "invoices-passwords"]
    assert "made" in engine(*command).stdout
    files = {file.relative_to(tmp_path).as_posix(): file for file in tmp_path.rglob("*") if file.is_file()}
    owners = {name: file.stat().st_uid for name, file in files.items()}
    assert owners == {"mongo/root-password": 999, "mongo/key-file": 999, "mongo/invoicing-password": 999,
                      "mongo/complete": 999, "rabbitmq/password.conf": 999, "mongo-uri/uri": 10001, "rabbitmq-uri/uri": 10001}
    assert {file.stat().st_mode & 0o777 for file in files.values()} == {0o400}
    before = {name: subprocess.check_output(["cat", file]) for name, file in files.items()}
    assert len(set(before.values())) == len(before), "no two are the same"
    assert engine(*command).stdout == ""
    assert {name: file.read_bytes() for name, file in files.items()} == before
    password = before["mongo/invoicing-password"].decode()
    assert f"//invoicing:{password}@mongo:27017/invoice" in before["mongo-uri/uri"].decode()
