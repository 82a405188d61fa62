"""Who may include whom in src/. The two tables are the rule; docs/architecture.md says why.

Arrows point down: services -> rest -> {http, app} -> codec -> ports -> domain, adapters beside app. A folder
that is not in FOLDERS and a vendor header that is not in VENDORS are errors, so that both tables stay complete.
"""

import re
from pathlib import Path

# folder: what it may include beside itself. An entry with a slash is one header, not the whole folder.
FOLDERS: dict[str, list[str]] = {
    "domain": [],
    "async": ["domain/error.hpp", "domain/result.hpp"],
    "ports": ["async", "domain"],
    "codec": ["domain", "ports"],  # cursors name a port's position and query
    "app": ["async", "codec", "domain", "ports"],  # a use case writes and reads the queue's message
    "keyfile": ["async", "codec", "domain", "ports"],
    "jwt": ["async", "codec", "domain", "ports"],
    "sqlite": ["async", "codec", "domain", "ports", "ops/log.hpp", "ops/metrics.hpp"],
    "mongo": ["async", "codec", "domain", "ports"],
    "mail": ["async", "codec", "domain", "ports", "ops/log.hpp", "ops/metrics.hpp"],
    "rabbitmq": ["async", "codec", "domain", "ports", "ops/log.hpp", "ops/metrics.hpp"],
    "http": ["async", "domain/error.hpp", "domain/result.hpp", "domain/trace.hpp"],
    "ops": ["domain/error.hpp", "domain/result.hpp"],
    "rest": ["app", "async", "codec", "domain", "http", "ops", "ports"],
    "services": ["app", "async", "codec", "domain", "http", "jwt", "keyfile", "mail", "mongo", "ops", "ports", "rabbitmq",
                 "rest", "sqlite"],
}

# beginning of a vendor's header: the folders that may include it, the first match counts.
VENDORS: list[tuple[str, list[str]]] = [
    ("boost/asio", ["async", "http", "mail", "ops", "rabbitmq", "services", "sqlite"]),
    ("boost/beast", ["http"]),
    ("boost/intrusive", ["http"]),
    ("boost/url", ["http"]),
    ("boost/system", ["async", "domain", "http"]),
    ("simdjson", ["codec"]),
    ("openssl/evp.h", ["codec", "domain"]),  # SHA-256 of idempotency keys and of requests
    ("openssl/crypto.h", ["domain"]),  # comparing hashes in constant time
    ("openssl/sha.h", ["codec", "domain"]),
    ("openssl/", ["http"]),  # TLS of its server
    ("sqlite3", ["sqlite"]),
    ("mongoc/", ["mongo"]),
    ("bson/", ["mongo"]),
    ("amqp", ["rabbitmq"]),
    ("rabbitmq-c/", ["rabbitmq"]),
    ("cjose/", ["jwt"]),
    ("jansson", ["jwt"]),
    ("gmime/", ["mail"]),
    ("curl/", ["jwt", "mail"]),
    ("cairo", ["mail"]),
    ("mustache", ["mail"]),
    ("kainjow/", ["mail"]),
    ("date/", ["domain"]),
    ("spdlog/", ["ops"]),
    ("prometheus/", ["ops"]),
    ("CLI/", ["ops"]),
    ("toml++/", ["ops"]),
    ("fmt/", list(FOLDERS)),
]

# What talks to the operating system stays out of the folders that must run on a passed-in clock and in memory.
SYSTEM_HEADERS = re.compile(r"^(sys|netinet|arpa|linux)/|^[a-z_]+\.h$")
FOLDERS_WITHOUT_SYSTEM = {"domain", "ports", "codec", "app"}

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")', re.MULTILINE)
STANDARD = re.compile(r"^[a-z0-9_]+$")


def violations(source: Path) -> list[str]:
    """Every forbidden include below `source` (a folder with the shape of src/), as `file: what is wrong`."""
    found = []
    for path in sorted(source.rglob("*.[hc]pp")):
        relative = path.relative_to(source)
        for angled, quoted in INCLUDE.findall(path.read_text(encoding="utf-8")):
            fault = _project_fault(relative.parts[0], quoted) if quoted else _vendor_fault(relative.parts[0], angled)
            if fault:
                found.append(f"{relative.as_posix()}: {fault}")
    return found


def _project_fault(folder: str, header: str) -> str:
    target = header.split("/")[0]
    if folder not in FOLDERS:
        return f"the folder {folder} has no row in FOLDERS"
    if "/" not in header or target not in FOLDERS:
        return f'"{header}" is not written from src/'
    if target == folder or target in FOLDERS[folder] or header in FOLDERS[folder]:
        return ""
    return f'{folder} must not include "{header}"'


def _vendor_fault(folder: str, header: str) -> str:
    if STANDARD.match(header):
        return ""
    for beginning, folders in VENDORS:
        if header.startswith(beginning):
            return "" if folder in folders else f"<{header}> belongs to {', '.join(folders)}"
    if SYSTEM_HEADERS.match(header):
        return f"<{header}>: {folder} does not talk to the system" if folder in FOLDERS_WITHOUT_SYSTEM else ""
    return f"<{header}> has no row in VENDORS"
