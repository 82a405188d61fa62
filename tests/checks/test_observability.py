"""Alert rules and dashboards ask for what the programs expose; tests/observability/run asks a real Prometheus, too.
What runs in containers is what is tested there, and its logs are bounded."""

import json
import re
from pathlib import Path

import pytest
import tree
import yaml
from promql import metric_names

FILES = tree.ROOT / "deploy/helm/invoicing/files"
RULES = [rule for group in yaml.safe_load((FILES / "alerts.yaml").read_text())["groups"] for rule in group["rules"]]
DASHBOARDS = sorted((FILES / "dashboards").glob("*.json"))
ALERTS = [rule for rule in RULES if "alert" in rule]

# A page that test_metrics_page.py holds against what each program exposes.
DOCUMENTED = dict(re.findall(r"^\| `([a-z_]+)` \| (counter|gauge|histogram) ",
                             (tree.ROOT / "docs/reference/metrics.md").read_text(), re.MULTILINE))
OF_PROMETHEUS = {"up"} | {rule["record"] for rule in RULES if "record" in rule}


def known() -> set[str]:
    parts = {name + part for name, kind in DOCUMENTED.items() if kind == "histogram"
             for part in ("_bucket", "_sum", "_count")}
    return parts | {name for name, kind in DOCUMENTED.items() if kind != "histogram"} | OF_PROMETHEUS


def queries(path: Path) -> list[str]:
    return [target["expr"] for panel in json.loads(path.read_text())["panels"] for target in panel["targets"]]


def test_rules_ask_for_metrics_that_exist():
    tree.expect_none([f"{rule.get('alert', rule.get('record'))}: {name}" for rule in RULES
                      for name in sorted(metric_names(rule["expr"]) - known())], "see docs/reference/metrics.md")


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_dashboards_ask_for_metrics_that_exist(path: Path):
    assert queries(path)
    tree.expect_none([f"{query}: {name}" for query in queries(path)
                      for name in sorted(metric_names(query) - known())], "see docs/reference/metrics.md")


def test_what_a_query_names_is_found():
    assert metric_names('sum by (route) (rate(a_total{status=~"5..",x!="by"}[5m])) / on(b) c:d or vector(0)') == {
        "a_total", "c:d"}
    assert metric_names("time() - max(max_over_time(e_seconds[2d]) > 0) > 25 * 3600 unless on() f > 0") == {
        "e_seconds", "f"}


def test_the_two_dashboards_are_there_and_number_their_panels_once():
    assert [path.stem for path in DASHBOARDS] == ["manager", "operator"]
    for path in DASHBOARDS:
        ids = [panel["id"] for panel in json.loads(path.read_text())["panels"]]
        assert len(ids) == len(set(ids))


def test_every_alert_has_its_runbook():
    page = tree.ROOT / "docs/operating/alerts.md"
    headings = re.findall(r"^## (\w+)$", page.read_text(), re.MULTILINE)
    assert headings == [rule["alert"] for rule in ALERTS]
    for rule in ALERTS:
        assert rule["annotations"]["runbook_url"] == f"docs/operating/alerts.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in ("critical", "warning") and rule["annotations"]["summary"]


def test_every_alert_is_tested():
    tests = yaml.safe_load((tree.ROOT / "deploy/helm/invoicing/tests/alerts.promtool.yaml").read_text())["tests"]
    fired = {each["alertname"] for test in tests for each in test["alert_rule_test"] if each.get("exp_alerts")}
    assert fired == {rule["alert"] for rule in ALERTS}


def test_jobs_are_named_as_the_rules_expect():
    config = yaml.safe_load((tree.ROOT / "deploy/observability/prometheus.yml").read_text())
    jobs = {job["job_name"] for job in config["scrape_configs"]}
    asked = {job for rule in RULES for jobs_of in re.findall(r'job=~"([^"]+)"', rule["expr"])
             for job in jobs_of.split("|")}
    assert jobs == asked - {"invoice-standalone"}


def services(file: str) -> dict[str, dict]:
    return yaml.safe_load((tree.ROOT / file).read_text())["services"]


def test_the_images_of_loki_and_its_collector_are_those_that_are_tested():
    versions = dict(re.findall(r"^    (\w+)\) echo \S+ v(\S+) ", (tree.ROOT / "scripts/lib/tools").read_text(), re.MULTILINE))
    shipped = services("compose.observability.yaml")
    assert shipped["loki"]["image"] == f"grafana/loki:{versions['loki']}"
    assert shipped["collector"]["image"] == f"otel/opentelemetry-collector-contrib:{versions['otelcol']}"


def test_every_log_of_a_container_is_bounded():
    # Where both files name a service the second adds to the first.
    shipped = services("compose.observability.yaml") | services("compose.yaml")
    of_developers = {"dev"}
    tree.expect_none([name for name, service in shipped.items() if name not in of_developers
                      and not {"max-size", "max-file"} <= service.get("logging", {}).get("options", {}).keys()],
                     "give it `logging`, as the others have it")
