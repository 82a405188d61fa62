"""One run from a seed: tills, faults and the ends of days at once; then rest; then the ledger against the stores."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pymongo
from contract.values import read_json, read_text
from fleet.rest import close_days_until, wait_until_delivered, waiting_messages
from fleet.system import RECIPIENTS
from harness.books import all_reports
from harness.clock import instant
from harness.servers import Servers
from harness.smtp import SmtpGate
from harness.waiting import wait_until

from comparison import SeenMail, Stores, compare, second_mails, unanswered
from faults import REQUEST_PAIRS, Step, Storm
from ledger import ClockJump, Contents, Ledger, now, read_ledger
from system import Health, Linked
from tills import Prober, Tills, ask_again
from toxiproxy import Toxiproxy

DAY_SECONDS = 6
READY_SECONDS = 90

Plan = Callable[[random.Random], Iterator[Step]]


class Calendar:
    """Ends the business day again and again, at the latest soon after hurry()."""

    def __init__(self, fleet: Linked, ledger: Ledger, source: random.Random):
        self._fleet, self._ledger, self._source = fleet, ledger, source
        self._due, self._stop = threading.Event(), threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Calendar":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._due.set()
        self._thread.join()
        if self._failure:
            raise self._failure

    def hurry(self) -> None:
        self._due.set()

    def _run(self) -> None:
        try:
            while True:
                self._due.wait(DAY_SECONDS * self._source.uniform(0.5, 1.5))
                self._due.clear()
                if self._stop.is_set():
                    return
                end = instant(self._fleet.ask("/reports/current", self._source)["to"])
                # Otherwise the day before is not closed yet.
                if end > self._fleet.clock.now():
                    self._fleet.clock.set(end)
                    self._ledger.note(ClockJump(now()))
        except Exception as error:  # noqa: BLE001  (raised at the end of the block)
            self._failure = error


class Campaign:
    """With a database, a queue and proxies of its own. The ledger stays in `ledger_file`."""

    def __init__(self, folder: Path, servers: Servers, smtp: SmtpGate, toxiproxy: Path, ledger_file: Path, seed: int):
        self._source = random.Random(seed)
        self._proxies = Toxiproxy(toxiproxy, folder, seed)
        self._ledger = Ledger(ledger_file)
        self.fleet = Linked(folder / "system", servers, smtp, self._proxies)
        self.contents, self.stores = Contents(), Stores()
        self.ready_seconds = 0.0

    def run(self, plan: Plan) -> str:
        """What happened, in a few lines; AssertionError with all findings if a promise was broken."""
        source, fleet, begin = self._source, self.fleet, time.monotonic()
        fleet.start()
        storm, prober = Storm(self._proxies, self._ledger), Prober(fleet, self._ledger)
        with Health(fleet) as health:
            with ExitStack() as busy:
                busy.enter_context(Tills(fleet, self._ledger, random.Random(source.random())))
                calendar = busy.enter_context(Calendar(fleet, self._ledger, random.Random(source.random())))
                for step in plan(random.Random(source.random())):
                    words = "; ".join(map(str, step))
                    print(f"{time.monotonic() - begin:7.1f} s  {words}", flush=True)
                    if any(fault.pair not in REQUEST_PAIRS for fault in step):
                        calendar.hurry()
                    storm.run(step)
                    prober.measure(words)
            self._come_to_rest()
        self._look(health)
        findings = compare(self.contents, self.stores)
        assert not findings, "\n".join(findings)
        return self._summary(time.monotonic() - begin)

    def close(self) -> None:
        self.fleet.clean_up()
        self._proxies.close()
        self._ledger.close()

    def _come_to_rest(self) -> None:
        self._proxies.heal()
        fleet, begin = self.fleet, time.monotonic()
        for name in fleet.names:
            # A sender takes the mail server for away until a mail has gone out.
            wait_until(lambda name=name: set(fleet.missing(name)) <= {"smtp"}, f"{name} is ready", READY_SECONDS, 0.1)
        self.ready_seconds = time.monotonic() - begin
        left = unanswered(read_ledger(self._ledger.file))
        # The others stay as they are: absent or there, but once.
        ask_again(fleet, self._ledger, left[::2])
        # What processes held (a claim of five minutes, a lease of one) ends.
        fleet.clock.advance(minutes=6)
        invoices = self._invoices()
        close_days_until(fleet, self._source, newest=max(read_json(line)["date"] for line in invoices))
        wait_until_delivered(fleet)
        fleet.api.disconnect()

    def _look(self, health: Health) -> None:
        fleet = self.fleet
        self.contents = read_ledger(self._ledger.file)
        audit = fleet.audit()
        with pymongo.MongoClient(fleet.servers.mongo.uri(), serverSelectionTimeoutMS=20_000) as client:
            database = client[fleet.database]
            invoice_documents = [(str(each["_id"]), each["reference"])
                                 for each in database.invoices.find({}, {"reference": 1})]
            report_documents = [(each["_id"], each["businessDay"])
                                for each in database.reports.find({}, {"businessDay": 1})]
        self.stores = Stores(
            invoices=self._invoices(), invoice_documents=invoice_documents, reports=all_reports(fleet.api),
            report_documents=report_documents, sealed=fleet.all_sealed(), recipients=RECIPIENTS,
            mails=[SeenMail(mail.business_day, mail.recipient, mail.message_id, mail.arrived_at)
                   for mail in fleet.smtp.mails()],
            audit_code=audit.returncode, audit_words=audit.stdout + audit.stderr,
            waiting_messages=waiting_messages(fleet), ended=health.ended, kilobytes_max=health.kilobytes_max)

    def _invoices(self) -> list[str]:
        answer = self.fleet.api.send("GET", "/invoices", None, {"Accept": "application/x-ndjson"})
        assert answer.status == 200, answer
        return read_text(answer.body).splitlines()

    def _summary(self, seconds: float) -> str:
        exchanges, recoveries = self.contents.exchanges, self.contents.recoveries
        posts = list(self.contents.of("post"))
        slowest = max(recoveries, key=lambda recovery: recovery.seconds)
        return (
            f"{len(self.contents.faults)} faults in {seconds:.0f} s; {len(exchanges)} requests, "
            f"{sum(not each.status for each in exchanges)} without an answer, "
            f"{sum(each.status == 503 for each in exchanges)} put off; {len({post.key for post in posts})} keys, "
            f"{len({post.key for post in posts if post.status == 201})} acknowledged, "
            f"{len(self.stores.invoices)} there, "
            f"{len({each.invoice for each in self.contents.of('void') if each.status == 200})} void; "
            f"{len(self.stores.reports)} days, {len(self.stores.mails)} mails, "
            f"{len(second_mails(self.stores.mails))} of them second ones\n"
            f"after a fault: first answer {max(each.first_answer_seconds for each in recoveries):.2f} s, 201 after "
            f"{slowest.seconds:.2f} s at the latest ({slowest.after}); all ready after {self.ready_seconds:.1f} s; "
            f"RssAnon at most {max(self.stores.kilobytes_max.values()) / 1000:.1f} MB\n"
            f"what the services noticed: {self._worries()}")

    def _worries(self) -> str:
        """Without them the faults would have struck nothing."""
        worries = Counter(entry["message"] for entry in self.fleet.log() if entry["level"] in ("warning", "error"))
        return ", ".join(f"{message} {count}" for message, count in worries.most_common(12))
