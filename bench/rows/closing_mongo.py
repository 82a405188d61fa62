"""Closing a day of a million invoices on MongoDB: the server adds up, the generator holds a number per currency and SKU."""

import datetime
import os
import subprocess
import time
from pathlib import Path

import split
from bench import BIN, FOLDER, Bench
from dataset import Dataset, import_file, text_file
from figure import Figure, median_ratio, middle, short
from servers import program_of_node

PEER = "a generator on mongoose that streams the day's invoices and adds them up in JavaScript"
INVOICES = 1_000_000
HEAP_GB = 16  # of the test server, for so many invoices; in a file a closing takes it over ten minutes
SAMPLE_SECONDS = 0.01


def measure(bench: Bench) -> list[Figure]:
    count = 50_000 if bench.quick else INVOICES
    folder = bench.empty_folder()
    with split.mongo(HEAP_GB) as mongo, split.broker(folder) as broker:
        uri = mongo.fresh()
        day = fill(uri, count)
        runs = bench.interleave({"ours": lambda _: closed(uri, broker), "nest": lambda _: added_up(uri, day)})
        split.database(uri, "drop")
    seconds, memory = ({name: [run[part] for run in results] for name, results in runs.items()} for part in (0, 1))
    return [
        Figure(f"closing a day of {count:,} invoices on MongoDB / streamed and added up in JavaScript, time",
               median_ratio(seconds["ours"], seconds["nest"]),
               detail=f"{short(middle(seconds['ours']))} against {short(middle(seconds['nest']))} s"),
        Figure("the same, memory of the generator at its peak, RssAnon", max(memory["ours"]), 64, at_least=False,
               unit="MB", detail=f"against {short(middle(memory['nest']))} MB"),
    ]


def fill(uri: str, count: int) -> datetime.datetime:
    """Two days are due, the first one empty, the second one with all invoices; returns where that begins."""
    day = split.open_books(uri, 2) + datetime.timedelta(days=1)
    # The text is made anew each day: it holds the dates.
    dataset = Dataset(f"closing-{count}-{day.date()}", count, day.replace(tzinfo=None),
                      datetime.timedelta(hours=23.99))
    file = text_file(dataset)
    with split.service("invoice-service", uri) as server:
        created = import_file(server, file)
    file.unlink()
    if created != count:
        raise RuntimeError(f"{created} of {count} invoices were imported")
    return day


def closed(uri: str, broker: split.Broker) -> tuple[float, float]:
    """The command `close` from its start to its end, publishing included: seconds, and MB at the peak."""
    split.database(uri, "unseal")
    environment = {"PATH": os.environ["PATH"]} | split.environment(uri, RABBITMQ_URI=broker.uri)
    took = watched([BIN / "report-generator", "close"], environment)
    reports = int(split.database(uri, "count", "reports"))
    if reports != 2:
        raise RuntimeError(f"close has sealed {reports} reports instead of 2")
    return took


def added_up(uri: str, day: datetime.datetime) -> tuple[float, float]:
    return watched([program_of_node(), FOLDER / "nest/dist/servers/add_up.js", uri, day.isoformat()],
                   {"PATH": os.environ["PATH"], "NODE_ENV": "production"})


def watched(command: list[object], environment: dict[str, str]) -> tuple[float, float]:
    begin = time.monotonic()
    process = subprocess.Popen([str(word) for word in command], env=environment, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    most = 0.0
    while process.poll() is None:
        most = max(most, anonymous_mb(process.pid))
        time.sleep(SAMPLE_SECONDS)
    seconds = time.monotonic() - begin
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]}: {process.stdout.read()}")
    return seconds, most


def anonymous_mb(pid: int) -> float:
    """0 of a process that has just ended."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    return 0
