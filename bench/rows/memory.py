"""What the process takes before it has done anything, after a million invoices, and how soon it answers."""

import os
import socket
import subprocess
import time
from pathlib import Path

from bench import BIN, CORES, Bench
from dataset import MILLION, id_file, import_file, one_id, spread, stored, text_file
from figure import Figure, middle, short
from servers import free_port, ours

PEER = "none: sizes and times"
SETTLE_SECONDS = 1.0


def measure(bench: Bench) -> list[Figure]:
    dataset = spread(MILLION)
    with ours(bench.empty_folder()) as server:
        time.sleep(SETTLE_SECONDS)
        idle, files = server.memory_mb("RssAnon"), server.memory_mb("RssFile")
        import_file(server, text_file(spread(100_000) if bench.quick else dataset))
        bench.load(server.port, "--post", 1, "--keys", seconds=2)
        after, files_after = server.memory_mb("RssAnon"), server.memory_mb("RssFile")
    with ours(stored(dataset)) as server:
        bench.load(server.port, "--ids", id_file(dataset), seconds=2)
        after = max(after, server.memory_mb("RssAnon"))
        files_after = max(files_after, server.memory_mb("RssFile"))
    times = bench.interleave({
        "empty": lambda _: first_answer(bench.empty_folder(), "/healthz"),
        "million": lambda _: first_answer(stored(dataset), f"/invoices/{one_id(dataset)}")})
    return [
        Figure("idle memory, RssAnon", idle, 10, at_least=False, unit="MB", detail=f"RssFile {short(files)} MB"),
        Figure("memory after a million invoices, RssAnon", after, 64, at_least=False, unit="MB",
               detail=f"RssFile {short(files_after)} MB, most of it the mapped store"),
        Figure("start to the first answer, empty store", middle(times["empty"]), 30, at_least=False, unit="ms"),
        Figure("start to the first invoice read, a million in the file", middle(times["million"]), 30, at_least=False,
               unit="ms"),
    ]


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
