"""A point read: SQLite at a million invoices against a file that is always the same."""

from bench import Bench
from dataset import MILLION, id_file, one_id, spread, stored
from figure import Figure, median_ratio, middle, short
from servers import Server, nginx, ours

PEER = "nginx serving a static file of the size of an invoice"


def runs(bench: Bench) -> dict[str, list[dict]]:
    """Also for the row that counts CPU: measured once, read twice."""
    if "get_by_id" not in bench.shared:
        bench.shared["get_by_id"] = _measure(bench)
    return bench.shared["get_by_id"]


def _measure(bench: Bench) -> dict[str, list[dict]]:
    dataset = spread(MILLION)
    path = f"/invoices/{one_id(dataset)}"
    with ours(stored(dataset)) as server:
        body = server.get(path)[1]
        with nginx(path, body, bench.empty_folder()) as peer, \
                nginx(path, body, bench.empty_folder(), sendfile="off") as fast_peer:
            return bench.interleave({
                "ours": lambda _: _load(bench, server, "--ids", id_file(dataset)),
                "nginx": lambda _: _load(bench, peer, "--get", path),
                "fast": lambda _: _load(bench, fast_peer, "--get", path)})


def _load(bench: Bench, server: Server, *words: object) -> dict:
    bench.load(server.port, *words, seconds=2)
    before = server.cpu_seconds()
    result = bench.load(server.port, *words)
    return {"rate": result["rate"], "cpu_us": (server.cpu_seconds() - before) / result["answers"] * 1e6}


def measure(bench: Bench) -> list[Figure]:
    sides = {name: [run["rate"] for run in of_side] for name, of_side in runs(bench).items()}
    absolute = f"{short(middle(sides['ours']))} against {short(middle(sides['nginx']))} a second"
    return [
        Figure("`GET /invoices/{id}` at a million invoices / nginx static file, requests a second",
               median_ratio(sides["ours"], sides["nginx"]), 1.0, detail=absolute),
        Figure("the same / nginx with `sendfile off`", median_ratio(sides["ours"], sides["fast"]),
               detail=f"{short(middle(sides['fast']))} a second"),
    ]
