"""HTTP over TLS by the programs themselves. Versions, ciphers, deadlines and broken streams are in tests/unit/http."""

import http.client
import shutil
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from harness.client import JSON, connect, invoice, json_bytes
from harness.keys import enter, get, known_key, make_key
from harness.process import run
from harness.raw import Connection
from harness.split import INVOICE_SERVICE
from harness.system import System
from harness.waiting import wait_until
from rabbit_broker.certificates import Certificates

HERE = "IP:127.0.0.1"
# The files are looked at every 3 s; what is wrong is said at the second look.
REACH_SECONDS = 15


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    made = Certificates.make(tmp_path_factory.mktemp("certificates"))
    for name in ("first", "second"):
        made.issue(name, HERE)
    return made


def trusting(certificates: Certificates, *shown: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(certificates.ca))
    if shown:
        context.load_cert_chain(*shown)
    return context


def install(system: System, certificates: Certificates, name: str) -> dict[str, str]:
    """Puts that pair where the system reads it, one file after the other, as a renewal does."""
    source = certificates.ca.parent
    for suffix in (".pem", ".key"):
        following = system.folder / f"next{suffix}"
        shutil.copy(source / f"{name}{suffix}", following)
        following.rename(system.folder / f"server{suffix}")
    return {"TLS_CERT_FILE": str(system.folder / "server.pem"), "TLS_KEY_FILE": str(system.folder / "server.key")}


def start(system: System, certificates: Certificates, **more: str) -> None:
    system.tls = trusting(certificates)
    system.start(**install(system, certificates, "first"), **more)


def common_name(system: System) -> str:
    """Of the certificate that a new connection is shown."""
    with socket.create_connection(system.address(), 20) as raw, \
            system.tls.wrap_socket(raw, server_hostname="127.0.0.1") as connection:
        return dict(pair for entry in connection.getpeercert()["subject"] for pair in entry)["commonName"]


def health(system: System, **more: str) -> tuple[int, str]:
    host, port = system.address()
    ended = system.run("health", HTTP_ADDRESS=f"{host}:{port}", **more)
    return ended.returncode, ended.stderr


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_the_api_is_there_over_tls_and_in_no_other_way(system: System, certificates: Certificates):
    start(system, certificates)
    stored = system.api.post_invoice()
    assert system.api.get(f"/invoices/{stored['id']}").json() == stored
    assert [entry["id"] for entry in system.api.stream().lines()] == [stored["id"]]
    with Connection(system.address()) as plain:
        begin = time.monotonic()
        plain.send(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"HTTP" not in plain.socket.recv(100)
        assert time.monotonic() - begin < 5
    old = trusting(certificates)
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    with socket.create_connection(system.address(), 20) as raw, pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):
        old.wrap_socket(raw, server_hostname="127.0.0.1")
    assert health(system) == (0, "")
    assert system.metric("tls_handshakes_failed_total") == 2
    until = system.metric("tls_certificate_not_after_timestamp_seconds")
    assert 24 * 3600 < until - time.time() < 3 * 24 * 3600
    assert any(entry.get("tls") is True for entry in system.log() if entry["message"] == "listening")


def test_keys_are_asked_for_over_tls_too(system: System, certificates: Certificates):
    start(system, certificates, AUTH="keys")
    key = make_key(system)
    assert get(system, "/invoices", None).status == 401
    wait_until(lambda: get(system, "/invoices", key).status == 200, "the key is known")
    assert enter(system, key).status == 201


def test_a_session_over_tls_has_a_cookie_for_tls_alone(system: System, certificates: Certificates):
    start(system, certificates, AUTH="keys")
    key, origin = known_key(system), {"Origin": system.url}
    answer = system.api.request("POST", "/session", json_bytes({"key": key}), JSON | origin)
    cookie, *attributes = answer.header("Set-Cookie").split("; ")
    assert answer.status == 201 and cookie.startswith("__Host-invoicing-session=") and "Secure" in attributes
    entered = system.api.request("POST", "/invoices", json_bytes(invoice()), JSON | origin | {"Cookie": cookie})
    assert entered.status == 201


def test_a_renewal_needs_no_restart_and_ends_no_connection(system: System, certificates: Certificates):
    start(system, certificates)
    standing = connect(system.address(), system.tls, 20)

    def ask() -> int:
        standing.request("GET", "/healthz")
        answer = standing.getresponse()
        answer.read()
        return answer.status

    assert ask() == 200
    before, local = common_name(system), standing.sock.getsockname()
    install(system, certificates, "second")
    wait_until(lambda: common_name(system) == "second", "the new certificate", REACH_SECONDS)
    assert (before, ask(), standing.sock.getsockname()) == ("first", 200, local)
    (system.folder / "server.key").write_bytes((certificates.ca.parent / "first.key").read_bytes())

    def complaints() -> list[dict]:
        return [entry for entry in system.log() if entry["message"] == "the TLS certificate stays as it was"]

    wait_until(complaints, "a word about the key", REACH_SECONDS)
    assert common_name(system) == "second" and ask() == 200
    install(system, certificates, "first")
    wait_until(lambda: common_name(system) == "first", "the first certificate again", REACH_SECONDS)
    assert [entry["level"] for entry in complaints()] == ["error"]
    assert "TLS_KEY_FILE" in complaints()[0]["reason"] and "does not fit" in complaints()[0]["reason"]
    used = [entry for entry in system.log() if entry["message"] == "the TLS certificate is in use"]
    assert len(used) == 3 and all(entry["notAfter"].endswith("Z") for entry in used)
    assert ask() == 200
    standing.close()


