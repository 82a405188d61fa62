"""docs/reference/metrics.md is held against what each program really exposes, both ways."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/metrics.md"
ROW = re.compile(r"^\| `([a-z_:]+)` \| (counter|gauge|histogram) \| [^|]*\| ([a-z, ]+) \|", re.MULTILINE)
NAMES = {"invoice-service": "service", "report-generator": "generator", "email-sender": "sender",
         "invoice-standalone": "standalone"}


def documented(program: str) -> dict[str, str]:
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    return {name: kind for name, kind, programs in rows
            if programs == "all" or NAMES[program] in programs.split(", ")}


def test_every_metric_stands_on_its_page_and_every_row_exists(system):
    # A request and an invoice first: series by route and outcome appear with what they count.
    system.start()
    system.api.post_invoice()
    system.metrics_texts()
    for program, text in system.metrics_texts().items():
        exposed = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
        assert documented(program) == exposed, program
