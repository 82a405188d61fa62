"""What the system replaces: NestJS 11 on express with better-sqlite3, with the same promise and the same answer."""

from bench import Bench
from figure import Figure, median_ratio, middle, short
from posts import post_rate
from servers import nest, ours

PEER = "NestJS 11 on express, better-sqlite3, same indexes, a commit a request"


def measure(bench: Bench) -> list[Figure]:
    rates = bench.interleave({"ours": lambda number: post_rate(bench, ours, number),
                              "nest": lambda number: post_rate(bench, nest, number)})
    return [Figure("durable POST / NestJS on express + better-sqlite3, same indexes, a commit a request",
                   median_ratio(rates["ours"], rates["nest"]), 20,
                   detail=f"{short(middle(rates['ours']))} against {short(middle(rates['nest']))} a second")]
