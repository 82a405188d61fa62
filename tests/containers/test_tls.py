"""compose.tls.yaml over compose.yaml: the API over TLS and in no other way, healthy, with a certificate that is renewed
while it serves."""

import http.client
import shutil
import socket
import ssl
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from bring_up import System, brought_up
from engine import write_secret
from harness.waiting import wait_until
from rabbit_broker.certificates import Certificates
from test_compose import ROOT, compose

OVERRIDE = ROOT / "compose.tls.yaml"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    made = Certificates.make(tmp_path_factory.mktemp("certificates"))
    for name in ("first", "second"):
        made.issue(name, "IP:127.0.0.1")
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Path:
    """What TLS_FOLDER names, with the first pair in it."""
    made = tmp_path_factory.mktemp("tls")
    made.chmod(0o755)
    install(made, certificates, "first")
    return made


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[System]:
    with brought_up("-tls", tmp_path_factory.mktemp("engine"), "invoice-service", override=OVERRIDE,
                    TLS_FOLDER=str(folder)) as system:
        yield system


def install(folder: Path, certificates: Certificates, name: str) -> None:
    """As the renewal in the manual does it: new files, for the program's user alone, in the place of the old ones."""
    for suffix, target in ((".pem", "fullchain.pem"), (".key", "privkey.pem")):
        following = folder / "next"
        write_secret(following, (certificates.ca.parent / f"{name}{suffix}").read_text())
        following.rename(folder / target)


def trusting(authority: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority))


def common_name(system: System, certificates: Certificates) -> str:
    """Of the certificate that a new connection is shown."""
    with socket.create_connection(("127.0.0.1", system.http), 20) as raw, \
            trusting(certificates.ca).wrap_socket(raw, server_hostname="127.0.0.1") as connection:
        return dict(pair for entry in connection.getpeercert()["subject"] for pair in entry)["commonName"]


def healthy(system: System) -> bool:
    return system.states().get("invoice-service") == "healthy"


def test_it_gets_healthy(system: System):
    wait_until(lambda: healthy(system), "it is healthy", seconds=240, pause=2)


def test_an_invoice_comes_over_tls_and_in_no_other_way(system: System, certificates: Certificates):
    key = system.first_key()
    assert system.post_invoice(key, trusting(certificates.ca)) == 201
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        system.post_invoice(key, trusting(certificates.other_ca))
    # An alert of TLS is no HTTP, an end without one no answer.
    with pytest.raises((OSError, http.client.HTTPException)):
        system.post_invoice(key)


def test_a_renewed_certificate_is_served_without_a_restart(system: System, certificates: Certificates, folder: Path):
    process = system.process("invoice-service")
    assert common_name(system, certificates) == "first"
    install(folder, certificates, "second")
    wait_until(lambda: common_name(system, certificates) == "second", "the new certificate", seconds=20, pause=0.5)
    assert system.process("invoice-service") == process
    assert system.post_invoice(system.first_key(), trusting(certificates.ca)) == 201
    assert healthy(system)


def test_clients_show_a_certificate_where_an_authority_is_named(system: System, certificates: Certificates, folder: Path):
    shutil.copy(certificates.ca, folder / "clients.pem")
    system.environment["TLS_CLIENT_CA"] = "clients.pem"
    system.compose("up", "--no-build", "--detach", "invoice-service")
    wait_until(lambda: healthy(system), "it is healthy", seconds=60, pause=1)
    known = trusting(certificates.ca)
    with pytest.raises(OSError):
        system.post_invoice(system.first_key(), known)
    known.load_cert_chain(*certificates.issue("client", "DNS:client"))
    assert system.post_invoice(system.first_key(), known) == 201


def invoice_service(**environment: str) -> dict:
    done = compose("--file", str(OVERRIDE), "config", TLS_FOLDER="/etc/tls", **environment)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return yaml.safe_load(done.stdout)["services"]["invoice-service"]


def test_it_is_on_loopback_unless_somebody_says_otherwise():
    assert [(port["host_ip"], port["published"]) for port in invoice_service()["ports"]] == [("127.0.0.1", "3000")]
    ports = invoice_service(HTTPS_HOST="0.0.0.0", HTTP_PORT="443")["ports"]
    assert [(port["host_ip"], port["published"]) for port in ports] == [("0.0.0.0", "443")]


def test_no_client_certificate_is_asked_for_unless_somebody_names_an_authority():
    assert invoice_service()["environment"]["TLS_CLIENT_CA_FILE"] == ""
    assert invoice_service(TLS_CLIENT_CA="ca.pem")["environment"]["TLS_CLIENT_CA_FILE"] == "/tls/ca.pem"


def test_it_does_not_start_without_a_folder():
    refused = compose("--file", str(OVERRIDE), "config", "--quiet")
    assert refused.returncode != 0 and "TLS_FOLDER" in refused.stderr
