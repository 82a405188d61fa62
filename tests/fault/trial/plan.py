"""Which points to strike: at least one of each kind of call on each file, the rest spread over the whole run."""

import random
from collections import Counter

from .control import Call, Point

RARE_MAX = 20


def classes(calls: list[Call]) -> Counter:
    return Counter((call.kind, call.place) for call in calls)


def spread(calls: list[Call], points: int, source: random.Random) -> list[Point]:
    """`calls` is the log of a run in which nothing went wrong. Numbers mean about the same place in every run:
    threads differ in who comes first."""
    chosen = [Point(source.randint(1, count), kind, place) for (kind, place), count in sorted(classes(calls).items())]
    chosen = chosen if len(chosen) <= points // 2 else source.sample(chosen, points // 2)
    return chosen + evenly(1, len(calls), points - len(chosen), source)


def rare(calls: list[Call]) -> list[Point]:
    """Each call of those kinds that are seldom on their file: the places that numbers, moving a little from run to
    run, may miss."""
    return [Point(number, kind, place) for (kind, place), count in sorted(classes(calls).items()) if count <= RARE_MAX
            for number in range(1, count + 1)]


def evenly(first: int, last: int, points: int, source: random.Random) -> list[Point]:
    """One in each of so many equal parts."""
    width = (last - first + 1) / points
    return [Point(first + int(width * (index + source.random()))) for index in range(points)]


def first_of(actor: str, calls: list[Call]) -> Point:
    """The first call of an actor, by kind and place."""
    first = next(call for call in calls if call.actor == actor)
    before = [call for call in calls if call.number <= first.number]
    return Point(classes(before)[first.kind, first.place], first.kind, first.place)


def around_deliveries(calls: list[Call], points: int, source: random.Random) -> list[Point]:
    """At writes to the store's log since the first closing, about: what the ledger of deliveries holds is written
    among them."""
    log = ("pwrite64", "/data/invoices.db-wal")
    count = classes(calls)[log]
    return [Point(point.number, *log) for point in evenly(count // 3, count, points, source)]
