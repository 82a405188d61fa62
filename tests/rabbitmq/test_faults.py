"""The broker restarts, dies, freezes, cuts, forgets a queue, raises alarms: both sides come back by themselves.

Of every test: what was confirmed is received, what was not acknowledged comes again, and nobody waits for ever.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from driver import Driver
from harness.waiting import wait_until
from rabbit_broker import Broker


def restart(broker: Broker) -> None:
    broker.stop()
    broker.start()


def kill(broker: Broker) -> None:
    broker.kill()
    broker.start()


def freeze(broker: Broker) -> None:
    broker.freeze()
    time.sleep(4)  # four heartbeats: longer than either side lets pass
    broker.thaw()


FAULTS = {"restart": restart, "kill": kill, "freeze": freeze, "cut": Broker.cut_connections}


@contextlib.contextmanager
def frozen(broker: Broker) -> Iterator[None]:
    broker.freeze()
    try:
        yield
    finally:
        broker.thaw()


def drain(inbox: Driver, wanted: set[str], more: str = "") -> list[dict[str, Any]]:
    """Receives and acknowledges until all are there, and then, unless `more` may come, nothing."""
    received: list[dict[str, Any]] = []

    def next_one() -> bool:
        answer = inbox.ask("receive", 2000)
        if "tag" in answer and inbox.settle("acknowledge", answer)["ok"]:
            received.append(answer)
        return wanted <= {each["id"] for each in received}

    wait_until(next_one, f"all of {len(wanted)} messages", 90, 0)
    assert more or inbox.empty()
    return received


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_lost_and_nothing_unhandled_is_acknowledged(driver: Callable[..., Driver], broker: Broker,
                                                               fault: str) -> None:
    publisher, inbox = driver(), driver().consuming()
    before = [f"before-{i}" for i in range(10)]
    for name in before:
        publisher.publish(name)
    held = inbox.receive()
    delayed = held["id"]
    assert held["failing_since"] == ""
    assert inbox.settle("retry", held, 1000, "busy")["ok"]
    retried = datetime.now(UTC)
    under_way = inbox.receive()

    FAULTS[fault](broker)
    after = [f"after-{i}" for i in range(10)]
    for name in after:
        publisher.publish(name)
    inbox.wait_connected("consumer", "forwarder")
    late = inbox.settle("acknowledge", under_way)
    received = drain(inbox, set(before + after) - ({under_way["id"]} if late["ok"] else set()), "what was put off")
    # A broker that is killed may forget that the message was given back, and then sends it once more as it was, and
    # before the one that was put off.
    if not any(each["failing_since"] for each in received if each["id"] == delayed):
        received += drain(inbox, {delayed})
    order = [each["id"] for each in received]
    since = [each["failing_since"] for each in received if each["id"] == delayed and each["failing_since"]]
    assert len(since) == 1, "it outlives the broker's end"
    assert inbox.empty()
    assert abs(datetime.fromisoformat(since[0]) - retried) < timedelta(seconds=2)
    assert not late["ok"], "its connection is gone: the broker cannot have heard of it"
    assert "delivered again" in late["error"]
    assert under_way["id"] in order and delayed in order
    assert publisher.status()["publisher"]["connections"] >= 2
    assert inbox.status()["consumer"]["connections"] >= 2


def test_a_deleted_queue_is_declared_and_consumed_again(driver: Callable[..., Driver], broker: Broker,
                                                        queue: str) -> None:
    publisher, inbox = driver(), driver().consuming()
    publisher.publish("a")
    inbox.settle("acknowledge", inbox.receive())
    broker.delete_queue(queue)
    wait_until(lambda: inbox.status()["consumer"]["connections"] >= 2, "consuming again", 60)
    publisher.publish("b")
    assert inbox.receive()["id"] == "b"


@pytest.mark.parametrize("size", [2, 8_000_000])
def test_a_frozen_broker_holds_no_publisher(driver: Callable[..., Driver], broker: Broker, size: int) -> None:
    publisher = driver()
    publisher.publish("a")
    with frozen(broker):
        time.sleep(2.5)  # a heartbeat is overdue: the library alone would wait for ever from here on
        begin = time.monotonic()
        assert not publisher.ask("publish-size", "b", size)["ok"]
        assert time.monotonic() - begin < 15
        # Known to be away: at once.
        publisher.wait_lost("publisher")
        begin = time.monotonic()
        assert not publisher.ask("publish", "c", "{}")["ok"]
        assert time.monotonic() - begin < 1
    publisher.publish("d")


def test_a_broker_that_freezes_under_a_publish_holds_no_publisher(driver: Callable[..., Driver],
                                                                  broker: Broker) -> None:
    publisher = driver(broker.uri + "?heartbeat=60")
    publisher.publish("a")
    with frozen(broker):
        begin = time.monotonic()
        refused = publisher.ask("publish", "b", "{}")
        assert not refused["ok"] and "no confirmation in time" in refused["error"]
        assert time.monotonic() - begin < 15
    publisher.publish("b")


def test_a_frozen_broker_holds_no_consumer(driver: Callable[..., Driver], broker: Broker) -> None:
    publisher, inbox = driver(), driver().consuming()
    publisher.publish("a")
    got = inbox.receive()
    with frozen(broker):
        inbox.wait_lost("consumer", "forwarder")
        begin = time.monotonic()
        assert not inbox.settle("retry", got, 100, "busy")["ok"]
        assert time.monotonic() - begin < 1
    assert inbox.receive()["id"] == "a"


def test_heartbeats_are_answered_while_a_mail_is_under_way(driver: Callable[..., Driver]) -> None:
    both = driver()
    both.publish("a")
    got = both.receive()
    time.sleep(5)  # the broker gives up after two to three heartbeats of a second
    assert both.settle("acknowledge", got)["ok"]
    status = both.status()
    assert status["consumer"]["connections"] == status["publisher"]["connections"] == 1
    assert both.empty()


@pytest.mark.parametrize("alarm", [Broker.memory_alarm, Broker.disk_alarm])
def test_an_alarm_blocks_publishers_and_nobody_else(driver: Callable[..., Driver], broker: Broker,
                                                    alarm: Callable[[Broker, bool], None]) -> None:
    publisher, inbox = driver(), driver().consuming()
    for name in "ab":
        publisher.publish(name)
    got = inbox.receive()
    alarm(broker, True)
    try:
        wait_until(lambda: not publisher.ask("publish", "c", "{}")["ok"], "refused", 30)
        begin = time.monotonic()
        refused = publisher.ask("publish", "d", "{}")
        assert not refused["ok"] and "takes no messages" in refused["error"]
        assert time.monotonic() - begin < 1
        assert inbox.settle("acknowledge", got)["ok"]
        # Its copy cannot be stored, so it stays where it is and comes again.
        second = inbox.receive()
        assert not inbox.settle("retry", second, 100, "busy")["ok"]
        again = inbox.receive()
        assert again["id"] == second["id"] == "b"
    finally:
        alarm(broker, False)
    publisher.publish("e")
    assert inbox.settle("acknowledge", again)["ok"]
    # What was sent before the alarm was known may come, as a copy of what comes again may; what was refused may not.
    assert {each["id"] for each in drain(inbox, {"e"}, "may come")} <= {"b", "c", "e"}
    assert publisher.status()["publisher"]["connections"] == 1


def test_a_receiver_that_dies_loses_nothing(driver: Callable[..., Driver]) -> None:
    publisher, first = driver(), driver()
    publisher.publish("a")
    assert first.receive()["id"] == "a"
    first.kill()
    second = driver()
    assert second.receive()["id"] == "a"


def test_both_sides_start_before_the_broker(driver: Callable[..., Driver], broker: Broker) -> None:
    broker.stop()
    try:
        both = driver()
        refused = both.ask("publish", "a", "{}")
        assert not refused["ok"]
        assert both.ask("receive", 100) == {"ok": True}
        wait_until(lambda: "connecting: " in both.status()["publisher"]["last_error"], "said why")
    finally:
        broker.start()
    both.publish("a")
    assert both.receive()["id"] == "a"
