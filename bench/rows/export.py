"""A million invoices stream out and in, and the memory of the process does not grow with them."""

import socket
import threading
import time

from bench import Bench
from dataset import MILLION, import_file, spread, stored, text_file
from figure import Figure, short
from servers import Server, ours

PEER = "the same process before"
SAMPLE_SECONDS = 0.02


class Peak:
    """The most memory that a server has for itself meanwhile, above what it has at the start, in MB."""

    def __init__(self, server: Server):
        self._server = server
        self._idle = server.memory_mb()
        self._most = self._idle
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def growth(self) -> float:
        return self._most - self._idle

    def _watch(self) -> None:
        while not self._end.wait(SAMPLE_SECONDS):
            self._most = max(self._most, self._server.memory_mb())


def measure(bench: Bench) -> list[Figure]:
    dataset = spread(MILLION)
    with ours(stored(dataset)) as server:
        with Peak(server) as out:
            begin = time.monotonic()
            size, rows = receive_export(server)
            seconds = time.monotonic() - begin
    if rows != MILLION:
        raise RuntimeError(f"{rows} lines came instead of a million")
    arriving = spread(100_000) if bench.quick else dataset
    with ours(bench.empty_folder()) as server:
        with Peak(server) as into:
            import_file(server, text_file(arriving))
    return [
        Figure("NDJSON export", size / seconds / 1e6, unit="MB/s", detail=f"{short(size / 1e6)} MB, a million invoices"),
        Figure("memory while a million invoices stream out, above idle", out.growth(), 16, at_least=False, unit="MB"),
        Figure(f"memory while {arriving.invoices:,} invoices stream in, above idle", into.growth(), 16, at_least=False,
               unit="MB"),
    ]


def receive_export(server: Server) -> tuple[int, int]:
    """Bytes and lines of all invoices as NDJSON. Lines are counted by their ends, chunk frames have none alike."""
    size = rows = 0
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"GET /invoices HTTP/1.1\r\nHost: bench\r\nAccept: application/x-ndjson\r\n"
                           b"Connection: close\r\n\r\n")
        last = b""
        while piece := connection.recv(1 << 20):
            size += len(piece)
            rows += (last + piece).count(b"}\n")
            last = piece[-1:]
    return size, rows
