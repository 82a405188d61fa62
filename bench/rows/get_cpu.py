"""What a point read costs the server's processor, whatever the load program takes beside it."""

import get_by_id
from bench import Bench
from figure import Figure, median_ratio, middle, short

PEER = "nginx serving a static file of the size of an invoice"


def measure(bench: Bench) -> list[Figure]:
    sides = {name: [run["cpu_us"] for run in runs] for name, runs in get_by_id.runs(bench).items()}
    return [
        Figure("server CPU a request, `GET /invoices/{id}` / nginx static file",
               median_ratio(sides["ours"], sides["nginx"]), 0.9, at_least=False,
               detail=f"{short(middle(sides['ours']))} against {short(middle(sides['nginx']))} µs"),
        Figure("the same / nginx with `sendfile off`", median_ratio(sides["ours"], sides["fast"]),
               detail=f"{short(middle(sides['fast']))} µs"),
    ]
