"""Readers beside writers, at half of what the machine carries, arriving by chance whether or not it keeps up."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import BIN, Bench
from dataset import MILLION, copied, id_file, spread
from figure import Figure, median_ratio, middle, short
from servers import Server, journal, ours

PEER = "the median of the same GETs; a bare group fdatasync at the same arrival of requests"
POSTS = 0.1
SHARE_OF_CAPACITY = 0.5


def measure(bench: Bench) -> list[Figure]:
    dataset = spread(MILLION)
    ids = id_file(dataset)
    folder = bench.empty_folder()
    with ours(copied(dataset, folder)) as server:
        mix = ["--ids", ids, "--post", POSTS]
        capacity = bench.load(server.port, *mix, "--warmup", 0.5, seconds=2)["rate"]
        rate = capacity * SHARE_OF_CAPACITY
        runs = bench.interleave({
            "mixed": lambda number: bench.load(server.port, *mix, "--rate", rate, "--warmup", 1, "--seed", number + 2),
            "bare": lambda _: bare_beside_gets(bench, server, ids, rate, folder),
            "journal": lambda number: journal_beside_gets(bench, server, ids, rate, number)})
    gets = [run["gets"]["p99"] / run["gets"]["p50"] for run in runs["mixed"]]
    posts = [run["posts"]["p99"] for run in runs["mixed"]]
    bare, bound = ([run["posts"]["p99"] for run in runs[peer]] for peer in ("bare", "journal"))
    get_p50, get_p99 = (middle([run["gets"][part] for run in runs["mixed"]]) for part in ("p50", "p99"))
    return [
        Figure("90 % GET, 10 % POST: p99 / p50 of the GETs", middle(gets), 9, at_least=False,
               detail=f"{short(get_p99)} against {short(get_p50)} µs at {short(rate)} a second"),
        Figure("p99 of the POSTs / p99 of a bare group fdatasync in the same run", median_ratio(posts, bare), 3,
               at_least=False, detail=f"{short(middle(posts) / 1000)} against {short(middle(bare) / 1000)} ms"),
        Figure("the same / p99 of the same POSTs with a plain journal for a store, at the same arrival",
               median_ratio(posts, bound), detail=f"{short(middle(bound) / 1000)} ms"),
    ]


def bare_beside_gets(bench: Bench, server: Server, ids: Path, rate: float, folder: Path) -> dict:
    """The GETs go on as before; the POSTs' records go straight to a file."""
    command = [BIN / "bench-bare-sync", "--file", folder / "bare", "--rate", rate * POSTS, "--seconds", bench.seconds,
               "--warmup", 1]
    with subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True) as bare:
        bench.load(server.port, "--ids", ids, "--rate", rate * (1 - POSTS), "--warmup", 1)
        out, _ = bare.communicate(timeout=60)
    return json.loads(out)


def journal_beside_gets(bench: Bench, server: Server, ids: Path, rate: float, number: int) -> dict:
    """The bound: the POSTs are received, checked and answered as ours, and stored in nothing but a log."""
    with journal(bench.empty_folder()) as other, ThreadPoolExecutor(1) as pool:
        gets = pool.submit(bench.load, server.port, "--ids", ids, "--rate", rate * (1 - POSTS), "--warmup", 1)
        posts = bench.load(other.port, "--post", 1, "--rate", rate * POSTS, "--warmup", 1, "--seed", number + 2)
        gets.result()
    return posts
