"""The bound: the same service with a plain journal for a store, which can be written and never read."""

from bench import Bench
from figure import Figure, median_ratio, middle, short
from posts import post_rate
from servers import journal, ours

PEER = "a plain journal behind the same HTTP server: append and fdatasync by group, no index"


def measure(bench: Bench) -> list[Figure]:
    rates = bench.interleave({
        "ours": lambda number: post_rate(bench, ours, number),
        "journal": lambda number: post_rate(bench, journal, number),
        "bare": lambda number: post_rate(bench, lambda folder: journal(folder, "--bare"), number)})
    absolute = f"{short(middle(rates['ours']))} against {short(middle(rates['journal']))} a second"
    return [
        Figure("durable POST / the same requests checked and answered, a plain journal for a store",
               median_ratio(rates["ours"], rates["journal"]), 0.5, detail=absolute),
        Figure("the same / a journal of bare bodies, not even parsed", median_ratio(rates["ours"], rates["bare"]),
               detail=f"{short(middle(rates['bare']))} a second"),
    ]
