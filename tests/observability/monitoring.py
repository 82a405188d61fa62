"""Prometheus and Alertmanager on free ports, with the project's rules and short intervals."""

import json
import subprocess
import threading
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml
from harness.waiting import wait_until
from programs import ROOT, answers, free_port, launch


class Pager:
    """Takes what Alertmanager sends, as whoever is on duty would."""

    def __init__(self) -> None:
        self.alerts: list[dict[str, Any]] = []
        pager = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # pylint: disable=invalid-name  (the name is that of http.server)
                body = self.rfile.read(int(self.headers["Content-Length"]))
                pager.alerts += json.loads(body)["alerts"]
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def has(self, name: str, status: str, **labels: str) -> bool:
        return any(alert["status"] == status and alert["labels"]["alertname"] == name
                   and labels.items() <= alert["labels"].items() for alert in self.alerts)


class Monitoring:
    def __init__(self, folder: Path, targets: dict[str, str]):
        """`targets`: the address of each job."""
        self.pager = Pager()
        self.url = f"http://127.0.0.1:{free_port()}"
        alertmanager = f"127.0.0.1:{free_port()}"
        self._processes = [
            self._alertmanager(folder, alertmanager), self._prometheus(folder, alertmanager, targets)]
        for url in (self.url, f"http://{alertmanager}"):
            wait_until(lambda url=url: self._ready(url), f"{url} is ready", seconds=60)

    def query(self, expression: str) -> list[dict[str, Any]]:
        """Raises when Prometheus cannot read it."""
        return self._get("/api/v1/query?" + urllib.parse.urlencode({"query": expression}))["result"]

    def metric_names(self) -> set[str]:
        return set(self._get("/api/v1/label/__name__/values"))

    def close(self) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait(20)
        self.pager.server.shutdown()

    def _prometheus(self, folder: Path, alertmanager: str, targets: dict[str, str]) -> subprocess.Popen:
        config = yaml.safe_load((ROOT / "deploy/observability/prometheus.yml").read_text())
        config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
        config["rule_files"] = [str(ROOT / "deploy/helm/invoicing/files/alerts.yaml")]
        config["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"] = [alertmanager]
        for job in config["scrape_configs"]:
            job["static_configs"][0]["targets"] = [targets[job["job_name"]]]
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
        return launch(folder, "prometheus", f"--config.file={folder}/prometheus.yml",
                      f"--storage.tsdb.path={folder}/data", f"--web.listen-address={self.url[7:]}")

    def _alertmanager(self, folder: Path, address: str) -> subprocess.Popen:
        config = yaml.safe_load((ROOT / "deploy/observability/alertmanager.yml").read_text())
        config["route"] |= {"group_wait": "1s", "group_interval": "2s"}
        port = self.pager.server.server_address[1]
        config["receivers"][0]["webhook_configs"] = [{"url": f"http://127.0.0.1:{port}/", "send_resolved": True}]
        (folder / "alertmanager.yml").write_text(yaml.safe_dump(config))
        return launch(folder, "prometheus-alertmanager", f"--config.file={folder}/alertmanager.yml",
                      f"--storage.path={folder}/alerts", f"--web.listen-address={address}", "--cluster.listen-address=")

    def _ready(self, url: str) -> bool:
        assert all(process.poll() is None for process in self._processes), "one of them ended, see its log"
        return answers(f"{url}/-/ready")

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=20) as answer:
            return json.load(answer)["data"]
