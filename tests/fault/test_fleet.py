"""Three invoice-service, two report-generator, two email-sender under load: each fault of the services and of their
servers once, in an order that the seed chooses. tests/fault/long does it at random for as long as one likes.
"""

from collections.abc import Iterator

import pytest
from fleet.faults import LANES
from fleet.round import Round, each_once
from harness.chance import seeded
from harness.servers import Servers
from harness.smtp import SmtpGate


@pytest.fixture
def smtp(tmp_path) -> Iterator[SmtpGate]:
    gate = SmtpGate(tmp_path / "smtp")
    yield gate
    gate.close()


@pytest.fixture
def servers(tmp_path) -> Iterator[Servers]:
    made = Servers(tmp_path / "servers", durable=True)
    yield made
    made.close()


@pytest.mark.timeout(480)
def test_each_fault_once_and_every_promise_kept(tmp_path, servers, smtp):
    one = Round(tmp_path / "system", servers, smtp, seed=seeded().randrange(1 << 32), choose=each_once)
    try:
        print(one.run(seconds=240))
    finally:
        one.fleet.clean_up()
    assert set(one.faults) == {name for faults in LANES for name in faults}, "each had its turn"
