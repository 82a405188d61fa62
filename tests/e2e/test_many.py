"""Three invoice-service, two report-generator and two email-sender on one database and one broker, under load, while
generators and senders are killed at random: every day is sealed once, under one number, and mailed once."""

import random
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from harness.books import check_sums
from harness.chance import seeded
from harness.client import Api, new_key
from harness.clock import instant, text_of
from harness.process import Process
from harness.split import Split
from harness.waiting import wait_until

DAYS = 8
RECIPIENTS = ["anna@shop.example", "bert@shop.example"]
SERVICES = ("invoice-service", "invoice-service#2", "invoice-service#3")
MORTALS = ("report-generator", "report-generator#2", "email-sender", "email-sender#2")


@pytest.fixture
def fleet(tmp_path, contract, servers):
    made = Split(tmp_path, contract, servers, SERVICES + MORTALS)
    yield made
    made.clean_up()


class Clients:
    """One for each invoice-service, posting without a pause; some invoices are late, some become void."""

    def __init__(self, fleet: Split, source: random.Random):
        self.fleet = fleet
        self.posted = 0
        self._stop = threading.Event()
        self._failures: list[str] = []
        self._threads = [threading.Thread(target=self._trade, args=(name, random.Random(source.random())))
                         for name in SERVICES]

    def __enter__(self) -> "Clients":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        assert not self._failures, self._failures

    def _trade(self, name: str, source: random.Random) -> None:
        api = Api(lambda: self.fleet.address_of(name), self.fleet.api.contract)
        try:
            while not self._stop.is_set():
                when = self.fleet.clock.now() - timedelta(hours=source.choice([0, 0, 0, 20, 50]))
                stored = api.post_invoice(f"{source.randrange(1, 900)}.{source.randrange(100):02}", key=new_key(),
                                          date=text_of(when))
                self.posted += 1
                if source.random() < 0.1:
                    api.void(stored["id"])
        except Exception as error:  # noqa: BLE001  (told by the thread that asks)
            self._failures.append(repr(error))


class Reaper:
    """Kills a generator or a sender every now and then, and starts it again."""

    def __init__(self, fleet: Split, source: random.Random):
        self.fleet, self.source = fleet, source
        self.kills = 0
        self.sealed: list[int] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._reap)

    def __enter__(self) -> "Reaper":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _reap(self) -> None:
        while not self._stop.wait(self.source.uniform(0.2, 1.0)):
            name = self.source.choice(MORTALS)
            self.fleet.processes[name].kill()
            self.sealed += sealed_by(self.fleet.processes[name])
            self.kills += 1
            self.fleet.launch(name)


def sealed_by(process: Process) -> list[int]:
    return [entry["number"] for entry in process.log() if entry["message"] == "report sealed"]


def latest_number(fleet: Split) -> int:
    return next((report["number"] for report in fleet.api.get("/reports?limit=1").json()), 0)


@pytest.mark.timeout(240)
def test_many_copies_under_load_and_kills(fleet, smtp):
    source = seeded()
    smtp.serve()
    fleet.clock.set("2026-03-02T09:00:00Z")
    fleet.start(MAIL_TO=",".join(RECIPIENTS), SMTP_URI=smtp.uri)
    with Clients(fleet, source) as clients, Reaper(fleet, source) as reaper:
        for number in range(1, DAYS + 1):
            enough = clients.posted + 20
            wait_until(lambda enough=enough: clients.posted >= enough, "load")
            fleet.clock.set(instant(fleet.api.get("/reports/current").json()["to"]))
            wait_until(lambda number=number: latest_number(fleet) >= number, f"report {number}", seconds=60)
            time.sleep(source.random())
    fleet.wait_until_ready()
    # What killed processes held (a claim of five minutes, a lease of one) ends.
    fleet.clock.advance(minutes=6)
    wait_until(lambda: {report["deliveryState"] for report in fleet.api.list("/reports")} == {"done"},
               "all delivered", seconds=90, pause=0.3)
    fleet.clock.set(instant(fleet.api.get("/reports/current").json()["to"]))
    wait_until(lambda: latest_number(fleet) > DAYS, "the last corrections")
    last = fleet.api.get("/reports?limit=1").json()[0]
    fleet.wait_for_report(last["businessDay"], seconds=90)
    reports = check_sums(fleet.api)
    assert reaper.kills >= 5
    check_mails(smtp.mails(), reports, reaper.kills)
    sealed = sum((sealed_by(process) for process in fleet.processes.values()), reaper.sealed)
    assert len(sealed) == len(set(sealed)), "two have sealed one number"
    audit = fleet.audit()
    assert audit.returncode == 0, audit.stdout + audit.stderr


def check_mails(mails: list, reports: list, kills: int) -> None:
    """One for each day and recipient; a second only where a kill fell into the window, under the same id."""
    by_day = Counter((mail.business_day, mail.recipient) for mail in mails)
    assert set(by_day) == {(report["businessDay"], who) for report in reports for who in RECIPIENTS}
    assert len({mail.message_id for mail in mails}) == len(by_day)
    assert len(mails) - len(by_day) <= kills
