"""Both ends of the same question: a SKU in one of ten thousand invoices, and one in every second."""

from bench import Bench
from dataset import FREQUENT_SKU, MILLION, RARE_SKU, spread, stored
from figure import Figure
from list_pages import PAGE, page_times
from servers import ours

PEER = "none: a time"


def measure(bench: Bench) -> list[Figure]:
    queries = {"rare": f"limit={PAGE}&sku={RARE_SKU}", "rare, newest first": f"limit={PAGE}&sku={RARE_SKU}&sort=-date",
               "frequent": f"limit={PAGE}&sku={FREQUENT_SKU}",
               "frequent, newest first": f"limit={PAGE}&sku={FREQUENT_SKU}&sort=-date"}
    with ours(stored(spread(MILLION))) as server:
        milliseconds = page_times(server, queries, 30 if bench.quick else 100)
    return [Figure(f"list by a {sku} SKU at a million invoices, a page of {PAGE}",
                   max(milliseconds[sku], milliseconds[f"{sku}, newest first"]), 100, at_least=False, unit="ms")
            for sku in ("rare", "frequent")]
