"""A disk that fails, is full or takes half: once or for a while, anywhere in a busy run.

No success without the data, healthy within 5 s of the end of the fault, and the retry with the same key finds out.
E2E_SEED=<what was printed> repeats the choice of points.
"""

from collections.abc import Callable

import pytest
from harness.chance import seeded
from trial.control import Strike
from trial.plan import evenly, first_of, spread
from trial.runner import Job, running
from trial.trial import Outcome

ONCE = {"EIO:1": 8, "ENOSPC:1": 4, "short:1": 3}
FOR_A_WHILE = {"EIO:12": 2, "ENOSPC:12": 2, "short+ENOSPC:12": 2, "short:100": 1, "EIO:1500ms": 2, "ENOSPC:1500ms": 1}
# From the writer's very first call: the books cannot be opened, which is tried again at growing distances.
AT_THE_OPENING = "EIO:6000ms"
CASES = [(AT_THE_OPENING, 0)] + [(fault, number) for fault, count in (ONCE | FOR_A_WHILE).items() for number in range(count)]


@pytest.fixture(scope="module")
def runner():
    with running() as made:
        yield made


@pytest.fixture(scope="module")
def outcome_of(request, runner) -> Callable[[int], Outcome]:
    """All cases that are asked for are under way from the start."""
    source = seeded()
    calls = runner.log_of_a_quiet_run(by_smtp=False)
    points = {fault: spread(calls, count, source) for fault, count in ONCE.items()}
    points |= {fault: evenly(1, len(calls) - 100, count, source) for fault, count in FOR_A_WHILE.items()}
    points[AT_THE_OPENING] = [first_of("writer", calls)]
    asked = [item.callspec.params["case"] for item in request.session.items
             if getattr(item, "originalname", "") == "test_a_fault_of_the_disk_loses_nothing_and_passes"]
    futures = {(fault, number): runner.submit(Job(Strike(points[fault][number], fault))) for fault, number in asked}
    return lambda case: futures[case].result()


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case)))
def test_a_fault_of_the_disk_loses_nothing_and_passes(outcome_of, case: tuple[str, int]):
    outcome = outcome_of(case)
    print(outcome)
    assert outcome.second_mails == 0
