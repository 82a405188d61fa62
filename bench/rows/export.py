"""A million invoices stream out and in, and the memory of the process does not grow with them."""

import socket
import time

from bench import Bench
from dataset import MILLION, spread, stored
from figure import Figure, short
from servers import Server, ours
from streaming import Peak, intake

PEER = "the same process before"


def measure(bench: Bench) -> list[Figure]:
    with ours(stored(spread(MILLION))) as server:
        with Peak(server) as peak:
            begin = time.monotonic()
            size, rows = receive_export(server)
            seconds = time.monotonic() - begin
    if rows != MILLION:
        raise RuntimeError(f"{rows} lines came instead of a million")
    taken = intake(bench)
    return [
        Figure("NDJSON export", size / seconds / 1e6, unit="MB/s",
               detail=f"{short(size / 1e6)} MB, a million invoices"),
        Figure("memory while a million invoices stream out, above idle", peak.growth(), 16, at_least=False, unit="MB"),
        Figure(f"memory while {taken.invoices:,} invoices stream in, above idle", taken.growth, 16, at_least=False,
               unit="MB"),
    ]


def receive_export(server: Server) -> tuple[int, int]:
    """Bytes and lines of all invoices as NDJSON. A line ends in a brace, the frame of a chunk never does."""
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
