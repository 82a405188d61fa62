"""What the services write is found in Loki: all of it, once, under few labels, and by the id of a request."""

import json
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from harness.client import new_key
from harness.split import PROGRAMS
from harness.waiting import wait_until
from programs import ROOT

QUERIES = re.findall(r"^\{.*$", "\n".join(re.findall(
    r"```logql\n(.*?)```", (ROOT / "docs/operating/observability.md").read_text(), re.DOTALL)), re.MULTILINE)


def line(message: str, **members: str) -> str:
    """As the services write them."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"time": now, "level": "info", "message": message} | members) + "\n"


def restart(split, pipeline, end: Callable[[], None]) -> None:
    """Of the collector, which `end` ends; invoices come all the while, and Docker puts the files aside."""
    ended = threading.Event()

    def post() -> None:
        while not ended.wait(0.005):
            split.api.post_invoice()

    def wait_for_more() -> None:
        posted = 'http_requests_total{route="create_invoice"'
        before = split.metric(posted)
        wait_until(lambda: split.metric(posted) > before + 50, "invoices come", pause=0.1)

    poster = threading.Thread(target=post)
    poster.start()
    try:
        wait_for_more()
        end()
        wait_for_more()
        for container in pipeline.containers.values():
            container.rotate()
        pipeline.collector.start()
        wait_for_more()
    finally:
        ended.set()
        poster.join()


@pytest.fixture(scope="module")
def day(split, pipeline) -> str:  # pylint: disable=unused-argument  (the pipeline has started the services)
    """A business day whose report has been sealed and mailed; from then on the clock is right."""
    split.api.post_invoice()
    yesterday = str(datetime.now(UTC).date() - timedelta(days=1))
    split.clock.set(f"{yesterday}T12:00:00Z")
    split.wait_for_report(yesterday)
    split.clock.reset()
    return yesterday


def test_every_line_is_found_once_under_two_labels(pipeline, day):  # pylint: disable=unused-argument
    pipeline.check_that_every_line_is_found_once()
    assert pipeline.loki.labels() == {"service", "level"}
    assert pipeline.loki.values("service") == set(PROGRAMS)
    assert pipeline.loki.values("level") <= {"debug", "info", "warning", "error"}
    for found in pipeline.loki.lines('{service=~".+"}'):
        assert json.loads(found.line)["level"] == found.labels["level"] == found.labels["severity_text"]


def test_the_time_is_that_of_the_line(pipeline):
    early = datetime.now(UTC) - timedelta(hours=30)
    pipeline.hear("email-sender", line("of yesterday", time=early.isoformat(timespec="milliseconds")))
    found, = wait_until(lambda: pipeline.loki.lines('{service="email-sender"} |= "of yesterday"'), "it is found")
    assert abs(found.time_seconds - early.timestamp()) < 0.001


def test_a_line_of_hours_ago_is_taken_after_those_of_now(pipeline):
    for hours in (0, 5, 50):
        time = (datetime.now(UTC) - timedelta(hours=hours)).isoformat(timespec="milliseconds")
        pipeline.hear("report-generator", line(f"{hours} hours late", time=time))
    pipeline.check_that_every_line_is_found_once()
    assert len(pipeline.loki.lines('{service="report-generator"} |= "hours late"', hours_ago=4)) == 2


def test_who_writes_no_json_is_found_by_service_alone(pipeline):
    pipeline.hear("rabbitmq", "2026-11-28 20:00:00.000000+00:00 [info] <0.9.0> Server startup complete\n")
    pipeline.hear("mongo", '{"t":{"$date":"2026-11-28T20:00:00.000+00:00"},"s":"I","msg":"Waiting for connections"}\n')
    pipeline.hear("mongo", '{"half a line\n')
    pipeline.check_that_every_line_is_found_once()
    assert all("level" not in found.labels for found in pipeline.loki.lines('{service=~"rabbitmq|mongo"}'))


def test_a_line_that_docker_cuts_is_whole(pipeline):
    pipeline.hear("invoice-service", line("long", reason="é" * 40_000))
    pipeline.check_that_every_line_is_found_once()


def test_other_containers_of_the_machine_are_left_alone(pipeline):
    for labels in ({}, {"com.docker.compose.project": "another", "com.docker.compose.service": "invoice-service"}):
        pipeline.foreign(labels).write(line("not ours"))
    pipeline.hear("email-sender", line("after those that are not ours"))
    pipeline.check_that_every_line_is_found_once()
    assert pipeline.loki.lines('{service=~".+"} |= "not ours" != "after"') == []


def test_a_restart_of_the_collector_loses_nothing(split, pipeline):
    restart(split, pipeline, pipeline.collector.stop)
    pipeline.check_that_every_line_is_found_once()


def test_an_outage_of_loki_loses_nothing(split, pipeline):
    pipeline.loki.stop()
    for _ in range(20):
        split.api.post_invoice()
    pipeline.collector.stop()
    pipeline.collector.start()
    for _ in range(20):
        split.api.post_invoice()
    pipeline.loki.start()
    pipeline.check_that_every_line_is_found_once()


def test_a_request_is_followed_to_its_mail(split, pipeline, day):
    request = new_key()
    assert split.api.post(f"/reports/{day}/resend", X_Request_Id=request).status == 202
    wanted = {("invoice-service", "request"), ("report-generator", "report published"), ("email-sender", "mail sent")}

    def found() -> set[tuple[str, str]]:
        lines = pipeline.loki.lines(f'{{service=~".+"}} | json | requestId="{request}"')
        return {(each.service, json.loads(each.line)["message"]) for each in lines}

    wait_until(lambda: wanted <= found(), "the request, the message and the mail", seconds=60, pause=0.2)


@pytest.mark.parametrize("query", QUERIES)
def test_loki_understands_the_queries_of_the_manual(pipeline, query):
    assert len(QUERIES) >= 3
    pipeline.loki.lines(query)


def test_a_killed_collector_loses_nothing(split, pipeline):
    """Several times, for it is a matter of milliseconds. The last test: a line may be there twice from now on."""
    for _ in range(5):
        restart(split, pipeline, pipeline.collector.kill)
        pipeline.check_that_every_line_is_found()
