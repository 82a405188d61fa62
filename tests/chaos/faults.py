"""What goes wrong on the way between two programs, when, and for how long: a plan from a seed, and its execution."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from harness.split import INVOICE_SERVICE

from ledger import Fault, Ledger, now
from system import CLIENTS, PAIRS, links_of
from toxiproxy import Toxiproxy

# Beside toxiproxy's own toxics: nobody listens.
DOWN = "down"
ATTRIBUTES: dict[str, Callable[[random.Random], dict]] = {
    "latency": lambda source: {"latency": source.randint(50, 1500), "jitter": source.randint(20, 700)},
    "bandwidth": lambda source: {"rate": source.choice([1, 2, 5, 20])},
    # 0: bytes vanish and the connection stays, until the toxic goes.
    "timeout": lambda _: {"timeout": 0},
    "reset_peer": lambda source: {"timeout": source.choice([0, 0, 100, 700])},
    "limit_data": lambda source: {"bytes": source.randint(0, 3000)},
    "slicer": lambda source: {"average_size": 10, "size_variation": source.randint(1, 9),
                              "delay": source.choice([0, 500, 20_000])},
    DOWN: lambda _: {},
}
TOXICS = tuple(ATTRIBUTES)
# Below and beyond the 6 s after which a service gives a silent database up.
HALF_OPEN_SECONDS = (2, 10)
SECONDS = (0.5, 2.5)
# Generators look every 2 s for what there is to do, so that a report comes through meanwhile.
SECONDS_OF_REPORTS = (2.5, 5)
REQUEST_PAIRS = {(CLIENTS, INVOICE_SERVICE), (INVOICE_SERVICE, "mongodb")}


@dataclass
class Planned:
    """A fault `after` seconds from the beginning of its step, for so many `seconds`."""

    pair: tuple[str, str]
    toxic: str
    links: list[str]
    streams: list[str]
    attributes: dict
    after: float
    seconds: float

    def __str__(self) -> str:
        details = ", ".join(f"{name} {value}" for name, value in self.attributes.items())
        return (f"{self.toxic} {'+'.join(self.streams)} {' to '.join(self.pair)} x{len(self.links)} "
                f"{self.seconds:.1f} s ({details})")


Step = list[Planned]


def planned(pair: tuple[str, str], toxic: str, source: random.Random, after: float = 0) -> Planned:
    links = links_of(pair)
    if source.random() < 0.3:
        links = [source.choice(links)]
    streams = source.choice([["upstream"], ["downstream"], ["upstream", "downstream"]])
    if toxic == DOWN:
        streams = ["upstream", "downstream"]
    usual = SECONDS if pair in REQUEST_PAIRS else SECONDS_OF_REPORTS
    seconds = source.uniform(*(HALF_OPEN_SECONDS if toxic == "timeout" else usual))
    return Planned(pair, toxic, links, streams, ATTRIBUTES[toxic](source), after, seconds)


def short_plan(source: random.Random) -> Iterator[Step]:
    """Each toxic once, each pair once."""
    toxics, pairs = list(TOXICS), list(PAIRS)
    source.shuffle(toxics)
    source.shuffle(pairs)
    for toxic, pair in zip(toxics, pairs, strict=True):
        yield [planned(pair, toxic, source)]


def long_plan(source: random.Random, combinations: int) -> Iterator[Step]:
    """Each toxic on each pair alone, and between them combinations of two to five."""
    steps: list[Step] = [[planned(pair, toxic, source)] for pair in PAIRS for toxic in TOXICS]
    for _ in range(combinations):
        steps.append([planned(source.choice(list(PAIRS)), source.choice(TOXICS), source, after=source.uniform(0, 3))
                      for _ in range(source.randint(2, 5))])
    source.shuffle(steps)
    yield from steps


class Storm:
    """Executes steps. Toxics of one link may be there at the same time."""

    def __init__(self, proxies: Toxiproxy, ledger: Ledger):
        self._proxies, self._ledger = proxies, ledger
        self._count = 0
        # Of each link, how many faults have it down now.
        self._down: dict[str, int] = {}
        self._failures: list[Exception] = []
        self._lock = threading.Lock()

    def run(self, step: Step) -> None:
        """Until the last fault of the step has ended."""
        threads = [threading.Thread(target=self._try, args=(fault,)) for fault in step]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._failures:
            raise self._failures[0]

    def _try(self, fault: Planned) -> None:
        try:
            time.sleep(fault.after)
            self._let_last(fault)
        except Exception as error:  # noqa: BLE001  (raised by run())
            self._failures.append(error)

    def _let_last(self, fault: Planned) -> None:
        begin = now()
        if fault.toxic == DOWN:
            self._shift_down(fault.links, 1)
            time.sleep(fault.seconds)
            self._shift_down(fault.links, -1)
        else:
            with self._lock:
                self._count += 1
                name = f"{fault.toxic}-{self._count}"
            toxics = [(link, f"{name}-{stream}", stream) for link in fault.links for stream in fault.streams]
            for link, own_name, stream in toxics:
                self._proxies.add_toxic(link, fault.toxic, own_name, stream, fault.attributes)
            time.sleep(fault.seconds)
            for link, own_name, _ in toxics:
                self._proxies.remove_toxic(link, own_name)
        self._ledger.note(Fault(" to ".join(fault.pair), fault.toxic, fault.links, begin, now()))

    def _shift_down(self, links: list[str], change: int) -> None:
        with self._lock:
            for link in links:
                count = self._down.get(link, 0) + change
                self._down[link] = count
                if count == 1 and change > 0:
                    self._proxies.refuse(link)
                elif count == 0:
                    self._proxies.accept(link)
