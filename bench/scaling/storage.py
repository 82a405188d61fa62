"""How large our documents and their indexes are in WiredTiger, in a file and in its cache."""

import datetime
import hashlib
import os
import shutil
import struct
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import bson
import cramjam
import machine
import split
import wiredtiger
from dataset import Dataset, import_file, text_file

# As mongod creates its tables, but for the compressor of the documents.
DOCUMENTS = "key_format=q,value_format=u,memory_page_max=10m,split_pct=90,leaf_value_max=64MB"
INDEX = "key_format=u,value_format=u,prefix_compression=true,internal_page_max=16k,leaf_page_max=16k"
PAGE_BYTES = 32 * 1024  # of a table's leaf, which is what mongod compresses at a time
CACHE = "cache_size=4G,statistics=(all)"

Entries = Callable[[dict], Iterable[bytes]]


def measured(invoices: int, folder: Path) -> str:
    """The text of inputs.toml."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    dump = folder / "invoices.bson"
    store_and_dump(invoices, dump)
    data = folder / "wiredtiger"
    data.mkdir()
    fill(data, documents(dump))
    sizes = read_sizes(data)
    entries, in_file, in_cache = sizes["documents"]
    sizes["documents"] = (entries, in_file * compressed_part(dump.read_bytes()), in_cache)
    average = dump.stat().st_size / invoices
    shutil.rmtree(folder)
    return as_toml(invoices, average, sizes)


def store_and_dump(invoices: int, dump: Path) -> None:
    """A day of invoices, each with an Idempotency-Key, so that ids come in an order of chance."""
    begin = split.last_cut_off() - datetime.timedelta(days=1)
    dataset = Dataset(f"scaling-{invoices}-{begin.date()}", invoices, begin.replace(tzinfo=None),
                      datetime.timedelta(hours=23.99))
    file = text_file(dataset)
    with split.mongo(dump.with_suffix(".store")) as mongo:
        uri = mongo.fresh()
        with split.service("invoice-service", uri) as server:
            created = import_file(server, file)
        if created != invoices:
            raise RuntimeError(f"{created} of {invoices} invoices were imported")
        split.database(uri, "dump", invoices, dump)
        split.database(uri, "drop")
    file.unlink()


def documents(dump: Path) -> Iterator[bytes]:
    with open(dump, "rb") as file:
        while head := file.read(4):
            yield head + file.read(struct.unpack("<i", head)[0] - 4)


def compressed_part(content: bytes) -> float:
    """What snappy leaves of it, a page at a time."""
    pages = [content[i:i + PAGE_BYTES] for i in range(0, len(content), PAGE_BYTES)]
    return sum(len(cramjam.snappy.compress_raw(page)) for page in pages) / len(content)


def text(value: str) -> bytes:
    return b"\x3c" + value.encode() + b"\0"


def date(value: datetime.datetime) -> bytes:
    milliseconds = int(value.replace(tzinfo=datetime.UTC).timestamp() * 1000)
    return b"\x78" + struct.pack(">Q", milliseconds + (1 << 63))


def object_id(value: bson.ObjectId) -> bytes:
    return b"\x64" + value.binary


def record(number: int) -> bytes:
    """How mongod writes the number of a record behind a key: as short as it goes."""
    more = max(0, (number.bit_length() - 10 + 7) // 8)
    return ((more << (13 + 8 * more)) | (number << 3) | more).to_bytes(2 + more, "big")


# docs/reference/documents.md has them; a test holds that page against the code.
INDEXES: dict[str, Entries] = {
    "_id": lambda each: [object_id(each["_id"])],
    "_id hashed (of a sharded collection)": lambda each: [
        b"\x2b" + hashlib.md5(each["_id"].binary, usedforsecurity=False).digest()[:8]],
    "by_date": lambda each: [date(each["date"]) + object_id(each["_id"])],
    "by_customer": lambda each: [text(each["customer"]) + date(each["date"]) + object_id(each["_id"])],
    "by_reference": lambda each: [text(each["reference"]) + date(each["date"]) + object_id(each["_id"])],
    "by_sku": lambda each: [text(sku) + date(each["date"]) + object_id(each["_id"])
                            for sku in sorted({item["sku"] for item in each["items"]})],
    "by_currency": lambda each: [text(each["currency"]) + date(each["date"]) + object_id(each["_id"])],
    "by_recorded_at": lambda each: [date(each["recordedAt"]) + object_id(each["_id"]) + date(each["date"])],
}


def fill(data: Path, raw: Iterable[bytes]) -> None:
    """In order of arrival, all tables side by side, as inserts come."""
    connection = wiredtiger.wiredtiger_open(str(data), f"create,{CACHE}")
    session = connection.open_session()
    session.create("table:documents", DOCUMENTS)
    store = session.open_cursor("table:documents")
    cursors = {}
    for number, name in enumerate(INDEXES):
        session.create(f"table:index-{number}", INDEX)
        cursors[name] = session.open_cursor(f"table:index-{number}")
    for number, document in enumerate(raw, 1):
        store[number] = document
        members = bson.decode(document)
        for name, entries in INDEXES.items():
            cursor = cursors[name]
            for key in entries(members):
                if name == "_id":
                    cursor[key + b"\x04"] = record(number)
                else:
                    cursor[key + b"\x04" + record(number)] = b""
        if number % 50_000 == 0:
            session.checkpoint()
    session.checkpoint()
    connection.close()


def read_sizes(data: Path) -> dict[str, tuple[int, float, int]]:
    """Of each table: entries, bytes in its file, bytes in the cache once all of it has been read."""
    connection = wiredtiger.wiredtiger_open(str(data), CACHE)
    session = connection.open_session()
    sizes = {}
    for name, table in [("documents", "documents"), *((name, f"index-{i}") for i, name in enumerate(INDEXES))]:
        cursor = session.open_cursor(f"table:{table}")
        entries = 0
        while cursor.next() == 0:
            entries += 1
        cursor.close()
        statistics = session.open_cursor(f"statistics:table:{table}", None, "statistics=(fast)")
        # Whole blocks, without what a later insert may reuse.
        in_file = (statistics[wiredtiger.stat.dsrc.block_size][2]
                   - statistics[wiredtiger.stat.dsrc.block_reuse_bytes][2])
        sizes[name] = (entries, in_file, statistics[wiredtiger.stat.dsrc.cache_bytes_inuse][2])
        statistics.close()
    connection.close()
    return sizes


def as_toml(invoices: int, average: float, sizes: dict[str, tuple[int, float, int]]) -> str:
    where = machine.describe()
    server = "a server of MONGO_URI_TEST" if "MONGO_URI_TEST" in os.environ else "the test server"
    lines = [
        "# Written by bench/scaling/measure; docs/scaling.md says how.",
        f'date = "{datetime.date.today().isoformat()}"',
        f'machine = "{where.kind}"',
        f'stored_in = "{server}, measured in WiredTiger {".".join(map(str, wiredtiger.wiredtiger_version()[1:]))}"',
        f"invoices = {invoices}",
        f"bson_bytes = {average:.1f}  # of a document, as it is sent and journalled",
        "",
        "# Bytes of an invoice: in the file, and in the cache when all of it is there.",
    ]
    for name, (entries, in_file, in_cache) in sizes.items():
        lines += ["[[table]]", f'name = "{name}"', f"entries = {entries / invoices:.3f}",
                  f"file_bytes = {in_file / invoices:.1f}", f"cache_bytes = {in_cache / invoices:.1f}"]
    return "\n".join(lines) + "\n"
