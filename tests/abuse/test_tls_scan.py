"""What a scanner of TLS says of the real program."""

import ssl
import subprocess
import xml.etree.ElementTree as xml
from collections.abc import Iterator

import pytest
from harness.standalone import Standalone
from rabbit_broker.certificates import Certificates

FORWARD_SECRET = ("TLS_AES_", "TLS_CHACHA20_", "ECDHE-")


@pytest.fixture
def scanned(tmp_path, contract) -> Iterator[xml.Element]:
    certificates = Certificates.make(tmp_path)
    certificate, key = certificates.issue("http", "IP:127.0.0.1")
    made = Standalone(tmp_path, contract)
    made.tls = ssl.create_default_context(cafile=str(certificates.ca))
    made.start(TLS_CERT_FILE=str(certificate), TLS_KEY_FILE=str(key))
    host, port = made.address()
    run = subprocess.run(["sslscan", "--no-colour", "--xml=-", f"{host}:{port}"], check=True, capture_output=True,
                         text=True, timeout=250)
    assert made.api.get("/healthz").status == 200, "it goes on after the scan"
    yield xml.fromstring(run.stdout).find("ssltest")
    made.clean_up()


def test_a_scanner_finds_only_what_is_meant_to_be_there(scanned):
    enabled = {(each.get("type"), each.get("version")) for each in scanned.iter("protocol") if each.get("enabled") == "1"}
    assert enabled == {("tls", "1.2"), ("tls", "1.3")}
    assert scanned.find("renegotiation").get("supported") == "0"
    # Nothing is said of compression where the scanner's own library has none.
    assert {each.get("supported") for each in scanned.iter("compression")} <= {"0"}
    assert {each.get("vulnerable") for each in scanned.iter("heartbleed")} == {"0"}
    ciphers = [each.get("cipher") for each in scanned.iter("cipher")]
    assert len(ciphers) >= 6
    assert [name for name in ciphers if not name.startswith(FORWARD_SECRET)] == []
    assert {each.get("strength") for each in scanned.iter("cipher")} <= {"strong", "acceptable"}
    assert min(int(each.get("bits")) for each in scanned.iter("cipher")) >= 128
