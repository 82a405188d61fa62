"""Stores of many invoices, made once by importing them through the real server, kept in build/bench/data.

Every invoice has an Idempotency-Key, so that ids land everywhere; references are its own but for one in a thousand,
which share one; one of 1,000 customers; 100 common SKUs, a frequent one in every second invoice, a rare one in every
ten-thousandth.
"""

import datetime
import http.client
import json
import os
import shutil
import socket
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import FOLDER
from servers import Server, ours

VERSION = 1  # of the content below; a change makes the stores anew
MILLION = 1_000_000
SHARED_REFERENCE = "STANDING-ORDER"
CUSTOMER = "Customer 0007"
FREQUENT_SKU = "SKU-FREQUENT"
RARE_SKU = "SKU-RARE"
DAY_OPENS = "2024-06-03 12:00:30"  # the fake clock under which the books of a `day` open
DAY_IS_OVER = "2024-06-04 12:00:30"


@dataclass(frozen=True)
class Dataset:
    """`first` to `first` + `span`: the dates of the invoices, evenly."""
    name: str
    invoices: int
    first: datetime.datetime
    span: datetime.timedelta
    clock: str = ""

    def folder(self) -> Path:
        return FOLDER / f"data/v{VERSION}-{self.name}"


def spread(invoices: int) -> Dataset:
    """Over a hundred days, long past."""
    return Dataset(f"spread-{invoices}", invoices, datetime.datetime(2024, 1, 1), datetime.timedelta(days=100))


def one_day(invoices: int) -> Dataset:
    """All within one business day, whose books are open and which the next cut-off closes."""
    return Dataset(f"day-{invoices}", invoices, datetime.datetime(2024, 6, 3, 12), datetime.timedelta(hours=23.99),
                   clock=DAY_OPENS)


def lines(dataset: Dataset, first: int = 0) -> Iterator[str]:
    step = dataset.span / dataset.invoices
    for i in range(first, dataset.invoices):
        date = (dataset.first + i * step).isoformat(timespec="milliseconds") + "Z"
        reference = SHARED_REFERENCE if i % 1000 == 7 else f"R-{i:07}"
        items = [f'{{"sku":"SKU-{i * 7919 % 100:03}","qt":{i % 9 + 1}}}']
        if i % 2:
            items.append(f'{{"sku":"{FREQUENT_SKU}","qt":1}}')
        if i % 10_000 == 77:
            items.append(f'{{"sku":"{RARE_SKU}","qt":2.5}}')
        yield (f'{{"idempotencyKey":"bench-{i}","customer":"Customer {i * 104729 % 1000:04}",'
               f'"amount":{i % 1000 + 1}.{i % 100:02},"reference":"{reference}","date":"{date}",'
               f'"items":[{",".join(items)}]}}\n')


def text_file(dataset: Dataset) -> Path:
    """The lines of the import as a file, made once."""
    file = FOLDER / f"data/v{VERSION}-{dataset.name}.ndjson"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(file.name + ".part")
        with open(part, "w", encoding="utf-8") as out:
            out.writelines(lines(dataset))
        part.rename(file)
    return file


def import_file(server: Server, file: Path) -> int:
    """Sends the file as one import and reads the answer at the same time; returns the invoices created."""
    head = (f"POST /invoices/import HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-ndjson\r\n"
            f"Connection: close\r\nContent-Length: {file.stat().st_size}\r\n\r\n").encode()
    created = 0
    with socket.create_connection(("127.0.0.1", server.port)) as connection, open(file, "rb") as body:
        connection.sendall(head)
        sender = threading.Thread(target=connection.sendfile, args=(body,), daemon=True)
        sender.start()
        tail = b""
        while piece := connection.recv(1 << 20):
            created += (tail + piece).count(b'"created"') - tail.count(b'"created"')
            tail = piece[-20:]
        sender.join()
    return created


def stored(dataset: Dataset) -> Path:
    """The data folder with these invoices. Copy it to write to it; reading it changes nothing that counts."""
    folder = dataset.folder()
    if (folder / "invoices.db").exists():
        return folder
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    file = text_file(dataset)
    with ours(part, clock=dataset.clock) as server:
        created = import_file(server, file)
    if created != dataset.invoices:
        raise RuntimeError(f"{created} of {dataset.invoices} invoices were imported")
    part.rename(folder)
    return folder


def copied(dataset: Dataset, target: Path) -> Path:
    """A copy that may be written to."""
    data = target / "data"
    data.mkdir()
    shutil.copyfile(stored(dataset) / "invoices.db", data / "invoices.db")
    os.sync()  # what the copy has left to write must not fall into the measurement
    return data


def id_file(dataset: Dataset, count: int = 50_000) -> Path:
    """Ids of some of its invoices, in an order of chance, one a line."""
    file = stored(dataset) / "ids.txt"
    if not file.exists():
        with sqlite3.connect(f"file:{stored(dataset)}/invoices.db?mode=ro", uri=True) as database:
            step = max(1, dataset.invoices // count)
            rows = database.execute("SELECT lower(hex(id)) FROM invoices WHERE seq % ? = 0 ORDER BY id", (step,))
            file.write_text("".join(f"{row[0]}\n" for row in rows))
    return file


def one_id(dataset: Dataset) -> str:
    with open(id_file(dataset), encoding="ascii") as file:
        return file.readline().strip()


class Lists:
    """Pages of GET /invoices over one kept connection."""

    def __init__(self, server: Server):
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)

    def page(self, query: str) -> tuple[int, str | None]:
        """How many invoices it has, and the cursor of the next page."""
        body, link = self.fetch(query)
        return len(json.loads(body)), cursor_of(link)

    def fetch(self, query: str) -> tuple[bytes, str]:
        self._connection.request("GET", f"/invoices?{query}")
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"GET /invoices?{query}: {answer.status} {body[:300]!r}")
        return body, answer.getheader("Link", "")

    def close(self) -> None:
        self._connection.close()


def cursor_of(link: str) -> str | None:
    return link.split("cursor=")[1].split(">")[0] if "cursor=" in link else None
