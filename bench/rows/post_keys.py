"""What an Idempotency-Key costs: a hash, and an id that lands anywhere in the index instead of at its end."""

from bench import Bench
from dataset import MILLION, Dataset, copied, spread
from figure import Figure, median_ratio, middle, short
from servers import ours

PEER = "the same POST without a key, on a copy of the same store"
SMALL = 10_000


def measure(bench: Bench) -> list[Figure]:
    return [_compare(bench, spread(SMALL), "10,000", 0.9, SMALL),
            _compare(bench, spread(MILLION), "a million", 0.75, 0)]


def _compare(bench: Bench, dataset: Dataset, words: str, goal: float, count: int) -> Figure:
    """With `count`, each run starts from a fresh copy and ends after so many, lest the store grow out of its size."""
    if count:
        rates = bench.interleave({
            "key": lambda number: _on_fresh_copy(bench, dataset, number, count, "--keys"),
            "none": lambda number: _on_fresh_copy(bench, dataset, number, count)}, times=3)
    else:
        with ours(copied(dataset, bench.empty_folder())) as keyed, ours(copied(dataset, bench.empty_folder())) as plain:
            rates = bench.interleave({
                "key": lambda number: bench.load(keyed.port, "--post", 1, "--keys", "--seed", number + 1)["rate"],
                "none": lambda number: bench.load(plain.port, "--post", 1, "--seed", number + 1)["rate"]})
    return Figure(f"POST with `Idempotency-Key` / without, at {words} invoices",
                  median_ratio(rates["key"], rates["none"]), goal,
                  detail=f"{short(middle(rates['key']))} against {short(middle(rates['none']))} a second")


def _on_fresh_copy(bench: Bench, dataset: Dataset, number: int, count: int, *words: str) -> float:
    with ours(copied(dataset, bench.empty_folder())) as server:
        return bench.load(server.port, "--post", 1, "--count", count, "--seed", number + 1, *words)["rate"]
