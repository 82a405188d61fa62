"""The three services, and what they stand on: a MongoDB, a RabbitMQ, an SMTP server."""

import datetime
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import BIN, CORES, FOLDER, ROOT
from servers import Server, free_port, program_of_node

sys.path.insert(0, str(ROOT / "tests/support"))
from mongo_server.server import MongoServer  # noqa: E402  (the path above makes it importable)
from rabbit_broker import Broker  # noqa: E402

QUEUE = "daily_sales_report"
READY_SECONDS = 60
# A test wants a server that starts at once; a row one that has room and is compiled as far as it goes.
SERVER_JAVA = "-XX:+UseSerialGC"
CUT_OFF = datetime.time(12)


class Mongo:
    def __init__(self, uri: str):
        self._base, _, self._options = uri.partition("?")
        self._databases = 0

    def fresh(self) -> str:
        """The URI of a database that nobody has used."""
        self._databases += 1
        name = f"bench_{os.getpid()}_{self._databases}"
        begin = self._base.index("/", self._base.index("://") + 3) if self._base.count("/") > 2 else len(self._base)
        return f"{self._base[:begin]}/{name}" + (f"?{self._options}" if self._options else "")


@contextmanager
def mongo(heap_gb: int = 3) -> Iterator[Mongo]:
    """The server that MONGO_URI_TEST names, else the test server, which holds all in memory."""
    given = os.environ.get("MONGO_URI_TEST")
    if given:
        yield Mongo(given)
        return
    os.environ["MONGO_SERVER_JAVA"] = f"-Xmx{heap_gb}g {SERVER_JAVA}"
    with MongoServer() as server:
        yield Mongo(server.uri())


def database(uri: str, action: str, *words: object) -> str:
    """Runs bench/nest/src/servers/database.ts."""
    return node("database", uri, action, *words)


def waiting_reports(broker: Broker) -> int:
    return int(node("queue", broker.uri, QUEUE, "count"))


def purge_reports(broker: Broker) -> None:
    node("queue", broker.uri, QUEUE, "purge")


def node(name: str, *words: object) -> str:
    """What a program of bench/nest/src/servers prints."""
    command = [program_of_node(), FOLDER / f"nest/dist/servers/{name}.js", *words]
    run = subprocess.run([str(word) for word in command], check=False, capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError(run.stderr.strip()[-500:])
    return run.stdout


def environment(uri: str, **options: str) -> dict[str, str]:
    return {"MONGO_URI": uri, "LOG_LEVEL": "warning", "HTTP_THREADS": str(CORES),
            "CUT_OFF": CUT_OFF.strftime("%H:%M")} | options


@contextmanager
def service(program: str, uri: str, **options: str) -> Iterator[Server]:
    """One of the three, from its first ready answer on."""
    port = free_port()
    address = {"HTTP_ADDRESS": f"127.0.0.1:{port}"} if program == "invoice-service" \
        else {"OPS_ADDRESS": f"127.0.0.1:{port}"}
    with Server([BIN / program], environment(uri, **address, **options), port, path="/readyz") as server:
        wait_until(lambda: server.get("/readyz")[0].status == 200, f"{program} is ready", READY_SECONDS, pause=0.02)
        yield server


def nest_service(uri: str, makes_indexes: bool = True) -> Server:
    port = free_port()
    return Server([program_of_node(), FOLDER / "nest/dist/servers/invoice_service.js"],
                  {"PORT": str(port), "MONGO_URI": uri, "NODE_ENV": "production",
                   "MAKE_INDEXES": "true" if makes_indexes else "false"}, port)


def run(program: str, *words: str, uri: str, **options: str) -> None:
    """A command of a service to its end."""
    done = subprocess.run([BIN / program, *words], check=False, capture_output=True, text=True,
                          env={"PATH": os.environ["PATH"]} | environment(uri, **options))
    if done.returncode != 0:
        raise RuntimeError(f"{program} {' '.join(words)}: {done.stdout}{done.stderr}")


@contextmanager
def broker(folder: Path) -> Iterator[Broker]:
    made = Broker(folder / "rabbitmq")
    try:
        made.start()
        yield made
    finally:
        made.remove()


@contextmanager
def smtp_server(folder: Path) -> Iterator[int]:
    """The one of the tests (aiosmtpd); every mail that it takes becomes a file of `folder`. Its port."""
    command = [ROOT / "build/venv/bin/python", ROOT / "tests/support/smtp/server.py", folder]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        word, port = server.stdout.readline().split()
        assert word == "port"
        yield int(port)
        server.stdin.close()


def last_cut_off() -> datetime.datetime:
    now = datetime.datetime.now(datetime.UTC)
    today = datetime.datetime.combine(now.date(), CUT_OFF, datetime.UTC)
    return today if today <= now else today - datetime.timedelta(days=1)


def open_books(uri: str, days_ago: int) -> datetime.datetime:
    """As a first start that long ago would have: so many days are due. Returns the opening."""
    opening = last_cut_off() - datetime.timedelta(days=days_ago)
    database(uri, "open_books", opening.isoformat())
    return opening


def wait_until(reached: object, what: str, seconds: float, pause: float = 0.01) -> None:
    end = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > end:
            raise RuntimeError(f"after {seconds} s not yet: {what}")
        time.sleep(pause)


def rate_of(count: object, total: int, seconds: float = 300) -> float:
    """How many a second are counted from the first tenth to the last one: what starts up is left out."""
    first = total // 10
    wait_until(lambda: count() >= first, f"{first} of {total}", seconds)
    begin, counted = time.monotonic(), count()
    wait_until(lambda: count() >= total, f"{total} of them", seconds)
    return (total - counted) / (time.monotonic() - begin)
