"""Forty business days with everything that goes wrong in them; at the end every cent stands in exactly one report."""

import random
import time
from collections import Counter
from datetime import timedelta

import pytest
from harness.books import check_sums
from harness.chance import seeded
from harness.client import new_key
from harness.clock import instant, text_of
from harness.waiting import wait_until

DAYS = 40
RECIPIENTS = ["anna@shop.example", "bert@shop.example"]
CHANGES = {13: {"TIME_ZONE": "America/New_York", "CUT_OFF": "17:45"},
           27: {"TIME_ZONE": "Asia/Kolkata", "CUT_OFF": "06:07"}}


class Shop:
    """Sells, mistypes, forgets and finds again."""

    def __init__(self, system, source: random.Random):
        self.system, self.source = system, source
        self.issued: list[str] = []

    def trade(self) -> None:
        now = self.system.clock.now()
        for _ in range(self.source.randrange(0, 7)):
            self.sell(now)
        for _ in range(self.source.choice([0, 0, 1, 3])):
            self.sell(now - timedelta(days=self.source.randrange(1, 20), seconds=self.source.randrange(86400)))
        for _ in range(self.source.choice([0, 0, 1, 2])):
            if self.issued:
                self.system.api.void(self.issued.pop(self.source.randrange(len(self.issued))))

    def sell(self, when) -> None:
        currency, amount = self.source.choice([("USD", "0.01"), ("USD", "19.99"), ("EUR", "1234.56"), ("JPY", "980")])
        items = [{"sku": f"S{self.source.randrange(5)}", "qt": self.source.choice([1, 2.5, 0.001])}
                 for _ in range(self.source.randrange(1, 4))]
        stored = self.system.api.post_invoice(amount, key=new_key(), currency=currency, items=items, date=text_of(when))
        self.issued.append(stored["id"])


@pytest.mark.timeout(200)
def test_forty_days(system, smtp):
    source = seeded()
    shop = Shop(system, source)
    system.clock.set("2026-03-02T09:00:00Z")
    smtp.serve()
    system.start(MAIL_TO=",".join(RECIPIENTS), SMTP_URI=smtp.uri)
    kills = 0
    for number in range(1, DAYS + 1):
        shop.trade()
        if number in CHANGES:
            system.restart(**CHANGES[number])
        end = instant(system.api.get("/reports/current").json()["to"])
        if source.random() < 0.5:
            # Somewhere between "nothing done yet" and "all done": in front of, within, behind seal and mail.
            system.clock.set(end)
            time.sleep(source.random() * 1.3)
            system.kill()
            kills += 1
            system.start()
        system.clock.set(end)
        wait_until(lambda number=number: latest_number(system) >= number, f"report {number}")
    # The last claim of a killed sender ends after five minutes.
    wait_until(lambda: all_delivered(system), "all delivered", seconds=60, pause=0.3)
    reports = check_sums_after_one_more_day(system)
    assert kills > 5
    assert len(reports) >= DAYS
    assert len({report["reportId"] for report in reports}) == len(reports)
    mails = smtp.mails()
    by_day = Counter((mail.business_day, mail.recipient) for mail in mails)
    assert set(by_day) == {(report["businessDay"], who) for report in reports for who in RECIPIENTS}
    assert all(mail.envelope_to == [mail.recipient] for mail in mails)
    # A second mail is possible only where a kill fell between the server's word and the ledger, and has the same id.
    ids = {(mail.business_day, mail.recipient, mail.message_id) for mail in mails}
    assert len(ids) == len(by_day) == len({mail.message_id for mail in mails})
    assert len(mails) - len(by_day) <= kills
    audit = system.audit()
    assert audit.returncode == 0, audit.stdout + audit.stderr


def latest_number(system) -> int:
    return next((report["number"] for report in system.api.get("/reports?limit=1").json()), 0)


def all_delivered(system) -> bool:
    states = {report["deliveryState"] for report in system.api.list("/reports")}
    if states != {"done"}:
        system.clock.advance(minutes=6)
    return states == {"done"}


def check_sums_after_one_more_day(system):
    end = system.api.get("/reports/current").json()
    system.clock.set(instant(end["to"]))
    system.wait_for_report(end["businessDay"])
    return check_sums(system.api)
