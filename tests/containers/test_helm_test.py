"""What `helm test` runs in a pod, in the image that it runs in there: against the service, plain and over TLS."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from engine import CONFINED, Container, engine, write_secret
from harness.waiting import wait_until
from mongo_server.server import MongoServer
from rabbit_broker.certificates import Certificates
from test_compose import ROOT

CHART = ROOT / "deploy/helm/invoicing/charts/invoice-service"
NAMES = ("books-invoice-service", "books-invoice-service-ops")
HTTP_PORT, OPS_PORT = 33000, 33003
TLS = ["tls.secretName=pair", "tls.clientCa.secret=pair", "tls.clientCa.key=ca.crt"]


def container_of_the_test(*settings: str) -> dict:
    helm = os.environ.get("HELM", "helm")
    if shutil.which(helm) is None:
        pytest.skip("no helm: name one by HELM")
    ports = [f"service.port={HTTP_PORT}", f"ops.port={OPS_PORT}", "service.type=LoadBalancer"]
    options = [word for setting in (*ports, *settings) for word in ("--set", setting)]
    done = subprocess.run([helm, "template", "books", CHART, "--show-only", "templates/tests/ready.yaml", *options],
                          check=True, capture_output=True, text=True)
    container, = yaml.safe_load(done.stdout)["spec"]["containers"]
    return container


def run(container: dict, secrets: Path) -> subprocess.CompletedProcess[str]:
    """Services have the names and ports of the chart; behind each is this machine."""
    words = ["run", "--rm", *CONFINED, "--memory", container["resources"]["limits"]["memory"].removesuffix("i").lower()]
    for name in NAMES:
        words += ["--add-host", f"{name}:127.0.0.1"]
    for each in container.get("env", []):
        words += ["--env", f"{each['name']}={each['value']}"]
    for mount in container.get("volumeMounts", []):
        words += ["--volume", f"{secrets}:{mount['mountPath']}:ro"]
    program, *arguments = container["command"]
    return engine(*words, "--entrypoint", program, "invoices-invoice-service", *arguments, *container["args"], check=False)


@pytest.fixture
def mongo(secrets: Path) -> Iterator[MongoServer]:
    with MongoServer() as mongo:
        write_secret(secrets / "mongo", mongo.uri("invoice"))
        yield mongo


def install(secrets: Path, folder: Path) -> dict[str, str]:
    """A pair and the authority of clients under the names that they have in a pod; options that name them."""
    certificates = Certificates.make(folder)
    for source, target in ((certificates.certificate, "tls.crt"), (certificates.key, "tls.key"), (certificates.ca, "client-ca.crt")):
        write_secret(secrets / target, source.read_text())
    return {"TLS_CERT_FILE": "/secrets/tls.crt", "TLS_KEY_FILE": "/secrets/tls.key",
            "TLS_CLIENT_CA_FILE": "/secrets/client-ca.crt"}


@pytest.mark.parametrize("settings", [[], TLS], ids=["plain", "TLS"])
def test_it_passes_where_the_service_is_ready_and_only_there(settings: list[str], mongo: MongoServer, secrets: Path,
                                                             tmp_path: Path, containers: list[Container]):
    asked = container_of_the_test(*settings)
    options = install(secrets, tmp_path / "certificates") if settings else {}
    early = run(asked, secrets)
    assert early.returncode != 0, early.stdout + early.stderr
    containers.append(Container("invoice-service", secrets, MONGO_URI_FILE="/secrets/mongo", **options,
                                HTTP_ADDRESS=f"127.0.0.1:{HTTP_PORT}", OPS_ADDRESS=f"127.0.0.1:{OPS_PORT}"))
    wait_until(containers[0].health, "it is healthy", seconds=40, pause=0.5)
    done = run(asked, secrets)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "HTTP/1.1 200" in done.stdout
