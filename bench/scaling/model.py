"""The calculation and the simulation behind docs/scaling.md. Pure functions of a plan, its inputs and a seed."""

import hashlib
import math
import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

GB, TB = 1e9, 1e12
LEAF_BYTES = 16_384  # a page of an index in its file
# Sales by hour of a shop's day: the busiest hour holds nearly twice as many as an average one.
HOURS = (1, 1, 1, 1, 1, 2, 3, 5, 8, 10, 11, 12, 12, 11, 10, 10, 11, 12, 13, 12, 9, 6, 3, 2)
PROCESSES = 64  # copies of the service, each with random bytes of its own in the ids
KEYED = 0.5  # the part of the invoices that come with an Idempotency-Key, which makes the id a hash


@dataclass(frozen=True)
class Plan:
    a_day: int = 100_000_000
    days: int = 365  # how long they are kept
    shards: int = 16
    replicas: int = 3
    customers: int = 1_000_000
    skus: int = 100_000
    sample: int = 100_000  # invoices of a day that the keys are tried with
    seed: int = 1


@dataclass(frozen=True)
class Table:
    name: str
    entries: float  # an invoice
    file_bytes: float
    cache_bytes: float


@dataclass(frozen=True)
class Inputs:
    bson_bytes: float
    tables: tuple[Table, ...]
    closing_us: float  # the server's time for one invoice of a day that it adds up
    post_rate: float  # of one copy of the service, on two cores that load and server share
    post_cpu_us: float  # of the service

    def documents(self) -> Table:
        return self.tables[0]

    def indexes(self) -> tuple[Table, ...]:
        return self.tables[1:]


def read_inputs(file: Path) -> Inputs:
    raw = tomllib.loads(file.read_text(encoding="utf-8"))
    tables = tuple(Table(**table) for table in raw["table"])
    rates = raw["rates"]
    return Inputs(raw["bson_bytes"], tables, rates["closing_us"], rates["post_rate"], rates["post_cpu_us"])


@dataclass(frozen=True)
class Invoice:
    id: bytes
    date: float  # second of the day


def day_of_invoices(plan: Plan) -> list[Invoice]:
    """In order of arrival."""
    chance = random.Random(plan.seed)
    seconds = sorted((hour + chance.random()) * 3600
                     for hour in chance.choices(range(24), weights=HOURS, k=plan.sample))
    processes = [chance.randbytes(5) for _ in range(PROCESSES)]
    counts = [chance.randrange(1 << 24) for _ in range(PROCESSES)]
    invoices = []
    for number, second in enumerate(seconds):
        if chance.random() < KEYED:
            identity = hashlib.sha256(f"{plan.seed}-{number}".encode()).digest()[:12]
        else:
            which = chance.randrange(PROCESSES)
            counts[which] = (counts[which] + 1) % (1 << 24)
            identity = int(1_800_000_000 + second).to_bytes(4, "big") + processes[which] + counts[which].to_bytes(3, "big")
        invoices.append(Invoice(identity, second))
    return invoices


def hashed(invoice: Invoice, plan: Plan) -> int:
    """The 64 bits that mongod hashes a value to, cut into equal ranges."""
    return int.from_bytes(hashlib.md5(invoice.id, usedforsecurity=False).digest()[:8], "big") * plan.shards >> 64


def by_id(invoice: Invoice, plan: Plan) -> int:
    """Ranges of the id itself, cut so that a year's are spread evenly: hashes everywhere, times where today is."""
    return int.from_bytes(invoice.id[:8], "big") * plan.shards >> 64


def by_date(invoice: Invoice, plan: Plan) -> int:
    """Ranges of dates: the shards share a year, and today is on one of them."""
    return plan.shards - 1


@dataclass(frozen=True)
class Key:
    name: str
    shard_of: Callable[[Invoice, Plan], int]
    finds_by_id: bool  # a read by id, and the uniqueness of an id, concern one shard
    finds_by_date: bool


KEYS = (Key('{_id: "hashed"}', hashed, True, False), Key("{_id: 1}", by_id, True, False),
        Key("{date: 1, _id: 1}", by_date, False, True))


@dataclass(frozen=True)
class Spread:
    """Of one day, under one key."""
    busiest_hour: float  # the busiest shard's part of that hour's inserts, times the number of shards: 1 is even
    of_point_read: int  # shards touched
    of_day_list: int
    of_closing: int
    closing_slowest: float  # the largest part of the day that one shard adds up


