"""Durable POSTs at 64 connections, each run on a store of its own that starts empty."""

from collections.abc import Callable
from pathlib import Path

from bench import Bench
from servers import Server


def post_rate(bench: Bench, start: Callable[[Path], Server], number: int, *words: object) -> float:
    folder = bench.empty_folder()
    with start(folder) as server:
        return bench.load(server.port, "--post", 1, "--warmup", 0.5, "--seed", number + 1, *words)["rate"]
