"""Over TLS: the right authority and name are let in, everything else is refused before a password is sent."""

from collections.abc import Callable

import pytest
from driver import Driver
from harness.waiting import wait_until
from rabbit_broker import Broker, Certificates


def test_a_message_goes_through_over_tls(driver: Callable[..., Driver], broker: Broker,
                                         certificates: Certificates) -> None:
    both = driver(broker.tls_uri("localhost", certificates.ca))
    both.publish("a")
    # More than one record, so that what TLS has read ahead is not waited for at the socket.
    assert both.ask("publish-size", "b", 300_000)["ok"]
    for name in "ab":
        got = both.receive()
        assert got["id"] == name
        both.settle("acknowledge", got)


@pytest.mark.parametrize("host,authority", [("localhost", "other_ca"), ("127.0.0.1", "ca")])
def test_a_wrong_authority_and_a_wrong_name_are_refused(driver: Callable[..., Driver], broker: Broker,
                                                        certificates: Certificates, host: str, authority: str) -> None:
    publisher = driver(broker.tls_uri(host, getattr(certificates, authority)))
    publisher.ask("publish", "a", "{}")
    wait_until(lambda: publisher.status()["publisher"]["failures"] >= 2, "two attempts")
    status = publisher.status()["publisher"]
    assert status["connections"] == 0
    assert "SSL" in status["last_error"]


def test_neither_user_nor_password_stands_in_errors(driver: Callable[..., Driver], broker: Broker) -> None:
    publisher = driver(f"amqp://somebody-else:very-secret@127.0.0.1:{broker.port}")
    publisher.ask("publish", "a", "{}")
    wait_until(lambda: "login" in publisher.status()["publisher"]["last_error"].lower(), "login refused")
    words = publisher.status()["publisher"]["last_error"] + publisher.close()
    assert "somebody-else" not in words and "very-secret" not in words
