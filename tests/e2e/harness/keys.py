"""API keys as an operator makes them, and requests that show one."""

from .client import JSON, Answer, invoice, json_bytes
from .system import System
from .waiting import wait_until

SCOPES = "invoices:read,invoices:write,reports:read,reports:manage,metrics:read"


def make_key(system: System, scopes: str = SCOPES, name: str = "till-7", *more: str, **options: str) -> str:
    made = system.run("keys", "create", "--name", name, "--scopes", scopes, *more, **options)
    assert made.returncode == 0, made.stderr
    assert made.stdout.count("\n") == 1, "the key stands alone on stdout"
    return made.stdout.strip()


def known_key(system: System, scopes: str = SCOPES, name: str = "till-7") -> str:
    """One that the running service has heard of."""
    made = make_key(system, scopes, name)
    wait_until(lambda: system.api.request("GET", "/session", headers=bearer(made)).status == 200, "the key is known")
    return made


def id_of(key: str) -> str:
    return key.split("_")[1]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def get(system: System, path: str, key: str | None) -> Answer:
    return system.api.request("GET", path, headers=bearer(key) if key else {})


def post(system: System, path: str, key: str | None, value: object, **headers: str) -> Answer:
    names = {name.replace("_", "-"): text for name, text in headers.items()}
    return system.api.request("POST", path, json_bytes(value), JSON | names | (bearer(key) if key else {}))


def enter(system: System, key: str | None, **headers: str) -> Answer:
    return post(system, "/invoices", key, invoice(), **headers)
