"""What the process takes before it has done anything, after a million invoices, and how soon it answers."""

import os
import socket
import subprocess
import time
from pathlib import Path

from bench import BIN, CORES, Bench
from dataset import MILLION, one_id, spread, stored
from figure import Figure, middle, short
from servers import free_port, ours
from streaming import intake

PEER = "none: sizes and times"
STARTS = 5  # a round


def measure(bench: Bench) -> list[Figure]:
    taken = intake(bench)
    million = spread(MILLION)
    started = bench.empty_folder()
    with ours(started):
        pass
    times = bench.interleave({
        "first": lambda _: first_answer(bench.empty_folder(), "/healthz"),
        "empty": lambda _: typical_start(started, "/healthz"),
        "million": lambda _: typical_start(stored(million), f"/invoices/{one_id(million)}")})
    return [
        Figure("idle memory, RssAnon", taken.idle, 10, at_least=False, unit="MB",
               detail=f"RssFile {short(taken.idle_files)} MB"),
        Figure(f"memory after {taken.invoices:,} invoices, RssAnon", taken.after, 64, at_least=False, unit="MB",
               detail=f"RssFile {short(taken.after_files)} MB, most of it the mapped store"),
        Figure("start to the first answer, an empty store", middle(times["empty"]), 30, at_least=False, unit="ms"),
        Figure("start to the first invoice read, a million in the store", middle(times["million"]), 30, at_least=False,
               unit="ms"),
        Figure("the first start of all, which makes the store", middle(times["first"]), unit="ms"),
    ]


def typical_start(data: Path, path: str) -> float:
    """The median of some starts: one alone is too short to tell from the scheduler's moods."""
    return middle([first_answer(data, path) for _ in range(STARTS)])


def first_answer(data: Path, path: str) -> float:
    """From before the fork to the first 200, in ms."""
    port = free_port()
    environment = {"PATH": os.environ["PATH"], "HTTP_ADDRESS": f"127.0.0.1:{port}", "DATA_DIR": str(data),
                   "HTTP_THREADS": str(CORES), "LOG_LEVEL": "warning"}
    begin = time.monotonic()
    process = subprocess.Popen([BIN / "invoice-standalone"], env=environment, stdout=subprocess.DEVNULL)
    try:
        while time.monotonic() - begin < 20:
            if answers(port, path):
                return (time.monotonic() - begin) * 1000
            time.sleep(0.0005)
        raise RuntimeError("no answer in 20 s")
    finally:
        process.terminate()
        process.wait()


def answers(port: int, path: str) -> bool:
    with socket.socket() as client:
        try:
            client.connect(("127.0.0.1", port))
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n".encode())
            return client.recv(4096).startswith(b"HTTP/1.1 200")
        except ConnectionError:
            return False
