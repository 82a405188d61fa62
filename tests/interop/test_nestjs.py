"""Ours and the real NestJS on one queue: each reads the other, and neither's declaration refuses the other's."""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from harness.waiting import wait_until
from nest import Nest, NestConsumer
from ours import Ours
from rabbit_broker import Broker

THEIRS = {"generatedAt": "2026-11-22T12:00:00.000Z", "totalSales": 100.5,
          "totalSkuQuantities": [{"sku": "DG334", "qt": 2}]}


@contextlib.contextmanager
def listening(nest: Nest, broker: Broker, queue: str, **options: Any) -> Iterator[NestConsumer]:
    consumer = nest.consumer(broker.uri, queue, **options)
    yield consumer
    consumer.close()


@pytest.mark.parametrize("no_ack", [True, False], ids=["noAck", "ack"])
@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_their_consumer_reads_our_report(nest: Nest, broker: Broker, queue: str, ours: Callable[..., Ours],
                                         no_ack: bool, first: str) -> None:
    """Whoever declares the queue first."""
    sent = ours().publish() if first == "ours" else None
    with listening(nest, broker, queue, noAck=no_ack) as consumer:
        sent = sent or ours().publish()
        assert consumer.data() == sent
        wait_until(lambda: broker.queues()[queue] == 0, "acknowledged")
        assert consumer.running()


@pytest.mark.parametrize("persistent", [False, True], ids=["transient", "persistent"])
@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_our_inbox_gets_what_they_emit(nest: Nest, broker: Broker, queue: str, ours: Callable[..., Ours],
                                       persistent: bool, first: str) -> None:
    program = ours() if first == "ours" else None
    if program:
        program.publish()
        with listening(nest, broker, queue) as consumer:
            consumer.data()
    nest.emit(broker.uri, queue, THEIRS, persistent=persistent)
    assert (program or ours()).handle_one() == THEIRS


@pytest.mark.parametrize("persistent", [False, True], ids=["transient", "persistent"])
def test_our_inbox_answers_what_they_send(nest: Nest, broker: Broker, queue: str, ours: Callable[..., Ours],
                                          persistent: bool) -> None:
    program = ours()
    with ThreadPoolExecutor(1) as pool:
        response = pool.submit(nest.send, broker.uri, queue, THEIRS, persistent=persistent)
        assert program.handle_one() == THEIRS
        assert response.result() is True


def test_quorum_queues_agree_with_the_queue_options_of_the_docs(nest: Nest, broker: Broker, queue: str,
                                                                ours: Callable[..., Ours]) -> None:
    arguments = {"x-queue-type": "quorum", "x-dead-letter-exchange": "", "x-dead-letter-routing-key": f"{queue}.dead"}
    sent = ours(quorum=True).publish()
    with listening(nest, broker, queue, noAck=False,
                   queueOptions={"durable": True, "arguments": arguments}) as consumer:
        assert consumer.data() == sent
