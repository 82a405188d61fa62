"""compose.yaml brought up by a Docker Compose, on free ports, and removed again."""

import contextlib
import json
import os
import socket
import ssl
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from engine import ENGINE, engine
from harness.waiting import wait_until
from test_compose import ROOT, compose

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
    def __init__(self, project: str, environment: dict[str, str], options: list[str]):
        self.options = options
        self.http, self.mailpit, mongo, rabbitmq, management = free_ports(5)
        self.environment = environment | {
            "COMPOSE_PROJECT_NAME": project, "HTTP_PORT": str(self.http), "MAILPIT_PORT": str(self.mailpit),
            "MONGO_PORT": str(mongo), "RABBITMQ_PORT": str(rabbitmq), "RABBITMQ_MANAGEMENT_PORT": str(management)}

    def compose(self, *words: str, check: bool = True) -> str:
        done = compose(*self.options, *words, **self.environment)
        assert done.returncode == 0 or not check, f"compose {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def states(self) -> dict[str, str]:
        """Of each service "healthy", or what it is instead."""
        rows = [json.loads(line) for line in self.compose("ps", "--all", "--format", "json").splitlines()]
        return {row["Service"]: row["Health"] or f"{row['State']} {row['ExitCode']}" for row in rows}

    def process(self, service: str) -> int:
        """The process id of a service's program, seen from outside; 0 while it is down."""
        name = self.compose("ps", "--all", "--format", "{{.Name}}", service).strip()
        return int(engine("inspect", "--format", "{{.State.Pid}}", name).stdout)

    def sh(self, line: str) -> subprocess.CompletedProcess[str]:
        """A line of the manual, with the Compose of this test for `docker compose`."""
        command = " ".join([os.environ.get("COMPOSE", "docker compose"), "--file", "compose.yaml", *self.options])
        environment = os.environ | self.environment
        return subprocess.run(["bash", "-c", line.replace("docker compose", command).replace(" exec ", " exec -T ")],
                              check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)

    def first_key(self) -> str:
        """By the command that the manual names."""
        page = (ROOT / "docs/operating/containers.md").read_text()
        command = "docker compose exec invoice-service cat /secrets/first-key/key"
        assert command in page
        return self.sh(command).stdout.strip()

    def post_invoice(self, key: str, trust: ssl.SSLContext | None = None) -> int:
        """The answer's status; over TLS with `trust`."""
        scheme = "https" if trust else "http"
        request = urllib.request.Request(f"{scheme}://127.0.0.1:{self.http}/invoices", json.dumps(INVOICE).encode(),
                                         {"Content-Type": "application/json", "Authorization": f"Bearer {key}"})
        try:
            with urllib.request.urlopen(request, timeout=20, context=trust) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code


@contextlib.contextmanager
def brought_up(project: str, folder: Path, *services: str, override: Path | None = None,
               **environment: str) -> Iterator[System]:
    """compose.yaml with `override`: the services named and what they need, or all. `project` is added to the name of the
    test's projects, `folder` is for what the engine wants. Logs are shown and everything is removed at the end."""
    compose("version")
    options = ["--file", str(override)] if override else []
    with contextlib.ExitStack() as stack:
        if ENGINE == "podman":
            environment |= stack.enter_context(podman_as_docker(folder))
            options += without_start_interval(folder)
        system = System(PROJECT + project, environment, options)
        try:
            system.compose("up", "--no-build", "--detach", "--quiet-pull", *services)
            yield system
        finally:
            print(system.compose("logs", "--no-color", check=False)[-20000:])
            system.compose("down", "--volumes", "--timeout", "20", check=False)
