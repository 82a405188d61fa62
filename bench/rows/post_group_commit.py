"""What group commit gains: the same program with and without it."""

from bench import Bench
from figure import Figure, median_ratio, middle, short
from posts import post_rate
from servers import ours

PEER = "our own server forced to one commit a request"


def measure(bench: Bench) -> list[Figure]:
    rates = bench.interleave({
        "ours": lambda number: post_rate(bench, ours, number),
        "single": lambda number: post_rate(bench, lambda data: ours(data, "bench-one-commit-server"), number)})
    return [Figure("durable POST at 64 connections / our own server with one commit a request",
                   median_ratio(rates["ours"], rates["single"]), 8,
                   detail=f"{short(middle(rates['ours']))} against {short(middle(rates['single']))} a second")]
