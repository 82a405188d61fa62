"""scripts/test must not lose a failure: its reading of result files, on files as ctest and pytest write them."""

import sys
from pathlib import Path

import tree

sys.path.insert(0, str(tree.ROOT / "scripts/lib"))
from results import read_junit  # noqa: E402  (the path above makes it importable)

CTEST = """<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="Linux" tests="5" failures="1" disabled="1" skipped="1">
<testcase name="unit.Money.Adds" classname="unit.Money.Adds" time="0.1" status="run"><system-out>ok</system-out></testcase>
<testcase name="unit.Money.Fails" classname="unit.Money.Fails" time="0.1" status="fail"><failure message="Failed"/>
<system-out>Expected equality</system-out></testcase>
<testcase name="unit.Money.Skips" classname="unit.Money.Skips" time="0.1" status="notrun">
<skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/><system-out>money_test.cpp:3: Skipped
no zone files here
</system-out></testcase>
<testcase name="unit.Money.Off" classname="unit.Money.Off" time="0" status="disabled"><system-out/></testcase>
<testcase name="unit.Gone" classname="unit.Gone" time="0" status="notrun"><system-out>no program</system-out></testcase>
</testsuite>
"""

PYTEST = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4">
<testcase classname="tests.e2e.test_a" name="test_good" time="0.1"/>
<testcase classname="tests.e2e.test_a" name="test_bad" time="0.1"><failure message="assert 1 == 2">long text</failure></testcase>
<testcase classname="tests.e2e.test_a" name="test_broken" time="0.1"><error message="fixture">at setup</error></testcase>
<testcase classname="tests.e2e.test_a" name="test_left_out" time="0"><skipped type="pytest.skip" message="no chromium"/></testcase>
</testsuite></testsuites>
"""


def read(folder: Path, text: str):
    (folder / "a.xml").write_text(text)
    return read_junit(folder / "a.xml", "dev: ")


def test_ctest_results_are_counted_case_by_case(tmp_path: Path):
    tally = read(tmp_path, CTEST)
    assert tally.line() == "1 passed, 2 failed, 2 skipped"
    assert tally.passed == ["dev: unit.Money.Adds"]
    assert tally.failed[0] == ("dev: unit.Money.Fails", "Failed\nExpected equality")
    assert tally.failed[1][0] == "dev: unit.Gone"
    assert tally.skipped == [("dev: unit.Money.Skips", "no zone files here"),
                             ("dev: unit.Money.Off", "disabled in the source")]


def test_pytest_results_are_counted_errors_as_failures(tmp_path: Path):
    tally = read(tmp_path, PYTEST)
    assert tally.line() == "1 passed, 2 failed, 1 skipped"
    assert [name for name, _ in tally.failed] == ["dev: tests.e2e.test_a.test_bad", "dev: tests.e2e.test_a.test_broken"]
    assert tally.skipped == [("dev: tests.e2e.test_a.test_left_out", "no chromium")]


def test_results_that_cannot_be_read_are_a_failure(tmp_path: Path):
    assert read(tmp_path, "<testsuite><testcase").line() == "0 passed, 1 failed, 0 skipped"


def test_missing_results_are_no_tests(tmp_path: Path):
    assert read_junit(tmp_path / "none.xml").total == 0