def test_clients_may_have_to_show_a_certificate(standalone, certificates: Certificates):
    mine = certificates.issue("till-7", "DNS:till-7")
    strange = certificates.issue("stranger", "DNS:till-7", by=certificates.other_ca)
    standalone.tls = trusting(certificates, *mine)
    options = install(standalone, certificates, "first") | {"TLS_CLIENT_CA_FILE": str(certificates.ca)}
    standalone.start(**options)
    standalone.api.post_invoice()
    for context in (trusting(certificates), trusting(certificates, *strange)):
        refused = connect(standalone.address(), context, 20)
        with pytest.raises((ssl.SSLError, ConnectionError, http.client.BadStatusLine)):
            refused.request("GET", "/healthz")
            refused.getresponse()
        refused.close()
    assert health(standalone) == (0, "")


def test_health_is_answered_although_the_authority_of_clients_is_another(standalone, certificates: Certificates):
    standalone.tls = trusting(certificates, *certificates.issue("friend", "DNS:friend", by=certificates.other_ca))
    standalone.start(**install(standalone, certificates, "first"), TLS_CLIENT_CA_FILE=str(certificates.other_ca))
    assert health(standalone) == (0, "")


def test_health_fails_where_nobody_speaks_tls(standalone, certificates: Certificates):
    standalone.start()
    code, line = health(standalone, **install(standalone, certificates, "first"))
    assert code == 1 and line.startswith("not ready: ") and line.count("\n") == 1


def test_the_address_for_operators_stays_plain(split, certificates: Certificates):
    split.tls = trusting(certificates)
    split.launch(INVOICE_SERVICE, OPS_ADDRESS="127.0.0.1:0", **install(split, certificates, "first"))
    listening = split.processes[INVOICE_SERVICE].wait_for_log("listening")
    host, port = listening["opsAddress"].rsplit(":", 1)

    def ready() -> bool:
        connection = http.client.HTTPConnection(host, int(port), timeout=20)
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200

    wait_until(ready, "ready")
    assert health(split, OPS_ADDRESS=f"{host}:{port}") == (0, "")
    assert split.api.post_invoice()["id"]


def no_key(folder: Path) -> dict[str, str]:
    return {"TLS_CERT_FILE": str(folder / "server.pem"), "TLS_KEY_FILE": ""}


def no_file(folder: Path) -> dict[str, str]:
    (folder / "server.pem").unlink()
    return {}


def another_key(folder: Path) -> dict[str, str]:
    return {"TLS_KEY_FILE": str(folder / "other.key")}


def no_certificate(folder: Path) -> dict[str, str]:
    return {"TLS_CERT_FILE": str(folder / "other.key")}


def no_authority(folder: Path) -> dict[str, str]:
    return {"TLS_CLIENT_CA_FILE": str(folder)}


@pytest.mark.parametrize("program", ["invoice-standalone", INVOICE_SERVICE])
@pytest.mark.parametrize(("change", "option", "words"), [
    (no_key, "TLS_CERT_FILE", "TLS needs TLS_CERT_FILE and TLS_KEY_FILE"),
    (no_file, "TLS_CERT_FILE", "server.pem: No such file or directory; name a file that this user may read"),
    (another_key, "TLS_KEY_FILE", "other.key: does not fit the first certificate; name the two"),
    (no_certificate, "TLS_CERT_FILE", "other.key: holds no certificate; name a file with PEM blocks"),
    (no_authority, "TLS_CLIENT_CA_FILE", "Is a directory; name a file that this user may read"),
])
def test_what_cannot_be_used_ends_the_start_with_one_line(standalone, certificates: Certificates, program: str,
                                                           change: Callable[[Path], dict[str, str]], option: str,
                                                           words: str):
    options = install(standalone, certificates, "first")
    shutil.copy(certificates.ca.parent / "second.key", standalone.folder / "other.key")
    ended = run(program, "serve", **standalone.environment(**options | change(standalone.folder)))
    assert ended.returncode == 2 and ended.stderr.startswith(f"{program}: ") and ended.stderr.count("\n") == 1
    assert option in ended.stderr and words in ended.stderr
