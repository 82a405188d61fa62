"""Many invoices over one connection against many connections with one each, the same invoices on both sides."""

import json
import random
import time
from pathlib import Path

from bench import Bench
from dataset import import_file
from figure import Figure, median_ratio, middle, short
from servers import ours

PEER = "our own POST at 64 connections"


def measure(bench: Bench) -> list[Figure]:
    count = 30_000 if bench.quick else 100_000
    file = lines_like_posts(bench.empty_folder(), count)
    rates = bench.interleave({"import": lambda _: imported(bench, file, count),
                              "post": lambda number: posted(bench, count, number)})
    return [Figure("import, rows a second / POST at 64 connections, both with keys",
                   median_ratio(rates["import"], rates["post"]), 1.3,
                   detail=f"{short(middle(rates['import']))} against {short(middle(rates['post']))} a second")]


def imported(bench: Bench, file: Path, count: int) -> float:
    with ours(bench.empty_folder()) as server:
        begin = time.monotonic()
        created = import_file(server, file)
        if created != count:
            raise RuntimeError(f"{created} of {count} were created")
        return created / (time.monotonic() - begin)


def posted(bench: Bench, count: int, number: int) -> float:
    with ours(bench.empty_folder()) as server:
        return bench.load(server.port, "--post", 1, "--keys", "--count", count, "--seed", number + 1)["rate"]


def lines_like_posts(folder: Path, count: int) -> Path:
    """What bench-load posts (bench/load/request_source.cpp), as lines of an import."""
    dice = random.Random(1)
    file = folder / "invoices.ndjson"
    with open(file, "w", encoding="utf-8") as out:
        for i in range(count):
            items = [{"sku": f"SKU-{dice.randrange(100):03}", "qt": dice.randrange(1, 9)} for _ in range(2)]
            line = {"idempotencyKey": f"{dice.getrandbits(128):032x}",
                    "customer": f"Customer {dice.randrange(1000):04}",
                    "amount": dice.randrange(1, 100_000) / 100, "reference": f"R-1-{i:08}", "items": items}
            out.write(json.dumps(line, separators=(",", ":")) + "\n")
    return file
