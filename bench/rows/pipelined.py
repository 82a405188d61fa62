"""Sixteen requests in one send, answered with one send."""

from bench import Bench
from dataset import MILLION, id_file, spread, stored
from figure import Figure, median_ratio, middle, short
from servers import ours

PEER = "our own server, one request at a time on each connection"
DEPTH = 16


def measure(bench: Bench) -> list[Figure]:
    dataset = spread(MILLION)
    with ours(stored(dataset)) as server:
        constant, by_id = ["--get", "/healthz"], ["--ids", id_file(dataset)]
        rates = bench.interleave({
            name: (lambda _, words=words: bench.load(server.port, *words, "--warmup", 0.3)["rate"])
            for name, words in {"deep": [*constant, "--pipeline", DEPTH], "single": constant,
                                "deep by id": [*by_id, "--pipeline", DEPTH], "single by id": by_id}.items()})
    return [
        Figure("`GET /healthz` pipelined 16 deep / not pipelined", median_ratio(rates["deep"], rates["single"]), 3,
               detail=f"{short(middle(rates['deep']))} against {short(middle(rates['single']))} a second"),
        Figure("`GET /invoices/{id}` at a million, likewise", median_ratio(rates["deep by id"], rates["single by id"]),
               detail=f"{short(middle(rates['deep by id']))} against {short(middle(rates['single by id']))} a second"),
    ]
