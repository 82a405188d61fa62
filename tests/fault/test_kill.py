"""Killed at sixty points of a busy run, the program starts again and has kept every promise.

tests/fault/all does the same at every point. E2E_SEED=<what was printed> repeats the choice of points.
"""

import random
from pathlib import Path

import pytest
from harness.chance import seeded
from harness.smtp import SmtpGate
from trial.control import KILL, Call, Point, Strike
from trial.plan import evenly, first_delivery, spread
from trial.trial import Trial

FOLDER_POINTS, SMTP_POINTS = 48, 12


@pytest.fixture(scope="module")
def source() -> random.Random:
    return seeded()


@pytest.fixture(scope="module")
def smtp(tmp_path_factory) -> SmtpGate:
    gate = SmtpGate(tmp_path_factory.mktemp("smtp"))
    gate.serve()
    yield gate
    gate.close()


@pytest.fixture(scope="module")
def calls(tmp_path_factory) -> list[Call]:
    """Of a run in which nothing goes wrong."""
    trial = Trial(tmp_path_factory.mktemp("map"))
    outcome = trial.run(None)
    assert outcome.struck == [] and outcome.second_mails == 0
    assert outcome.calls > 1000, "too little work to strike at"
    return trial.control.log()


@pytest.fixture(scope="module")
def folder_points(calls, source) -> list[Point]:
    return spread(calls, FOLDER_POINTS, source)


@pytest.fixture(scope="module")
def smtp_points(calls, source) -> list[Point]:
    return evenly(first_delivery(calls), len(calls) - 50, SMTP_POINTS, source)


@pytest.mark.parametrize("index", range(FOLDER_POINTS))
def test_a_kill_loses_and_doubles_nothing(tmp_path: Path, folder_points, index: int):
    outcome = Trial(tmp_path).run(Strike(KILL, folder_points[index]))
    assert outcome.second_mails == 0, "the same mail is the same file"


@pytest.mark.parametrize("index", range(SMTP_POINTS))
def test_a_kill_beside_a_mail_server_loses_no_mail(tmp_path: Path, smtp_points, smtp, index: int):
    Trial(tmp_path, smtp).run(Strike(KILL, smtp_points[index]))
