"""A page costs the same wherever it stands, and a filter does not search a million rows."""

import time
from collections.abc import Sequence

from bench import Bench
from dataset import CUSTOMER, MILLION, SHARED_REFERENCE, Dataset, Lists, cursor_of, spread, stored
from figure import Figure, middle, short
from servers import Server, ours

PEER = "page 1; the list without a filter"
PAGE = 100  # so that page 10,000 is the last of a million


def measure(bench: Bench) -> list[Figure]:
    dataset = spread(MILLION)
    with ours(stored(dataset)) as server:
        last = f"limit={PAGE}&cursor={cursor_of_last_page(server, dataset)}"
        queries = {"page 1": f"limit={PAGE}", "page 10,000": last,
                   "customer": f"limit={PAGE}&customer={CUSTOMER.replace(' ', '%20')}",
                   "reference": f"limit={PAGE}&reference={SHARED_REFERENCE}"}
        milliseconds = page_times(server, queries, 60 if bench.quick else 200)
    first = milliseconds["page 1"]
    goals = {"page 10,000": 1.2, "customer": 2.0, "reference": 2.0}
    words = {"page 10,000": "list, time of page 10,000 / page 1",
             "customer": "list by a customer at a million invoices / unfiltered, time of a page",
             "reference": "list by a reference at a million invoices / unfiltered, time of a page"}
    return [Figure(words[name], milliseconds[name] / first, goal, at_least=False,
                   detail=f"{short(milliseconds[name])} against {short(first)} ms") for name, goal in goals.items()]


def page_times(server: Server, queries: dict[str, str], repetitions: int) -> dict[str, float]:
    """Medians in ms, the queries taking turns. Each has to give a full page."""
    lists = Lists(server)
    for name, query in queries.items():
        found, _ = lists.page(query)
        if found != PAGE:
            raise RuntimeError(f"{name} has {found} invoices on its page instead of {PAGE}")
    times: dict[str, list[float]] = {name: [] for name in queries}
    for _ in range(repetitions):
        for name, query in queries.items():
            begin = time.perf_counter()
            lists.fetch(query)
            times[name].append((time.perf_counter() - begin) * 1000)
    lists.close()
    return {name: middle(values) for name, values in times.items()}


def cursor_of_last_page(server: Server, dataset: Dataset) -> str:
    """Walked to once, with the largest pages there are, and kept beside the store."""
    kept = stored(dataset) / "last_page.txt"
    if not kept.exists():
        lists = Lists(server)
        cursor = _walk(lists, [1000] * ((dataset.invoices - 1) // 1000) + [PAGE] * (1000 // PAGE - 1))
        lists.close()
        kept.write_text(cursor)
    return kept.read_text()


def _walk(lists: Lists, limits: Sequence[int]) -> str:
    link = ""
    for limit in limits:
        position = f"&cursor={cursor_of(link)}" if link else ""
        _, link = lists.fetch(f"limit={limit}{position}")
    return cursor_of(link) or ""
