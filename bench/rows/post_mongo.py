"""POST on MongoDB: our service and a NestJS service on mongoose, on the same server, each run in a database of its own."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import split
from bench import Bench
from figure import Figure, median_ratio, middle, short
from servers import Server

PEER = "NestJS 11 on express, mongoose 8 with as many connections, same document, same indexes, same write concern"
WARMUP_SECONDS = 3  # the servers of both sides compile themselves while they run

Start = Callable[[str], AbstractContextManager[Server]]


def ours(uri: str) -> AbstractContextManager[Server]:
    return split.service("invoice-service", uri)


def measure(bench: Bench) -> list[Figure]:
    with split.mongo() as mongo:
        posts(bench, mongo, ours, 0)  # so that the first side does not pay for the server's own warm-up
        runs = bench.interleave({"ours": lambda number: posts(bench, mongo, ours, number),
                                 "nest": lambda number: posts(bench, mongo, split.nest_service, number)})
    return figures("POST on MongoDB", runs, cpu_goal=0.5)


def posts(bench: Bench, mongo: split.Mongo, start: Start, number: int) -> dict:
    uri = mongo.fresh()
    with start(uri) as server:
        result = load(bench, server, "--post", 1, "--seed", number + 1)
        split.database(uri, "drop")
    return result


def load(bench: Bench, server: Server, *words: object) -> dict:
    bench.load(server.port, *words, seconds=WARMUP_SECONDS)
    before = server.cpu_seconds()
    # Another seed than the warm-up's: the references are new ones.
    result = bench.load(server.port, *words, "--seed", 1000)
    return {"rate": result["rate"], "cpu_us": (server.cpu_seconds() - before) / result["answers"] * 1e6}


def figures(what: str, runs: dict[str, list[dict]], cpu_goal: float) -> list[Figure]:
    rates, cpu = ({name: [run[part] for run in results] for name, results in runs.items()}
                  for part in ("rate", "cpu_us"))
    return [
        Figure(f"{what} / NestJS + mongoose on the same server, requests a second",
               median_ratio(rates["ours"], rates["nest"]),
               detail=f"{short(middle(rates['ours']))} against {short(middle(rates['nest']))} a second"),
        Figure(f"{what}, CPU of the service a request / the same",
               median_ratio(cpu["ours"], cpu["nest"]), cpu_goal, at_least=False,
               detail=f"{short(middle(cpu['ours']))} against {short(middle(cpu['nest']))} µs"),
    ]
