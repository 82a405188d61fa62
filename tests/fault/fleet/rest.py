"""How a fleet on which nothing fails any more comes to rest: days closed, reports with everybody, queues empty."""

import json
import random

from harness.clock import instant
from harness.waiting import wait_until

from .system import Fleet

REST_SECONDS = 240


def end_the_day(fleet: Fleet, source: random.Random) -> None:
    fleet.clock.set(instant(fleet.ask("/reports/current", source)["to"]))


def close_days_until(fleet: Fleet, source: random.Random, newest: str) -> None:
    """At least one, and all up to the one of the newest invoice."""
    end = ""
    while end <= newest:
        end_the_day(fleet, source)
        end = latest_report(fleet, source)["to"]


def latest_report(fleet: Fleet, source: random.Random) -> dict:
    """The report of the day that has just ended."""
    now = fleet.clock.now()

    def found() -> dict | None:
        current = fleet.ask("/reports/current", source)
        if instant(current["to"]) <= now:
            return None
        reports = fleet.ask("/reports?limit=1", source)
        return reports[0] if reports and reports[0]["to"] == current["from"] else None

    return wait_until(found, "the last day sealed", REST_SECONDS, pause=0.2)


def wait_until_delivered(fleet: Fleet) -> None:
    """What was lost with a queue is noticed after half an hour; what was given up, an operator would ask for."""
    def done() -> bool:
        fleet.clock.advance(minutes=5)
        states = {report["businessDay"]: report["deliveryState"] for report in fleet.api.list("/reports")}
        for day in (day for day, state in states.items() if state == "dead"):
            fleet.api.post(f"/reports/{day}/resend")
        return set(states.values()) == {"done"}

    fleet.api.disconnect()
    try:
        wait_until(done, "every report with everybody", REST_SECONDS, pause=1)
    except AssertionError as error:
        left = [report["businessDay"] for report in fleet.api.list("/reports") if report["deliveryState"] != "done"]
        error.add_note(f"not done: {[fleet.api.get(f'/reports/{day}').json()['delivery'] for day in left]}")
        error.add_note(f"queues: {fleet.servers.broker.queues()}")
        worries = [line for line in fleet.log() if line["level"] in ("warning", "error")]
        error.add_note("\n".join(json.dumps(line) for line in worries[-20:]))
        raise
    wait_until(lambda: sum(waiting_messages(fleet).values()) == 0, "nothing waits in a queue", REST_SECONDS, pause=1)


def waiting_messages(fleet: Fleet) -> dict[str, int]:
    """By queue, without the dead letters."""
    return {name: count for name, count in fleet.servers.broker.queues().items()
            if name.startswith(fleet.queue) and not name.endswith(".dead")}
