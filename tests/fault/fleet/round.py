"""One round: trade, faults and closings at once; then rest, and a look at everything that was promised."""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from harness.books import check_sums
from harness.servers import Servers
from harness.smtp import SmtpGate
from trial.aftermath import Aftermath

from .clients import Clients
from .faults import LANES, Fault
from .rest import close_days_until, end_the_day, wait_until_delivered
from .system import RECIPIENTS, Fleet

DAY_SECONDS = 6


def each_once(faults: dict[str, Fault], source: random.Random) -> Iterator[tuple[str, Fault]]:
    order = list(faults.items())
    source.shuffle(order)
    return iter(order)


def at_random(faults: dict[str, Fault], source: random.Random) -> Iterator[tuple[str, Fault]]:
    order = list(faults.items())
    while True:
        yield source.choice(order)


class Lane:
    """Faults one after the other, until there are no more or stop()."""

    def __init__(self, fleet: Fleet, faults: Iterator[tuple[str, Fault]], source: random.Random, begin: float):
        self.told: Counter = Counter()
        self._fleet, self._faults, self._source, self._begin = fleet, faults, source, begin
        self._stop = threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def running(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()
        if self._failure:
            raise self._failure

    def _run(self) -> None:
        try:
            for name, fault in self._faults:
                if self._stop.wait(self._source.uniform(0.2, 1.5)):
                    return
                print(f"{time.monotonic() - self._begin:7.1f} s  {name}", flush=True)
                self.told[name] += 1
                fault(self._fleet, self._source)
        except Exception as error:  # noqa: BLE001  (raised by stop())
            self._failure = error


class Round:
    """With a database and a queue of its own. `choose` is each_once or at_random."""

    def __init__(self, folder: Path, servers: Servers, smtp: SmtpGate, seed: int, choose=at_random):
        self._source = random.Random(seed)
        self._choose = choose
        self.fleet = Fleet(folder, servers, smtp)
        self.days = 0
        self.faults: Counter = Counter()
        self.second_mails = 0

    def run(self, seconds: float) -> str:
        """Faults for at least so long, or until each has had its turn; what happened, in one line."""
        fleet = self.fleet
        fleet.start()
        begin = time.monotonic()
        with Clients(fleet, random.Random(self._source.random())) as clients:
            lanes = [Lane(fleet, self._choose(faults, lane_source), lane_source, begin)
                     for faults in LANES for lane_source in [random.Random(self._source.random())]]
            try:
                while time.monotonic() < begin + seconds and any(lane.running() for lane in lanes):
                    time.sleep(DAY_SECONDS * self._source.uniform(0.5, 1.5))
                    end_the_day(fleet, self._source)
            finally:
                for lane in lanes:
                    lane.stop()
            self.faults = sum((lane.told for lane in lanes), Counter())
            fleet.heal()
        self._check(clients)
        errors = ", ".join(f"{code} {count}" for code, count in sorted(clients.promises.errors.items()))
        return (f"{sum(self.faults.values())} faults, {len(clients.promises.posts)} invoices sent, "
                f"{len(clients.promises.voids_made)} void, refused: {errors or 'none'}; the longest wait for an answer "
                f"{clients.longest_seconds:.1f} s; {self.days} days sealed once, {self.second_mails} second mails")

    def _check(self, clients: Clients) -> None:
        fleet, aftermath = self.fleet, Aftermath(clients, RECIPIENTS)
        # What killed processes held (a claim of five minutes, a lease of one) ends.
        fleet.clock.advance(minutes=6)
        aftermath.check_invoices()
        aftermath.check_what_nobody_knew()
        close_days_until(fleet, self._source,
                         newest=max(json.loads(post.body)["date"] for post in clients.promises.posts.values()))
        wait_until_delivered(fleet)
        # Kept alive, it has been idle for longer than the service allows.
        fleet.api.disconnect()
        assert not clients.promises.broken, clients.promises.broken
        reports = check_sums(fleet.api)
        self.days = len(reports)
        self._check_mails(reports)
        sealed = fleet.all_sealed()
        assert len(sealed) == len(set(sealed)), f"two have sealed one number: {sorted(sealed)}"
        audit = fleet.audit()
        assert audit.returncode == 0, audit.stdout + audit.stderr

    def _check_mails(self, reports: list) -> None:
        """One for each day and recipient; a second one only under the same id, and only as many as there were faults
        that can hide an acceptance, or days whose end cut a claim short."""
        mails = Counter((mail.business_day, mail.recipient) for mail in self.fleet.smtp.mails())
        assert set(mails) == {(report["businessDay"], who) for report in reports for who in RECIPIENTS}, mails
        assert len({mail.message_id for mail in self.fleet.smtp.mails()}) == len(mails), "copies have one Message-ID"
        self.second_mails = sum(mails.values()) - len(mails)
        excuses = self.days + sum(count for name, count in self.faults.items()
                                  if "email-sender" in name or name.startswith(("database", "mail server")))
        assert self.second_mails <= excuses * len(RECIPIENTS), f"{self.second_mails} second mails, {excuses} excuses"
