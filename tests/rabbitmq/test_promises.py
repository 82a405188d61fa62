"""What publisher, inbox and admin promise, on a broker that is well: confirmations, retries, dead letters, types."""

import re
from collections.abc import Callable
from pathlib import Path

from driver import STEPS_MS, Driver
from harness.waiting import wait_until
from rabbit_broker import Broker


def test_a_message_goes_through_and_is_gone(driver: Callable[..., Driver]) -> None:
    both = driver().consuming()
    both.publish("a", '{"x": 1}')
    got = both.receive()
    assert (got["id"], got["body"], got["attempt"]) == ("a", '{"x": 1}', 1)
    assert both.settle("acknowledge", got)["ok"]
    assert both.empty()


def test_one_message_at_a_time_by_default(driver: Callable[..., Driver]) -> None:
    both = driver().consuming()
    for name in "ab":
        both.publish(name)
    first = both.receive()
    assert both.empty()
    both.settle("acknowledge", first)
    assert both.receive()["id"] == "b"


def test_a_returned_message_is_an_error_and_the_queue_is_made_again(driver: Callable[..., Driver], broker: Broker,
                                                                    queue: str) -> None:
    publisher = driver()
    publisher.publish("a")
    broker.delete_queue(queue)
    refused = publisher.ask("publish", "b", "{}")
    assert not refused["ok"] and "NO_ROUTE" in refused["error"]
    assert publisher.status()["returned"] == 1
    assert publisher.ask("publish", "b", "{}")["ok"]


def test_a_refused_message_is_an_error(driver: Callable[..., Driver], broker: Broker, queue: str) -> None:
    publisher = driver()
    publisher.publish("a")
    broker.control("set_policy", f"full-{queue}", f"^{queue}$", '{"max-length": 1, "overflow": "reject-publish"}')
    wait_until(lambda: not publisher.ask("publish", "b", "{}")["ok"], "refused")
    assert "nack" in publisher.ask("publish", "b", "{}")["error"]
    assert publisher.status()["refused"] >= 2
    assert publisher.status()["publisher"]["connections"] == 1
    broker.control("clear_policy", f"full-{queue}")
    publisher.publish("b")


def test_a_channel_that_the_broker_closes_is_an_error_and_comes_back(driver: Callable[..., Driver]) -> None:
    publisher = driver()
    publisher.publish("a")
    refused = publisher.ask("publish-size", "large", 10_000_001)
    assert not refused["ok"] and "PRECONDITION_FAILED" in refused["error"]
    assert publisher.status()["unconfirmed"] == 1
    publisher.publish("b")
    assert publisher.status()["publisher"]["connections"] == 2


def test_a_retry_waits_and_counts(driver: Callable[..., Driver]) -> None:
    both = driver().consuming()
    both.publish("a", '{"x": 1}')
    assert both.settle("retry", both.receive(), 100, "server", "busy")["ok"]
    depth = both.ask("depth")
    assert (depth["ready"], depth["delayed"]) in ((0, 1), (1, 0), (0, 0))
    again = both.receive()
    assert (again["id"], again["body"], again["attempt"]) == ("a", '{"x": 1}', 2)
    both.settle("retry", again, 100, "still busy")
    third = both.receive()
    assert (third["attempt"], third["failing_since"]) == (3, again["failing_since"])


def test_a_long_delay_holds_no_short_one_up(driver: Callable[..., Driver]) -> None:
    both = driver().consuming()
    for name, delay in (("long", 1000), ("short", 100)):
        both.publish(name)
        assert both.settle("retry", both.receive(), delay, "busy")["ok"]
    order = []
    for _ in range(2):
        got = both.receive()
        order.append(got["id"])
        both.settle("acknowledge", got)
    assert order == ["short", "long"]


