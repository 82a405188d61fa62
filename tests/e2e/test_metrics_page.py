"""docs/reference/metrics.md is held against what each program really exposes, both ways."""

import re
from pathlib import Path

TEXT = (Path(__file__).resolve().parents[2] / "docs/reference/metrics.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([a-z_:]+)` \| (counter|gauge|histogram) \|([^|]*)\| ([a-z, ]+) \|", re.MULTILINE)
SAMPLE = re.compile(r"^([a-z_:]+?)(?:_bucket|_sum|_count)?(?:\{(.*)\})? \S+$", re.MULTILINE)
NAMES = {"invoice-service": "service", "report-generator": "generator", "email-sender": "sender",
         "invoice-standalone": "standalone"}
LABELS = {name: set(re.findall(r"`(\w+)`", labels)) for name, _, labels, _ in ROW.findall(TEXT)}


def documented(program: str) -> dict[str, str]:
    return {name: kind for name, kind, _, programs in ROW.findall(TEXT)
            if programs == "all" or NAMES[program] in programs.split(", ")}


def documented_values(label: str) -> set[str]:
    """Of the section `Values of labels`: a list of words, or the first column of a table."""
    section = TEXT.split("## Values of labels")[1]
    words = section.split(f"\n`{label}`")[1].split("\n\n")
    table = re.findall(r"^\| `(\w+)` \|", words[1], re.MULTILINE)
    return set(table) or set(re.findall(r"`(\w+)`", words[0]))


def test_every_metric_stands_on_its_page_and_every_row_exists(system):
    # A request and an invoice first: series by route and outcome appear with what they count.
    system.start()
    system.api.post_invoice()
    system.metrics_texts()
    for program, text in system.metrics_texts().items():
        exposed = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
        assert documented(program) == exposed, program
        for name, labels in SAMPLE.findall(text):
            pairs = dict(re.findall(r'(\w+)="([^"]*)"', labels))
            assert set(pairs) - {"le"} == LABELS[name], (program, name)
            for label in {"route", "reason"} & set(pairs):
                assert pairs[label] in documented_values(label), (program, name)
