"""Killed at sixty points of a busy run, or without power at another twelve, the program starts again and has kept
every promise.

tests/fault/all does the same at every point. E2E_SEED=<what was printed> repeats the choice of points.
"""

from collections.abc import Callable

import pytest
from harness.chance import seeded
from trial.control import Call, Strike
from trial.plan import around_deliveries, spread
from trial.runner import Job, running
from trial.trial import Outcome

FOLDER_POINTS, SMTP_POINTS, POWER_POINTS = 48, 12, 12
NAMES = [*(f"folder-{number}" for number in range(FOLDER_POINTS)), *(f"smtp-{number}" for number in range(SMTP_POINTS)),
         *(f"power-{number}" for number in range(POWER_POINTS))]


@pytest.fixture(scope="module")
def runner():
    with running() as made:
        yield made


@pytest.fixture(scope="module")
def calls(runner) -> list[Call]:
    return runner.log_of_a_quiet_run(by_smtp=False)


@pytest.fixture(scope="module")
def outcome_of(request, runner, calls) -> Callable[[str], Outcome]:
    """All points that are asked for are under way from the start."""
    source = seeded()
    jobs = [Job(Strike(point)) for point in spread(calls, FOLDER_POINTS, source)]
    jobs += [Job(Strike(point), by_smtp=True) for point in around_deliveries(calls, SMTP_POINTS, source)]
    jobs += [Job(Strike(point, "power")) for point in spread(calls, POWER_POINTS, source)]
    named = dict(zip(NAMES, jobs, strict=True))
    asked = [item.callspec.params["name"] for item in request.session.items
             if getattr(item, "originalname", "") == "test_a_kill_loses_and_doubles_nothing"]
    futures = {name: runner.submit(named[name]) for name in asked}
    return lambda name: futures[name].result()


def test_a_quiet_run_has_enough_to_strike_at(calls):
    assert len(calls) > 1000
    assert {call.actor for call in calls} >= {"writer", "mail", "main", "backup command"}


@pytest.mark.parametrize("name", NAMES)
def test_a_kill_loses_and_doubles_nothing(outcome_of, name: str):
    outcome = outcome_of(name)
    print(outcome)
    assert outcome.second_mails == 0 or name.startswith("smtp"), "in a folder the same mail is the same file"
