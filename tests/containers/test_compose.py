"""compose.yaml as a Docker Compose reads it: accepted, confined, on loopback only, with secrets for those who need them."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("invoice-service", "report-generator", "email-sender")
LEFT_OUT = {"dev"}  # what a developer starts by hand
ONE_SHOT = {"passwords", "mongo-setup", "first-key"}


def compose(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [os.environ["COMPOSE"]] if "COMPOSE" in os.environ else ["docker", "compose"]
    if shutil.which(command[0]) is None or subprocess.run([*command, "version"], check=False, capture_output=True).returncode:
        pytest.skip("no Docker Compose: name one by COMPOSE")
    kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return subprocess.run([*command, "--file", ROOT / "compose.yaml", *words], check=False, capture_output=True,
                          text=True, env=kept | environment)


@pytest.fixture(scope="module")
def services() -> dict[str, dict]:
    done = compose("config")
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return {name: service for name, service in yaml.safe_load(done.stdout)["services"].items() if name not in LEFT_OUT}


def test_everybody_is_confined(services: dict[str, dict]):
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert int(service["mem_limit"]) > 0 and service["pids_limit"] > 0, name
        assert "privileged" not in service, name
    assert {name: service["cap_add"] for name, service in services.items() if "cap_add" in service} == \
        {"passwords": ["CHOWN"]}
    assert all(services[name]["read_only"] for name in SERVICES)


def test_every_port_is_on_loopback(services: dict[str, dict]):
    ports = {port["target"]: port["host_ip"] for service in services.values() for port in service.get("ports", [])}
    assert ports == dict.fromkeys((3000, 8025, 27017, 5672, 15672), "127.0.0.1")


def test_who_runs_is_healthy_and_comes_back(services: dict[str, dict]):
    for name in services.keys() - ONE_SHOT:
        assert services[name]["restart"] == "unless-stopped", name
        assert services[name]["healthcheck"]["test"][0] == "CMD", name


def test_the_order_of_the_start(services: dict[str, dict]):
    order = {name: {other: need["condition"].removeprefix("service_") for other, need in service.get("depends_on", {}).items()}
             for name, service in services.items()}
    made, there = "completed_successfully", "healthy"
    assert order == {
        "passwords": {}, "mailpit": {}, "mongo": {"passwords": made}, "rabbitmq": {"passwords": made},
        "mongo-setup": {"mongo": there}, "first-key": {"mongo-setup": made},
        "invoice-service": {"mongo-setup": made, "first-key": made},
        "report-generator": {"mongo-setup": made, "rabbitmq": there},
        "email-sender": {"mongo-setup": made, "rabbitmq": there, "mailpit": there}}


def test_secrets_are_where_they_are_needed(services: dict[str, dict]):
    users: dict[str, set[str]] = {}
    for name, service in services.items():
        for volume in service.get("volumes", []):
            users.setdefault(volume["source"], set()).add(name)
            writes = name in ("passwords", "first-key") or not volume["source"].endswith(("secrets", "uri", "first-key"))
            assert writes or volume.get("read_only"), (name, volume)
    assert users["mongo-secrets"] == {"passwords", "mongo", "mongo-setup"}
    assert users["rabbitmq-secrets"] == {"passwords", "rabbitmq"}
    assert users["mongo-uri"] == {"passwords", "first-key", *SERVICES}
    assert users["first-key"] == {"first-key", "invoice-service"}
    assert users["rabbitmq-uri"] == {"passwords", "report-generator", "email-sender"}


def test_the_api_asks_for_a_key_unless_somebody_says_otherwise(services: dict[str, dict]):
    said = services["invoice-service"]["environment"]
    assert (said["AUTH"], said["ALLOW_OPEN"]) == ("auto", "false")
    assert services["first-key"]["image"] == services["invoice-service"]["image"]
    other = compose("config", AUTH="off", ALLOW_OPEN="true")
    environment = yaml.safe_load(other.stdout)["services"]["invoice-service"]["environment"]
    assert (environment["AUTH"], environment["ALLOW_OPEN"]) == ("off", "true")


def test_the_names_of_the_original(services: dict[str, dict]):
    sender = services["email-sender"]["environment"]
    assert sender["REPORT_QUEUE"] == "daily_sales_report"
    other = compose("config", MONGO_URI="mongodb://elsewhere/invoice", MONGO_URI_FILE="")
    environment = yaml.safe_load(other.stdout)["services"]["invoice-service"]["environment"]
    assert (environment["MONGO_URI"], environment["MONGO_URI_FILE"]) == ("mongodb://elsewhere/invoice", "")


def test_dev_works_on_the_mounted_tree_and_keeps_its_caches():
    done = compose("--profile", "dev", "config")
    dev = yaml.safe_load(done.stdout)["services"]["dev"]
    mounts = {volume["target"]: (volume["type"], volume["source"]) for volume in dev["volumes"]}
    assert mounts == {"/src": ("bind", str(ROOT)), "/src/build": ("volume", "dev-build"),
                      "/var/lib/dev": ("volume", "dev-home")}
    editor = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())
    assert (editor["service"], editor["workspaceFolder"]) == ("dev", "/src")
    assert (ROOT / ".devcontainer" / editor["dockerComposeFile"]).resolve() == ROOT / "compose.yaml"


def test_a_compose_file_with_a_fault_is_refused(tmp_path: Path):
    broken = tmp_path / "compose.yaml"
    broken.write_text((ROOT / "compose.yaml").read_text().replace("service_completed_successfully", "service_done"))
    assert compose("config", "--quiet").returncode == 0
    assert compose("--file", str(broken), "config", "--quiet").returncode != 0


def test_hadolint_has_no_complaint():
    program = os.environ.get("HADOLINT", "hadolint")
    if shutil.which(program) is None:
        pytest.skip("no hadolint: name one by HADOLINT")
    files = [ROOT / "Dockerfile", ROOT / "tests/containers/stand_ins/Dockerfile"]
    done = subprocess.run([program, "--config", ROOT / ".hadolint.yaml", *files], check=False, capture_output=True, text=True)
    assert yaml.safe_load((ROOT / ".hadolint.yaml").read_text()) == {"ignored": ["DL3008"]}
    assert done.returncode == 0 and done.stdout == "", done.stdout
