"""Who may enter: API keys, on both forms of the system."""

import hashlib
import http.client
import json
import stat
import time

import pytest
from harness.client import NDJSON, invoice, json_bytes, new_key
from harness.keys import bearer, enter, get, id_of, make_key, post
from harness.system import System
from harness.waiting import wait_until

# A revocation reaches every copy within this.
REACH_SECONDS = 10
OPERATIONS = [("GET", "/invoices", "invoices:read"), ("GET", "/invoices/" + "0" * 24, "invoices:read"),
              ("POST", "/invoices", "invoices:write"), ("POST", f"/invoices/{'0' * 24}/void", "invoices:write"),
              ("POST", "/invoices/import", "invoices:write"), ("GET", "/reports", "reports:read"),
              ("GET", "/reports/current", "reports:read"), ("GET", "/reports/2026-11-22", "reports:read"),
              ("GET", "/reports/2026-11-22/mail", "reports:read"), ("GET", "/activity", "reports:manage"),
              ("POST", "/reports/2026-11-22/resend", "reports:manage"), ("GET", "/metrics", "metrics:read"),
              ("GET", "/reports/current/hours", "reports:read"), ("GET", "/dead-letters", "reports:read"),
              ("POST", "/dead-letters/none/requeue", "reports:manage"),
              ("POST", "/dead-letters/none/drop", "reports:manage")]


def wait_for(system: System, key: str, status: int) -> None:
    wait_until(lambda: get(system, "/invoices", key).status == status, f"{status} for this key", seconds=REACH_SECONDS)


def test_every_operation_asks_for_its_scope_and_the_open_ones_for_nothing(system: System):
    system.start(AUTH="keys")
    whole = make_key(system)
    wait_for(system, whole, 200)
    for path in ("/healthz", "/readyz", "/openapi.yaml", "/openapi.json"):
        assert get(system, path, None).status == 200
    for method, path, scope in OPERATIONS:
        without = system.api.request(method, path)
        assert (without.status, without.code()) == (401, "unauthorized")
        assert without.header("WWW-Authenticate") == 'Bearer realm="invoicing"'
        assert system.api.request(method, path, headers=bearer(whole)).status not in (401, 403), path
    others = "invoices:read,invoices:write,reports:read,reports:manage,metrics:read"
    for scope in {scope for _, _, scope in OPERATIONS}:
        key = make_key(system, ",".join(each for each in others.split(",") if each != scope))
        wait_until(lambda key=key: get(system, "/reports" if scope == "invoices:read" else "/invoices", key).status
                   in (200, 403), "the key is known", seconds=REACH_SECONDS)
        for method, path, needed in OPERATIONS:
            answer = system.api.request(method, path, headers=bearer(key))
            assert (answer.status == 403) == (needed == scope), (method, path, answer)
            if needed == scope:
                assert answer.code() == "insufficient_scope" and scope in answer.json()["detail"]
                assert f'scope="{scope}"' in answer.header("WWW-Authenticate")


def test_a_key_is_told_by_nothing_whether_it_is_unknown_revoked_or_expired(system: System):
    system.start(AUTH="keys")
    revoked, expired = make_key(system), make_key(system, "invoices:read", "till-8", "--expires", "1s")
    wait_for(system, revoked, 200)
    assert system.run("keys", "revoke", id_of(revoked)).returncode == 0
    wait_for(system, revoked, 401)
    wait_for(system, expired, 401)
    unknown = revoked[:-1] + ("A" if revoked[-1] != "A" else "E")
    answers = [get(system, "/invoices", key) for key in (revoked, expired, unknown, "nonsense")]
    assert {answer.status for answer in answers} == {401}
    assert len({answer.body for answer in answers}) == 1
    assert {answer.header("WWW-Authenticate") for answer in answers} == \
        {'Bearer realm="invoicing", error="invalid_token"'}


def test_a_revocation_reaches_every_copy_in_time(system: System):
    system.start(AUTH="keys")
    key = make_key(system)
    wait_for(system, key, 200)
    begin = time.monotonic()
    assert system.run("keys", "revoke", id_of(key)).returncode == 0
    wait_for(system, key, 401)
    assert time.monotonic() - begin < REACH_SECONDS
    assert system.run("keys", "revoke", "aaaaaaaa").returncode == 1


