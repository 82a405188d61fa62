"""Rules and dashboards against the services as they run, and an alert that fires."""

import subprocess

import pytest
from harness.split import REPORT_GENERATOR
from harness.waiting import wait_until
from promql import metric_names
from test_observability import ALERTS, DASHBOARDS, RULES, queries

# What only a system in one process has.
OF_STANDALONE = {"store_"}
INTERVALS = {"$__rate_interval": "1m"}


def as_asked(query: str) -> str:
    for name, value in INTERVALS.items():
        query = query.replace(name, value)
    return query


@pytest.fixture(scope="module", autouse=True)
def scraped(split, monitoring) -> None:
    """Every target has answered, after a first invoice and a first published report."""
    split.api.post_invoice()
    assert split.run("preview", "--mail").returncode == 0
    wait_until(lambda: len(monitoring.query("up == 1")) == len(split.names), "all targets answer", seconds=60)
    wait_until(lambda: monitoring.query('http_requests_total{route="create_invoice"}'), "the invoice is seen", seconds=60)


def test_promtool_finds_no_fault_in_what_the_services_expose(split):
    for name, text in split.metrics_texts().items():
        run = subprocess.run(["promtool", "check", "metrics"], input=text, text=True, capture_output=True, check=False)
        assert run.returncode == 0 and run.stdout + run.stderr == "", f"{name}: {run.stdout}{run.stderr}"


def test_every_metric_that_is_asked_for_is_there(monitoring):
    asked = {name for rule in RULES for name in metric_names(rule["expr"])}
    asked |= {name for path in DASHBOARDS for query in queries(path) for name in metric_names(query)}
    asked = {name for name in asked if not name.startswith(tuple(OF_STANDALONE))}
    wait_until(lambda: monitoring.query("invoicing:http_errors:ratio_rate6h"), "the rules are evaluated", seconds=60)
    assert asked - monitoring.metric_names() == set()


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_prometheus_understands_every_query(monitoring, path):
    for query in queries(path):
        monitoring.query(as_asked(query))


def test_no_alert_fires_while_all_is_well(monitoring):
    assert [alert["metric"]["alertname"] for alert in monitoring.query('ALERTS{alertstate="firing"}')] == []


def test_an_alert_fires_when_the_generator_is_stopped_and_ends_when_it_is_back(split, monitoring):
    address = "{}:{}".format(*split.address_of(REPORT_GENERATOR))
    split.processes[REPORT_GENERATOR].stop()
    # Two minutes of patience are in the rule.
    wait_until(lambda: monitoring.pager.has("InvoicingDown", "firing", job=REPORT_GENERATOR), "somebody is told",
               seconds=240)
    told = next(alert for alert in monitoring.pager.alerts if alert["labels"]["alertname"] == "InvoicingDown")
    assert told["annotations"]["summary"] == f"report-generator at {address} does not answer"
    assert told["labels"]["alertname"] in {rule["alert"] for rule in ALERTS}
    split.launch(REPORT_GENERATOR, OPS_ADDRESS=address)
    wait_until(lambda: monitoring.pager.has("InvoicingDown", "resolved", job=REPORT_GENERATOR), "and told of the end",
               seconds=120)
