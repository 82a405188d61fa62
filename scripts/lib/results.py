"""Test results as scripts/test counts them: one entry a test case, whatever program ran it."""

import dataclasses
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path


@dataclasses.dataclass
class Tally:
    """What a stage brought: names of passed cases, (name, output) of failed, (name, reason) of skipped ones."""

    passed: list[str] = dataclasses.field(default_factory=list)
    failed: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    skipped: list[tuple[str, str]] = dataclasses.field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.passed) + len(self.failed) + len(self.skipped)

    def add(self, other: "Tally") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def line(self) -> str:
        return f"{len(self.passed)} passed, {len(self.failed)} failed, {len(self.skipped)} skipped"


def read_junit(path: Path, prefix: str = "") -> Tally:
    """Reads the JUnit files of ctest and of pytest. A missing file is an empty tally (ctest writes none when it has
    no test; the caller sees a crash in the exit code), one that cannot be read is a failed case."""
    tally = Tally()
    if not path.exists():
        return tally
    try:
        cases = ElementTree.parse(path).getroot().iter("testcase")
    except ElementTree.ParseError as fault:
        tally.failed.append((f"{prefix}{path.name}", f"the results cannot be read: {fault}"))
        return tally
    for case in cases:
        name = prefix + _name(case)
        skip = case.find("skipped")
        fault = next((f for f in (case.find("failure"), case.find("error")) if f is not None), None)
        if fault is not None:
            tally.failed.append((name, _text(fault) + "\n" + _output(case)))
        elif skip is not None:
            tally.skipped.append((name, _skip_reason(skip, case)))
        elif case.get("status") in (None, "run"):
            tally.passed.append(name)
        elif case.get("status") == "disabled":
            tally.skipped.append((name, "disabled in the source"))
        else:
            tally.failed.append((name, f"status {case.get('status')}\n{_output(case)}"))
    return tally


def _name(case: ElementTree.Element) -> str:
    group, name = case.get("classname", ""), case.get("name", "?")
    return name if group in ("", name) else f"{group}.{name}"


def _text(element: ElementTree.Element) -> str:
    text = (element.text or "").strip()
    return text or element.get("message", "")


def _output(case: ElementTree.Element) -> str:
    output = case.find("system-out")
    return (output.text or "").strip() if output is not None else ""


def _skip_reason(skip: ElementTree.Element, case: ElementTree.Element) -> str:
    # ctest only says that its pattern matched; GoogleTest printed the reason after "Skipped".
    found = re.search(r"Skipped\n(.+)", _output(case))
    return found.group(1).strip() if found else skip.get("message") or _text(skip) or "no reason given"