def spread(key: Key, invoices: list[Invoice], plan: Plan) -> Spread:
    busiest = max(range(24), key=lambda hour: HOURS[hour])
    in_hour, in_day = [0] * plan.shards, [0] * plan.shards
    for invoice in invoices:
        shard = key.shard_of(invoice, plan)
        in_day[shard] += 1
        in_hour[shard] += int(invoice.date // 3600) == busiest
    holding = sum(count > 0 for count in in_day)
    asked = holding if key.finds_by_date else plan.shards
    return Spread(max(in_hour) / sum(in_hour) * plan.shards, 1 if key.finds_by_id else plan.shards, asked, asked,
                  max(in_day) / len(invoices))


@dataclass(frozen=True)
class Needs:
    """Bytes of one copy of all shards together, unless said."""
    a_second: float
    peak_a_second: float
    documents_bytes: float
    indexes_bytes: float
    shard_memory_bytes: float  # of one shard: the index pages that a day's inserts and its closing touch
    shard_ids_bytes: float  # of one shard: both indexes over ids, in which a key's hash lands anywhere
    shard_reads_a_second: float  # of one shard in the busiest hour, instead of that memory
    journal_bytes: float  # a day, before compression
    closing_seconds: float
    copies_at_peak: int


def needs(plan: Plan, inputs: Inputs, invoices: list[Invoice]) -> Needs:
    kept = plan.a_day * plan.days
    peak = plan.a_day / 86400 * max(HOURS) / (sum(HOURS) / 24)
    ids = [table for table in inputs.indexes() if table.name.startswith("_id")]
    others = [table for table in inputs.indexes() if table not in ids]
    part = spread(KEYS[0], invoices, plan).closing_slowest
    return Needs(
        plan.a_day / 86400, peak,
        kept * inputs.documents().file_bytes, kept * sum(table.file_bytes for table in inputs.indexes()),
        sum(touched_bytes(table, plan) for table in others),
        sum(table.cache_bytes for table in ids) * kept / plan.shards,
        peak / plan.shards * KEYED * len(ids), plan.a_day * inputs.bson_bytes,
        plan.a_day * part * inputs.closing_us / 1e6, math.ceil(peak / inputs.post_rate))


def touched_bytes(table: Table, plan: Plan) -> float:
    """Of one shard's cache, on one day. Dates and references grow, so that only their last pages change; in the other
    indexes each customer, or SKU, has a last page of its own, on every shard."""
    today = table.cache_bytes * plan.a_day / plan.shards
    ends = {"by_customer": plan.customers, "by_sku": plan.skus}.get(table.name, 0)
    all_pages = table.file_bytes * plan.a_day * plan.days / plan.shards / LEAF_BYTES
    pages_bytes = min(ends, all_pages) * LEAF_BYTES * table.cache_bytes / table.file_bytes
    return max(today, pages_bytes)


def tables(plan: Plan, inputs: Inputs) -> str:
    """As docs/scaling.md has them."""
    invoices = day_of_invoices(plan)
    return "\n".join([table_of_sizes(inputs), "", table_of_needs(plan, needs(plan, inputs, invoices)), "",
                      table_of_keys(plan, invoices)])


def table_of_sizes(inputs: Inputs) -> str:
    lines = ["| of an invoice | entries | bytes in the file | bytes in the cache |", "|---|---|---|---|"]
    for table in inputs.tables:
        lines.append(f"| `{table.name}` | {table.entries:.2f} | {table.file_bytes:.0f} | {table.cache_bytes:.0f} |")
    indexes = inputs.indexes()
    lines.append(f"| all indexes | {sum(each.entries for each in indexes):.2f} | "
                 f"{sum(each.file_bytes for each in indexes):.0f} | {sum(each.cache_bytes for each in indexes):.0f} |")
    return "\n".join(lines)


def table_of_needs(plan: Plan, need: Needs) -> str:
    each = plan.shards
    both = need.documents_bytes + need.indexes_bytes
    rows = [
        ("invoices a second", f"{need.a_second:,.0f}; in the busiest hour {need.peak_a_second:,.0f}"),
        ("copies of `invoice-service` for that hour", f"{need.copies_at_peak}, each on two cores as those measured"),
        ("documents in the files", f"{need.documents_bytes / plan.days / GB:,.1f} GB a day, "
                                   f"{need.documents_bytes / TB:,.1f} TB in all"),
        ("indexes in the files", f"{need.indexes_bytes / plan.days / GB:,.1f} GB a day, "
                                 f"{need.indexes_bytes / TB:,.1f} TB in all"),
        ("disk", f"{both / each / TB:,.2f} TB for a member of a shard, {both * plan.replicas / TB:,.0f} TB for all "
                 f"{each} × {plan.replicas}"),
        ("journal and oplog", f"{need.journal_bytes / GB:,.0f} GB a day, before compression"),
        ("index memory of a shard: what a day's inserts and its closing touch, ids apart",
         f"{need.shard_memory_bytes / GB:,.1f} GB"),
        ("and both indexes over ids of all days", f"{need.shard_ids_bytes / GB:,.0f} GB, or "
                                                  f"{need.shard_reads_a_second:,.0f} random reads a second instead"),
        ("adding up the day at the closing, all shards at once", f"{need.closing_seconds:,.0f} s"),
    ]
    head = f"| {plan.a_day:,} invoices a day, kept for {plan.days} days, {each} shards of {plan.replicas} | |\n|---|---|"
    return "\n".join([head, *(f"| {what} | {text} |" for what, text in rows)])


def table_of_keys(plan: Plan, invoices: list[Invoice]) -> str:
    lines = ["| key | busiest shard in the busiest hour | shards asked by a point read | by a list of a day | "
             "by the closing | largest part of the day on one shard |", "|---|---|---|---|---|---|"]
    for key in KEYS:
        found = spread(key, invoices, plan)
        lines.append(f"| `{key.name}` | {found.busiest_hour:.2f} × its share | {found.of_point_read} | "
                     f"{found.of_day_list} | {found.of_closing} | {found.closing_slowest:.1%} |")
    return "\n".join(lines)
