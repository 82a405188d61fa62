"""Many invoices over one connection against many connections with one each."""

import time

from bench import Bench
from dataset import import_file, spread, text_file
from figure import Figure, median_ratio, middle, short
from posts import post_rate
from servers import ours

PEER = "our own POST at 64 connections"


def measure(bench: Bench) -> list[Figure]:
    dataset = spread(50_000 if bench.quick else 200_000)
    file = text_file(dataset)

    def imported(_: int) -> float:
        with ours(bench.empty_folder()) as server:
            begin = time.monotonic()
            created = import_file(server, file)
            if created != dataset.invoices:
                raise RuntimeError(f"{created} of {dataset.invoices} were created")
            return created / (time.monotonic() - begin)

    rates = bench.interleave({"import": imported, "post": lambda number: post_rate(bench, ours, number, "--keys")})
    return [Figure("import, rows a second / POST at 64 connections, both with keys",
                   median_ratio(rates["import"], rates["post"]), 1.3,
                   detail=f"{short(middle(rates['import']))} against {short(middle(rates['post']))} a second")]
