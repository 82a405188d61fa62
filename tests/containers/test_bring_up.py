"""compose.yaml brought up: in order, healthy, with passwords of its own; an invoice travels to the mailbox."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine import ENGINE, engine
from test_compose import ROOT, compose

sys.path[:0] = [str(ROOT / "tests/e2e")]

from harness.waiting import wait_until  # noqa: E402  (the path above makes it importable)

PROJECT = "invoices-test"
RUNNING = ("mongo", "rabbitmq", "mailpit", "invoice-service", "report-generator", "email-sender")
INVOICE = {"customer": "Ada", "amount": 120.5, "reference": "R-1", "items": [{"sku": "DG334", "qt": 2}]}


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@contextlib.contextmanager
def podman_as_docker(folder: Path) -> Iterator[dict[str, str]]:
    """Podman behind Docker's API: where it is; and somebody who asks for health, which podman leaves to systemd."""
    address = f"unix://{folder}/podman.sock"
    server = subprocess.Popen(["podman", "system", "service", "--time", "0", address], stderr=subprocess.DEVNULL)
    ended = threading.Event()

    def ask() -> None:
        while not ended.wait(1):
            for name in engine("ps", "--format", "{{.Names}}", check=False).stdout.split():
                if name.startswith(PROJECT):
                    engine("healthcheck", "run", name, check=False)

    asker = threading.Thread(target=ask)
    asker.start()
    try:
        wait_until((folder / "podman.sock").exists, "podman's socket")
        yield {"DOCKER_HOST": address}
    finally:
        ended.set()
        asker.join()
        server.terminate()
        server.wait()


def without_start_interval(folder: Path) -> list[str]:
    """Options for Compose. Podman's API is that of an older Docker, for which it refuses this one setting."""
    override = folder / "compose.podman.yaml"
    override.write_text("services:\n" + "".join(
        f"  {name}: {{healthcheck: {{start_interval: !reset null}}}}\n" for name in RUNNING))
    return ["--file", str(override)]


class System:
    def __init__(self, environment: dict[str, str], options: list[str]):
        self.options = options
        self.http, self.mailpit, mongo, rabbitmq, management = free_ports(5)
        self.environment = environment | {
            "COMPOSE_PROJECT_NAME": PROJECT, "HTTP_PORT": str(self.http), "MAILPIT_PORT": str(self.mailpit),
            "MONGO_PORT": str(mongo), "RABBITMQ_PORT": str(rabbitmq), "RABBITMQ_MANAGEMENT_PORT": str(management)}

    def compose(self, *words: str, check: bool = True) -> str:
        done = compose(*self.options, *words, **self.environment)
        assert done.returncode == 0 or not check, f"compose {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def states(self) -> dict[str, str]:
        """Of each service "healthy", or what it is instead."""
        rows = [json.loads(line) for line in self.compose("ps", "--all", "--format", "json").splitlines()]
        return {row["Service"]: row["Health"] or f"{row['State']} {row['ExitCode']}" for row in rows}

    def sh(self, line: str) -> subprocess.CompletedProcess[str]:
        """A line of the manual, with the Compose of this test for `docker compose`."""
        command = os.environ.get("COMPOSE", "docker compose")
        environment = os.environ | self.environment
        return subprocess.run(["bash", "-c", line.replace("docker compose", command).replace(" exec ", " exec -T ")],
                              check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    compose("version")
    with contextlib.ExitStack() as stack:
        environment: dict[str, str] = {}
        options: list[str] = []
        if ENGINE == "podman":
            folder = tmp_path_factory.mktemp("engine")
            environment = stack.enter_context(podman_as_docker(folder))
            options = without_start_interval(folder)
        system = System(environment, options)
        try:
            system.compose("up", "--no-build", "--detach", "--quiet-pull")
            yield system
        finally:
            print(system.compose("logs", "--no-color", check=False)[-20000:])
            system.compose("down", "--volumes", "--timeout", "20", check=False)


def test_everything_gets_healthy_in_order(system: System):
    wait_until(lambda: all(system.states().get(name) == "healthy" for name in RUNNING), "all are healthy", seconds=240, pause=2)
    states = system.states()
    assert {states[name] for name in ("passwords", "mongo-setup", "first-key")} == {"exited 0"}


def post_invoice(system: System, key: str) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{system.http}/invoices", json.dumps(INVOICE).encode(),
                                     {"Content-Type": "application/json", "Authorization": f"Bearer {key}"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def first_key(system: System) -> str:
    """By the command that the manual names."""
    page = (ROOT / "docs/operating/containers.md").read_text()
    command = "docker compose exec invoice-service cat /secrets/first-key/key"
    assert command in page
    return system.sh(command).stdout.strip()


def test_the_first_key_opens_the_api_and_stays(system: System):
    key = first_key(system)
    assert re.fullmatch(r"ik_[a-z2-9]{8}_[A-Za-z0-9_-]{43}", key)
    assert post_invoice(system, "nobody's") == 401
    assert key not in system.compose("logs", "--no-color"), "no key in the logs"
    system.compose("up", "--no-build", "--detach")
    assert first_key(system) == key


def test_an_invoice_travels_to_the_mailbox(system: System):
    assert post_invoice(system, first_key(system)) == 201
    system.compose("exec", "-T", "report-generator", "report-generator", "preview", "--publish")

    def mails() -> list[dict]:
        with urllib.request.urlopen(f"http://127.0.0.1:{system.mailpit}/api/v1/messages", timeout=10) as answer:
            return json.load(answer)["messages"]

    mail, = wait_until(mails, "the mail", seconds=60, pause=1)
    assert mail["To"][0]["Address"] == "sales@localhost"


def test_the_lines_of_the_manual(system: System):
    page = (ROOT / "docs/operating/containers.md").read_text()
    section = page.partition("## Looking inside")[2].partition("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", section, flags=re.DOTALL)
    said = {}
    for line in "\n".join(blocks).replace("\\\n", " ").splitlines():
        if "--follow" in line or "curl" in line or line.rstrip().endswith("invoice'"):
            continue  # they end by hand, or go to the port of another installation
        done = system.sh(line)
        assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
        said[line] = done.stdout
    text = "\n".join(said.values())
    assert "DG334" in text, "mongosh finds the invoice"
    assert "daily_sales_report" in text, "RabbitMQ knows the queue"


def test_the_passwords_stay(system: System):
    def uri() -> str:
        return system.compose("exec", "-T", "email-sender", "cat", "/secrets/mongo/uri")

    before = uri()
    system.compose("up", "--no-build", "--detach")
    assert uri() == before
    config = system.compose("config")
    password = re.search(r"//invoicing:([^@]+)@", before)
    assert password and len(password[1]) == 32 and password[1] not in config


def test_what_crashes_comes_back(system: System):
    name = system.compose("ps", "--format", "{{.Name}}", "invoice-service").strip()
    pid = int(engine("inspect", "--format", "{{.State.Pid}}", name).stdout)
    os.kill(pid, 9)
    wait_until(lambda: int(engine("inspect", "--format", "{{.State.Pid}}", name).stdout) not in (0, pid), "it is back",
               seconds=60, pause=1)
    wait_until(lambda: system.states()["invoice-service"] == "healthy", "it is healthy", seconds=60, pause=1)
