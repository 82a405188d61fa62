"""Loki and the collector with the project's configurations; addresses, folders and intervals are those of a test."""

import json
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from docker_logs import Container, labels_of
from harness.waiting import wait_until
from programs import ROOT, answers, free_port, launch

CONFIGS = ROOT / "deploy/observability"
READY_SECONDS = 60
LINES_MAX = 5000  # what Loki gives at most
PROJECT = "invoices"


class Found(NamedTuple):
    labels: dict[str, str]
    time_seconds: float
    line: str

    @property
    def service(self) -> str:
        return self.labels["service"]


class Loki:
    def __init__(self, folder: Path):
        self._folder, port = folder, free_port()
        self.url = f"http://127.0.0.1:{port}"
        config = yaml.safe_load((CONFIGS / "loki.yml").read_text().replace("/loki", str(folder)))
        config["server"] = {"http_listen_address": "127.0.0.1", "http_listen_port": port,
                            "grpc_listen_address": "127.0.0.1", "grpc_listen_port": free_port()}
        config["common"]["instance_addr"] = "127.0.0.1"
        config["ingester"]["lifecycler"] = {"min_ready_duration": "0s"}
        (folder / "loki.yml").write_text(yaml.safe_dump(config))
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        self._process = launch(self._folder, "loki", f"-config.file={self._folder}/loki.yml")
        wait_until(lambda: self._running() and answers(f"{self.url}/ready"), "Loki is ready", seconds=READY_SECONDS)

    def stop(self) -> None:
        if self._running():
            self._process.terminate()
            self._process.wait(READY_SECONDS)

    def lines(self, query: str, hours_ago: float = 0) -> list[Found]:
        """Of three days until so long ago. Raises when Loki cannot read the query."""
        end = time.time() - hours_ago * 3600
        found = self._get("query_range", query=query, limit=str(LINES_MAX), start=str(end - 3 * 86400), end=str(end + 60))
        assert found["resultType"] == "streams", query
        lines = [Found(stream["stream"], int(nanoseconds) / 1e9, line)
                 for stream in found["result"] for nanoseconds, line in stream["values"]]
        assert len(lines) < LINES_MAX, "more than can be told apart"
        return lines

    def labels(self) -> set[str]:
        return set(self._get("labels"))

    def values(self, label: str) -> set[str]:
        return set(self._get(f"label/{label}/values"))

    def _running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _get(self, what: str, **options: str) -> Any:
        with urllib.request.urlopen(f"{self.url}/loki/api/v1/{what}?{urllib.parse.urlencode(options)}", timeout=30) as answer:
            return json.load(answer)["data"]


class Collector:
    """Reads what stands in `containers`."""

    def __init__(self, folder: Path, containers: Path, loki_url: str):
        self._folder, self._log = folder, folder / "otelcol.log"
        (folder / "offsets").mkdir()
        text = (CONFIGS / "collector.yaml").read_text()
        for theirs, ours in {"/var/lib/docker/containers": str(containers), "/var/lib/otelcol": f"{folder}/offsets",
                             "http://loki:3100": loki_url}.items():
            assert theirs in text
            text = text.replace(theirs, ours)
        config = yaml.safe_load(text)
        for part in (config["receivers"]["file_log"], config["exporters"]["otlp_http"]):
            part["retry_on_failure"] |= {"initial_interval": "100ms", "max_interval": "1s"}
        (folder / "collector.yaml").write_text(yaml.safe_dump(config))
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        starts = self._starts()
        compose = yaml.safe_load((ROOT / "compose.observability.yaml").read_text())
        arguments = [argument.replace("/etc/otelcol.yaml", f"{self._folder}/collector.yaml")
                     for argument in compose["services"]["collector"]["command"]]
        self._process = launch(self._folder, "otelcol", *arguments, PROJECT=PROJECT)
        wait_until(lambda: self._running() and self._starts() > starts, "the collector is ready", seconds=READY_SECONDS)

    def stop(self) -> None:
        if self._running():
            self._process.terminate()
            self._process.wait(READY_SECONDS)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def complaints(self) -> list[str]:
        return [line for line in self._log.read_text().splitlines() if "\terror\t" in line]

    def _running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _starts(self) -> int:
        return self._log.read_text().count("Everything is ready") if self._log.exists() else 0


class Pipeline:
    """From the services' output to Loki; what was written is known, so that what is missing can be said."""

    def __init__(self, folder: Path):
        self.containers: dict[str, Container] = {}
        self._written: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        for name in ("loki", "collector", "containers"):
            (folder / name).mkdir()
        self._files = folder / "containers"
        self.loki = Loki(folder / "loki")
        self.collector = Collector(folder / "collector", self._files, self.loki.url)

    def start(self) -> None:
        self.loki.start()
        self.collector.start()

    def stop(self) -> None:
        self.collector.stop()
        self.loki.stop()

    def hear(self, service: str, line: str) -> None:
        """A line that a service has written."""
        with self._lock:
            if service not in self.containers:
                self.containers[service] = Container(self._files, labels_of(service, PROJECT))
            self._written.add((service, line.rstrip("\n")))
        self.containers[service].write(line)

    def foreign(self, labels: dict[str, str]) -> Container:
        """Of a container of this machine that is none of the project's."""
        return Container(self._files, labels)

    def found(self) -> list[tuple[str, str]]:
        return [(each.service, each.line) for each in self.loki.lines('{service=~".+"}')]

    def check_that_every_line_is_found(self) -> list[tuple[str, str]]:
        """All that were written until now; returns what is there."""
        with self._lock:
            wanted = set(self._written)
        wait_until(lambda: not wanted - set(self.found()), "all lines are found", seconds=60, pause=0.2)
        return self.found()

    def check_that_every_line_is_found_once(self) -> None:
        found = self.check_that_every_line_is_found()
        assert len(found) == len(set(found)), "some are there twice"
