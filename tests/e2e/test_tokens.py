"""Who may enter: tokens of an issuer, on both forms of the system. Each attack of RFC 8725 has a unit test of its own in
tests/unit/jwt; here are those that need the whole program."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.client import new_key
from harness.keys import bearer, enter, get, id_of, make_key
from harness.standalone import Standalone
from harness.system import System
from harness.tokens import AUDIENCE, ISSUER, Key, key_set, signed_with_secret, unsigned
from harness.waiting import wait_until
from https_file import HttpsFile
from rabbit_broker.certificates import Certificates

# A change of the file reaches every copy within this, as a revocation of an API key does.
REACH_SECONDS = 10
# A token that names a new key has the issuer asked at most this often.
EARLY_SECONDS = 10


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Key:
    return Key(tmp_path_factory.mktemp("issuer"), "2026-1")


@pytest.fixture(scope="module")
def heir(tmp_path_factory: pytest.TempPathFactory) -> Key:
    return Key(tmp_path_factory.mktemp("heir"), "2026-2")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def issuer(certificates: Certificates, key: Key) -> Iterator[HttpsFile]:
    made = HttpsFile(certificates.certificate, certificates.key, key_set(key))
    yield made
    made.close()


def options(keys: str | Path, auth: str = "jwt", **more: str) -> dict[str, str]:
    return {"AUTH": auth, "JWT_ISSUER": ISSUER, "JWT_AUDIENCE": AUDIENCE, "JWT_KEYS": str(keys)} | more


def start_with_file(system: System, *keys: Key, **more: str) -> Path:
    file = system.folder / "jwks.json"
    file.write_text(key_set(*keys))
    system.start(**options(file, **more))
    return file


def status(system: System, token: str) -> int:
    return get(system, "/invoices", token).status


def test_a_token_enters_with_its_scopes_and_stands_in_the_trail(system: System, key: Key):
    start_with_file(system, key)
    assert get(system, "/invoices", None).header("WWW-Authenticate") == 'Bearer realm="invoicing"'
    entered = enter(system, key.token(scope="openid invoices:write"))
    assert entered.status == 201 and entered.json()["createdBy"] == "jwt:ada"
    trail = get(system, "/activity", key.token(scope="reports:manage")).json()
    assert [(entry["action"], entry["by"]) for entry in trail] == [("invoice_created", "jwt:ada")]
    lacking = get(system, "/activity", key.token(scope="invoices:read"))
    assert (lacking.status, lacking.code()) == (403, "insufficient_scope")
    assert 'scope="reports:manage"' in lacking.header("WWW-Authenticate") and "reports:manage" in lacking.json()["detail"]
    assert status(system, key.token(scope=None)) == 403
    for path in ("/healthz", "/readyz", "/openapi.yaml", "/openapi.json"):
        assert get(system, path, None).status == 200


def test_whatever_is_wrong_with_a_token_gets_the_same_answer(system: System, key: Key, heir: Key):
    start_with_file(system, key)
    good = key.token()
    assert status(system, good) == 200
    header, content, signature = good.split(".")
    now = int(time.time())
    attacks = {
        "no algorithm": unsigned(key.kid), "no signature": f"{header}.{content}.",
        "the public key as a shared secret": signed_with_secret(key.kid, key.public_pem()),
        "an algorithm that is not configured": key.token(header={"alg": "RS512"}),
        "a key of one's own under the issuer's name": Key(system.folder, key.kid).token(),
        "a key that the header brings along": heir.token(header={"kid": key.kid, "jwk": heir.jwk()}),
        "a key that the header links to": heir.token(header={"jku": "https://127.0.0.1:1/keys"}),
        "other claims": f"{header}.{key.token(sub='root').split('.')[1]}.{signature}",
        "another issuer": key.token(iss="https://id.example.evil"), "another audience": key.token(aud="till"),
        "expired": key.token(exp=now - 120), "without an end": key.token(exp=None), "not yet": key.token(nbf=now + 3600),
        "another kind of token": key.token(header={"typ": "logout+jwt"}),
        "an extension that is critical": key.token(header={"crit": ["b64"], "b64": False}),
        "padding": good + "=", "an API key": make_key(system), "nonsense": "a.b.c"}
    answers = {name: get(system, "/invoices", token) for name, token in attacks.items()}
    assert {name: answer.status for name, answer in answers.items()} == dict.fromkeys(attacks, 401)
    assert len({answer.body for answer in answers.values()}) == 1
    assert {answer.header("WWW-Authenticate") for answer in answers.values()} == \
        {'Bearer realm="invoicing", error="invalid_token"'}
    assert not any(part in str(system.log()) for part in (signature, content))


def test_the_file_of_the_issuers_keys_is_read_again(system: System, key: Key, heir: Key):
    file = start_with_file(system, key)
    assert (status(system, key.token()), status(system, heir.token())) == (200, 401)
    file.write_text(key_set(heir))
    wait_until(lambda: status(system, heir.token()) == 200, "the new key counts", seconds=REACH_SECONDS)
    assert status(system, key.token()) == 401
    file.write_text("nonsense")
    wait_until(lambda: any("issuer's keys cannot be read" in entry["message"] for entry in system.log()), "the log says so")
    assert status(system, heir.token()) == 200, "the last good keys stay"


def test_keys_and_tokens_side_by_side(system: System, key: Key):
    start_with_file(system, key, auth="both")
    api_key, token = make_key(system), key.token()
    wait_until(lambda: status(system, api_key) == 200, "the key counts", seconds=REACH_SECONDS)
    idempotency_key = new_key()
    by_key = enter(system, api_key, Idempotency_Key=idempotency_key).json()
    by_token = enter(system, token, Idempotency_Key=idempotency_key).json()
    assert (by_key["createdBy"], by_token["createdBy"]) == (id_of(api_key), "jwt:ada")
    assert by_key["id"] != by_token["id"], "idempotency keys belong to who sends them"
    again = enter(system, key.token(), Idempotency_Key=idempotency_key)
    assert again.json()["id"] == by_token["id"] and again.header("Idempotent-Replayed") == "true"


def test_scopes_may_stand_in_another_claim(standalone: Standalone, key: Key):
    start_with_file(standalone, key, JWT_SCOPE_CLAIM="permissions")
    assert status(standalone, key.token(permissions=["invoices:read"])) == 200
    assert status(standalone, key.token()) == 403


def test_the_issuers_keys_come_over_https(system: System, key: Key, heir: Key, issuer: HttpsFile, certificates: Certificates):
    url = f"https://localhost:{issuer.port}/keys"
    system.start(**options(url, JWT_CA_FILE=str(certificates.ca)))
    assert status(system, key.token()) == 200
    issuer.text = key_set(key, heir)
    asked = issuer.requests
    # Long before the five minutes are over: a token names a key that is not there yet.
    wait_until(lambda: status(system, heir.token()) == 200, "the new key counts", seconds=2 * EARLY_SECONDS)
    begin = time.monotonic()
    while time.monotonic() < begin + 3:
        assert status(system, heir.token(header={"kid": new_key()})) == 401
    assert issuer.requests <= asked + 2, "a flood of unknown keys is no flood for the issuer"
    issuer.close()
    assert (status(system, key.token()), status(system, heir.token())) == (200, 200)


def test_without_a_first_key_set_no_token_is_believed(standalone: Standalone, key: Key, certificates: Certificates):
    issuer = HttpsFile(certificates.certificate, certificates.key, key_set(key))
    port, issuer.status = issuer.port, 500
    standalone.launch(**options(f"https://localhost:{port}/keys", JWT_CA_FILE=str(certificates.ca)))
    where = standalone.process.wait_for_log("listening")["address"].rsplit(":", 1)
    standalone._address = (where[0], int(where[1]))
    wait_until(lambda: [what["name"] for what in standalone.api.get("/readyz").json()["missing"]] == ["tokens"],
               "tokens are what is missing")
    refused = get(standalone, "/invoices", key.token())
    assert refused.status == 503 and refused.header("Retry-After")
    issuer.status = 200
    standalone.wait_for_readiness()
    assert status(standalone, key.token()) == 200
    issuer.close()


@pytest.mark.parametrize("fault", ["another authority", "another name", "redirection", "too large", "no key set"])
def test_keys_that_do_not_come_from_the_issuer_are_not_used(standalone: Standalone, issuer: HttpsFile,
                                                            certificates: Certificates, fault: str):
    trusted = certificates.other_ca if fault == "another authority" else certificates.ca
    host = "127.0.0.1" if fault == "another name" else "localhost"
    if fault == "redirection":
        issuer.status, issuer.headers = 302, {"Location": f"https://localhost:{issuer.port}/elsewhere"}
    if fault == "too large":
        issuer.text += " " * 256 * 1024
    if fault == "no key set":
        issuer.text = "{}"
    standalone.launch(**options(f"https://{host}:{issuer.port}/keys", JWT_CA_FILE=str(trusted)))
    standalone.process.wait_for_log("the issuer's keys cannot be read, will be tried again")
    # Whatever it was, it is tried again and not believed the second time either.
    wait_until(lambda: fault.startswith("another") or issuer.requests > 1, "it is tried again")
    assert not any(entry["message"] == "the issuer's keys are in force" for entry in standalone.log())


@pytest.mark.parametrize(("given", "named"), [
    ({"JWT_ISSUER": None}, "jwt_issuer"), ({"JWT_AUDIENCE": None}, "jwt_audience"), ({"JWT_KEYS": None}, "jwt_keys"),
    ({"JWT_KEYS": "/nowhere"}, "JWT_KEYS"), ({"JWT_KEYS": "http://id.example/keys"}, "JWT_KEYS"),
    ({"JWT_ALGORITHMS": "HS256"}, "JWT_ALGORITHMS")])
def test_a_start_that_could_verify_no_token_is_refused(standalone: Standalone, key: Key, given: dict, named: str):
    file = standalone.folder / "jwks.json"
    file.write_text(key_set(key))
    ended = standalone.run("serve", **options(file) | given)
    assert ended.returncode == 2 and named in ended.stderr and ended.stderr.count("\n") == 1


def test_a_token_is_never_logged(standalone: Standalone, key: Key):
    start_with_file(standalone, key, LOG_LEVEL="trace")
    token = key.token()
    assert standalone.api.request("GET", "/invoices", headers=bearer(token)).status == 200
    assert token.split(".")[2] not in str(standalone.log())