def test_the_list_of_keys_never_shows_one(system: System):
    system.start(AUTH="keys")
    key, other = make_key(system), make_key(system, "invoices:read", "till-8", "--expires", "90d")
    assert system.run("keys", "revoke", id_of(key)).returncode == 0
    listed = system.run("keys", "list")
    assert listed.returncode == 0
    header, *rows = listed.stdout.splitlines()
    assert header.split() == ["ID", "NAME", "CREATED", "STATE", "SCOPES"]
    assert [row.split()[:2] for row in rows] == [[id_of(key), "till-7"], [id_of(other), "till-8"]]
    assert "revoked" in rows[0] and "valid until" in rows[1] and rows[1].endswith("invoices:read")
    secrets = {text.split("_", 2)[2] for text in (key, other)}
    everything = listed.stdout + json.dumps(system.log()) + \
        "".join(path.read_bytes().decode("latin-1") for path in system.data_dir.glob("invoices.db*"))
    assert not any(secret in everything for secret in secrets)


def test_idempotency_keys_belong_to_the_name_behind_the_key(system: System):
    system.start(AUTH="keys")
    old, heir, stranger = make_key(system), make_key(system), make_key(system, name="till-8")
    wait_for(system, stranger, 200)
    key = new_key()
    first = enter(system, old, Idempotency_Key=key)
    again = enter(system, heir, Idempotency_Key=key)
    other = enter(system, stranger, Idempotency_Key=key)
    assert (first.status, again.status, other.status) == (201, 201, 201)
    assert again.body == first.body and again.header("Idempotent-Replayed") == "true"
    assert other.json()["id"] != first.json()["id"] and other.header("Idempotent-Replayed") is None
    line = json_bytes({"idempotencyKey": key, **invoice()})
    imported = system.api.request("POST", "/invoices/import", line, NDJSON | bearer(heir))
    assert imported.lines()[0] == {"line": 1, "status": "replayed", "id": first.json()["id"]}


def test_without_keys_an_id_is_what_it_always_was(system: System):
    system.start()
    answer = system.api.post("/invoices", invoice(), Idempotency_Key="till-7-0001")
    # The first 12 bytes of SHA-256 over NUL and the key: the owner is nobody.
    assert answer.json()["id"] == hashlib.sha256(b"\0till-7-0001").hexdigest()[:24]
    assert "createdBy" not in answer.json()


def test_an_invoice_says_who_entered_and_who_voided_it(system: System):
    system.start(AUTH="keys")
    till, office = make_key(system), make_key(system, name="office")
    wait_for(system, office, 200)
    entered = enter(system, till).json()
    assert entered["createdBy"] == id_of(till)
    void = post(system, f"/invoices/{entered['id']}/void", office, {"reason": "Entered twice"}).json()
    assert (void["createdBy"], void["voidedBy"]) == (id_of(till), id_of(office))
    assert get(system, f"/invoices/{entered['id']}", till).json() == void


def test_the_trail_says_who_did_what(system: System):
    system.start(AUTH="keys")
    till, office = make_key(system), make_key(system, name="office")
    wait_for(system, office, 200)
    one, two = enter(system, till).json(), enter(system, till).json()
    assert post(system, f"/invoices/{one['id']}/void", office, {"reason": "Entered twice"}).status == 200
    line = json_bytes({"idempotencyKey": new_key(), **invoice()})
    imported = system.api.request("POST", "/invoices/import", line, NDJSON | bearer(office)).lines()[0]["id"]
    trail = get(system, "/activity", office).json()
    assert {(entry["action"], entry.get("invoiceId"), entry["by"]) for entry in trail} == {
        ("invoice_created", imported, id_of(office)), ("import_started", None, id_of(office)),
        ("invoice_voided", one["id"], id_of(office)), ("invoice_created", two["id"], id_of(till)),
        ("invoice_created", one["id"], id_of(till))}
    assert len(trail) == 5
    assert [entry["at"] for entry in trail] == sorted((entry["at"] for entry in trail), reverse=True)
    paged, following = [], "/activity?limit=2"
    while following:
        answer = get(system, following, office)
        paged += answer.json()
        following = answer.next_page()
    assert paged == trail
    assert get(system, "/activity?cursor=AAAA", office).code() == "invalid_cursor"
    assert get(system, "/activity?limit=0", office).code() == "invalid_parameter"


