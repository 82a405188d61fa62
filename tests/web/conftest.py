"""A browser against the real programs: the harness of tests/e2e, and Debian's Chromium."""

import os
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from contract import Contract  # noqa: E402  (the path above makes it importable)
from harness.forms import FORMS, make_system  # noqa: E402
from harness.servers import Servers  # noqa: E402
from harness.smtp import SmtpGate  # noqa: E402
from harness.standalone import Standalone  # noqa: E402
from harness.system import System  # noqa: E402

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}

expect.set_options(timeout=15_000)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def contract() -> Contract:
    return Contract()


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    made = Servers(tmp_path_factory.mktemp("servers"))
    yield made
    made.close()


@pytest.fixture
def standalone(tmp_path: Path, contract: Contract) -> Iterator[Standalone]:
    """Started, on a port that a later start has again."""
    made = Standalone(tmp_path, contract)
    made.options["HTTP_ADDRESS"] = f"127.0.0.1:{free_port()}"
    made.start()
    yield made
    made.clean_up()


@pytest.fixture
def reported(tmp_path: Path, contract: Contract) -> Iterator[Standalone]:
    """Started two days ago: two reports are sealed and mailed, the second with a correction; now is now."""
    made = Standalone(tmp_path, contract)
    now = datetime.now(UTC)
    made.clock.set(now - timedelta(days=2))
    # The cut-off was a minute ago, so that the running day has just begun.
    made.start(CUT_OFF=(now - timedelta(minutes=1)).strftime("%H:%M"))
    first = made.api.post_invoice("100.10", reference="FIRST", items=[{"sku": "DG334", "qt": 2}])
    made.api.post_invoice("2000.00", currency="EUR", reference="EURO", items=[{"sku": "DG335", "qt": 1.5}])
    made.clock.set(now - timedelta(days=1))
    made.run("close")
    made.api.void(first["id"])
    made.api.post_invoice("50.00", reference="SECOND", items=[{"sku": f"SKU-{n}", "qt": n} for n in range(1, 12)])
    made.clock.reset()
    made.run("close")
    for report in made.api.list("/reports"):
        made.wait_for_report(report["businessDay"])
    yield made
    made.clean_up()


@pytest.fixture(params=FORMS)
def system(request: pytest.FixtureRequest, tmp_path: Path, contract: Contract, servers: Servers) -> Iterator[System]:
    """Not started; in each of its forms."""
    made = make_system(request.param, tmp_path, contract, servers)
    yield made
    made.clean_up()


@pytest.fixture
def smtp(tmp_path: Path) -> Iterator[SmtpGate]:
    """A mail server that is down until serve()."""
    gate = SmtpGate(tmp_path / "smtp")
    yield gate
    gate.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # The tests may run as root, where Chromium has no sandbox of its own.
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


class Faults(list):
    """What the browser complained of; `expected` are beginnings of what a test provokes."""

    expected: tuple[str, ...] = ()

    def unexpected(self) -> list[str]:
        return [fault for fault in self if not fault.startswith(self.expected)] if self.expected else list(self)


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def open_page(browser: Browser, faults: Faults) -> Iterator[Callable[..., Page]]:
    """open_page(system, "#/days", **options of the context): a page of which no script may fail, nothing may be
    blocked by the policy, and no request may go elsewhere."""
    contexts = []

    def open_one(system: System, address: str = "", **options) -> Page:
        context = browser.new_context(locale="en-GB", viewport=options.pop("viewport", DESK), **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"script: {error}"))
        page.on("console", lambda message: message.type == "error" and faults.append(message.text))
        page.on("request", lambda request: request.url.startswith((system.url, "data:", "blob:"))
                or faults.append(f"request to {request.url}"))
        page.goto(f"{system.url}/{address}")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert faults.unexpected() == []
