"""A point read with a line of the log for each request, as both servers have it unless told otherwise."""

from bench import Bench
from dataset import MILLION, id_file, one_id, spread, stored
from figure import Figure, median_ratio, middle, short
from servers import nginx, ours

PEER = "nginx serving a static file of the size of an invoice, with its access log"


def measure(bench: Bench) -> list[Figure]:
    dataset = spread(MILLION)
    path = f"/invoices/{one_id(dataset)}"
    words = ("--ids", id_file(dataset), "--warmup", 0.5)
    with ours(stored(dataset), LOG_LEVEL="info") as server:
        body = server.get(path)[1]
        with nginx(path, body, bench.empty_folder(), access_log="access.log") as peer:
            rates = bench.interleave({"ours": lambda _: bench.load(server.port, *words)["rate"],
                                      "nginx": lambda _: bench.load(peer.port, "--get", path, "--warmup", 0.5)["rate"]})
    lines = sum(b'"message":"request"' in line for line in server.log.open("rb"))
    server.log.unlink()
    absolute = f"{short(middle(rates['ours']))} against {short(middle(rates['nginx']))} a second"
    return [
        Figure("`GET /invoices/{id}` at a million invoices / nginx static file, each with a line a request in a file",
               median_ratio(rates["ours"], rates["nginx"]), 1.0, detail=f"{absolute}; {short(lines)} lines of ours"),
    ]