def test_the_trail_outlives_a_restart_and_goes_on_without_keys(system: System):
    system.start()
    stored = system.api.post_invoice()
    system.restart()
    assert system.api.get("/activity").json() == [
        {"at": stored["recordedAt"], "action": "invoice_created", "invoiceId": stored["id"], "by": None}]


def test_keys_may_stand_in_a_file_that_is_read_again(system: System):
    file = system.folder / "keys"
    first = make_key(system, API_KEYS_FILE=str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    system.start(AUTH="keys", API_KEYS_FILE=str(file))
    assert get(system, "/invoices", first).status == 200
    second = make_key(system, name="till-8")
    wait_for(system, second, 200)
    assert system.run("keys", "revoke", id_of(first)).returncode == 0
    wait_for(system, first, 401)
    assert get(system, "/invoices", second).status == 200
    assert [row.split()[0] for row in system.run("keys", "list").stdout.splitlines()[1:]] == \
        [id_of(first), id_of(second)]
    file.write_text("nonsense\n")
    wait_until(lambda: any("stay as they were" in entry["message"] for entry in system.log()), "the log says so")
    assert get(system, "/invoices", second).status == 200


@pytest.mark.parametrize(("words", "cure"), [
    (["create", "--name", "a"], "--scopes"), (["create", "--scopes", "invoices:read"], "--name"),
    (["create", "--name", "a b", "--scopes", "invoices:read"], "--name"),
    (["create", "--name", "a", "--scopes", "everything"], "--scopes"),
    (["create", "--name", "a", "--scopes", "invoices:read", "--expires", "soon"], "--expires"),
    (["create", "--name", "a", "--scopes", "invoices:read", "--expires", "0d"], "--expires"),
    (["revoke"], "keys list"), (["revoke", "x"], "keys list"), (["list", "--name", "a"], "create"), (["shred"], "create"),
    ([], "ACTION"),
])
def test_a_wrong_command_says_what_is_right(standalone, words: list[str], cure: str):
    ended = standalone.run("keys", *words)
    assert ended.returncode == 2 and cure in ended.stderr and ended.stderr.count("\n") == 1 and ended.stdout == ""


def test_keys_are_asked_for_wherever_others_can_reach_the_service(system: System):
    system.start(HTTP_ADDRESS="0.0.0.0:0")
    assert get(system, "/invoices", None).status == 401
    system.restart(ALLOW_OPEN="true")
    assert get(system, "/invoices", None).status == 401, "ALLOW_OPEN alone opens nothing"
    system.restart(AUTH="off")
    assert get(system, "/invoices", None).status == 200


def test_a_file_of_keys_that_cannot_be_read_ends_the_start(standalone):
    missing = standalone.run("serve", AUTH="keys", API_KEYS_FILE=str(standalone.folder / "none"))
    assert missing.returncode == 2 and "API_KEYS_FILE" in missing.stderr and "No such file" in missing.stderr
    (standalone.folder / "bad").write_text("\n{}\n")
    faulty = standalone.run("serve", AUTH="keys", API_KEYS_FILE=str(standalone.folder / "bad"))
    assert faulty.returncode == 2 and "bad:2: " in faulty.stderr


def test_the_address_for_operators_asks_nobody(split):
    split.launch("invoice-service", AUTH="keys", OPS_ADDRESS="127.0.0.1:0")
    listening = split.processes["invoice-service"].wait_for_log("listening")
    assert listening["auth"] == "keys"
    host, port = listening["opsAddress"].rsplit(":", 1)
    for path in ("/metrics", "/healthz"):
        connection = http.client.HTTPConnection(host, int(port), timeout=20)
        connection.request("GET", path)
        assert connection.getresponse().status == 200
        connection.close()
