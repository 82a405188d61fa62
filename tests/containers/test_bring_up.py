"""compose.yaml brought up: in order, healthy, with passwords of its own; an invoice travels to the mailbox."""

import json
import os
import re
import urllib.request
from collections.abc import Iterator

import pytest
from bring_up import RUNNING, System, brought_up
from harness.waiting import wait_until
from test_compose import ROOT


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with brought_up("", tmp_path_factory.mktemp("engine")) as system:
        yield system


def test_everything_gets_healthy_in_order(system: System):
    wait_until(lambda: all(system.states().get(name) == "healthy" for name in RUNNING), "all are healthy", seconds=240, pause=2)
    states = system.states()
    assert {states[name] for name in ("passwords", "mongo-setup", "first-key")} == {"exited 0"}


def test_the_first_key_opens_the_api_and_stays(system: System):
    key = system.first_key()
    assert re.fullmatch(r"ik_[a-z2-9]{8}_[A-Za-z0-9_-]{43}", key)
    assert system.post_invoice("nobody's") == 401
    assert key not in system.compose("logs", "--no-color"), "no key in the logs"
    system.compose("up", "--no-build", "--detach")
    assert system.first_key() == key


def test_an_invoice_travels_to_the_mailbox(system: System):
    assert system.post_invoice(system.first_key()) == 201
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
    pid = system.process("invoice-service")
    os.kill(pid, 9)
    wait_until(lambda: system.process("invoice-service") not in (0, pid), "it is back", seconds=60, pause=1)
    wait_until(lambda: system.states()["invoice-service"] == "healthy", "it is healthy", seconds=60, pause=1)
