"""docs/reference/metrics.md is held against what the program really exposes, both ways."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/metrics.md"
ROW = re.compile(r"^\| `([a-z_:]+)` \| (counter|gauge|histogram) \|", re.MULTILINE)


def test_every_metric_stands_on_its_page_and_every_row_exists(system):
    # A request and an invoice first: series by route and outcome appear with what they count.
    system.start()
    system.api.post_invoice()
    text = system.api.get("/metrics").body.decode()
    exposed = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    documented = dict(ROW.findall(PAGE.read_text(encoding="utf-8")))
    assert documented == exposed