def test_dead_letters_are_listed_requeued_and_dropped(driver: Callable[..., Driver], broker: Broker,
                                                      queue: str) -> None:
    both = driver().consuming()
    for name in "abc":
        both.publish(name, f"body of {name}")
        assert both.settle("dead", both.receive(), "reason of", name)["ok"]
    dead = both.ask("list")["dead"]
    assert [(each["id"], each["body"], each["reason"]) for each in dead] == [
        (name, f"body of {name}", f"reason of {name}") for name in "abc"]
    assert broker.queues()[f"{queue}.dead"] == 3
    assert both.ask("find", "b")["dead"] == dead[1]
    assert both.ask("requeue", "b")["found"]
    assert both.ask("drop", "a")["found"]
    assert not both.ask("drop", "a")["found"]
    assert not both.ask("requeue", "none")["found"]
    assert [each["id"] for each in both.ask("list")["dead"]] == ["c"]
    again = both.receive()
    assert (again["id"], again["attempt"]) == ("b", 1)


def test_a_poisonous_header_does_not_end_the_consumer(driver: Callable[..., Driver]) -> None:
    # Without a stack of its own the consumer's thread would have 1 MB, and crash at each delivery.
    inbox = driver(stack_kilobytes=1024).consuming()
    assert inbox.empty()
    driver(stack_kilobytes=65536).ask("publish-nested", "deep", 25_500)
    driver().publish("next")
    got = inbox.receive()
    if got["id"] == "deep":
        assert inbox.settle("retry", got, 100, "busy")["ok"]
        got = inbox.receive()
    else:
        # A librabbitmq that limits the depth: given up at the second delivery, so that it blocks nobody.
        assert inbox.status()["consumer"]["connections"] == 3
        assert not inbox.ask("list")["dead"]
    assert got["id"] == "next"
    inbox.settle("acknowledge", got)


def test_a_message_too_large_to_be_a_report_goes_to_the_dead(driver: Callable[..., Driver]) -> None:
    both = driver().consuming()
    both.publish("small")
    both.settle("acknowledge", both.receive())
    assert both.ask("publish-size", "large", 9_000_000)["ok"]
    both.publish("next")
    got = both.receive()
    assert got["id"] == "next", "the driver takes 8.5 MB at most"
    assert "larger" in both.ask("find", "large")["dead"]["reason"]


def test_quorum_queues_work_alike(driver: Callable[..., Driver], broker: Broker, queue: str) -> None:
    both = driver(quorum=True).consuming()
    both.publish("a")
    assert both.settle("retry", both.receive(), 100, "busy")["ok"]
    again = both.receive()
    assert again["attempt"] == 2
    assert both.settle("dead", again, "poison")["ok"]
    assert [each["id"] for each in both.ask("list")["dead"]] == ["a"]
    assert both.ask("requeue", "a")["found"]
    assert both.receive()["id"] == "a"
    types = broker.control("list_queues", "--no-table-headers", "name", "type")
    assert {line.split("\t")[1] for line in types.splitlines() if line.startswith(queue)} == {"quorum"}


def test_a_queue_of_another_kind_is_named(driver: Callable[..., Driver]) -> None:
    driver().publish("a")
    other = driver(quorum=True)
    other.ask("publish", "b", "{}")
    error = wait_until(lambda: "inequivalent arg" in (text := other.status()["publisher"]["last_error"]) and text, "named")
    assert "PRECONDITION_FAILED" in error


def test_the_queues_have_the_arguments_of_the_reference_page(driver: Callable[..., Driver], broker: Broker,
                                                             queue: str) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/reference/messages.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `daily_sales_report(\S*)` \| [^|]+ \| ([^|]+) \|", page, re.MULTILINE)
    expected = {name: set(re.findall(r"x-[a-z-]+", arguments)) for name, arguments in rows}
    assert len(expected) == 3
    driver().consuming()
    lines = broker.control("list_queues", "--no-table-headers", "name", "durable", "arguments").splitlines()
    ours = [line.split("\t") for line in lines if line.startswith(queue)]
    assert len(ours) == 2 + len(STEPS_MS)
    for name, durable, arguments in ours:
        kind = re.sub(r"delay\.\d+ms$", "delay.<step>ms", name.removeprefix(queue))
        assert (durable, set(re.findall(r"x-[a-z-]+", arguments))) == ("true", expected[kind]), name
