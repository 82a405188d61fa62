"""The services in two copies each, with a proxy on the way of each copy to each server, and of the clients to them."""

import re
from pathlib import Path

from fleet.system import Fleet
from harness.sampling import Sampling
from harness.servers import Servers
from harness.smtp import SmtpGate
from harness.split import EMAIL_SENDER, INVOICE_SERVICE, PROGRAMS, REPORT_GENERATOR

from toxiproxy import Toxiproxy

NAMES = tuple(f"{program}#{copy}" for program in PROGRAMS for copy in (1, 2))
CLIENTS = "clients"
# Who talks to whom, and by which option of the first it knows the second.
PAIRS = {
    (CLIENTS, INVOICE_SERVICE): None,
    (INVOICE_SERVICE, "mongodb"): "MONGO_URI",
    (REPORT_GENERATOR, "mongodb"): "MONGO_URI",
    (REPORT_GENERATOR, "rabbitmq"): "RABBITMQ_URI",
    (EMAIL_SENDER, "mongodb"): "MONGO_URI",
    (EMAIL_SENDER, "rabbitmq"): "RABBITMQ_URI",
    (EMAIL_SENDER, "smtp"): "SMTP_URI",
}
SAMPLE_SECONDS = 0.5


def link(copy: str, server: str) -> str:
    """The name of a proxy; `#` would be the end of its path."""
    return f"{copy}-{server}".replace("#", "-")


def links_of(pair: tuple[str, str]) -> list[str]:
    """One for each copy."""
    program = INVOICE_SERVICE if pair[0] == CLIENTS else pair[0]
    return [link(name, CLIENTS if pair[0] == CLIENTS else pair[1]) for name in NAMES if name.startswith(program)]


class Linked(Fleet):
    """Not started. What the harness itself asks of a copy goes past the proxies."""

    def __init__(self, folder: Path, servers: Servers, smtp: SmtpGate, proxies: Toxiproxy):
        super().__init__(folder, servers, smtp, NAMES)
        self.proxies = proxies
        self._client_ports: dict[str, int] = {}

    def environment_of(self, name: str) -> dict[str, str]:
        environment = super().environment_of(name)
        for (program, server), option in PAIRS.items():
            if option and name.startswith(program):
                environment[option] = self._redirected(environment[option], link(name, server))
        return environment

    def start(self, **options: str) -> None:
        super().start(**options)
        for name in self.services:
            self._client_ports[name] = self.proxies.add_proxy(link(name, CLIENTS), self.address_of(name))

    def client_address(self, name: str) -> tuple[str, int]:
        """Where clients reach a copy of invoice-service."""
        return "127.0.0.1", self._client_ports[name]

    def _redirected(self, uri: str, proxy: str) -> str:
        host, port = re.search(r"(127\.0\.0\.1):(\d+)", uri).groups()
        return uri.replace(f"{host}:{port}", f"127.0.0.1:{self.proxies.add_proxy(proxy, (host, int(port)))}")


class Health(Sampling):
    """Looks at all processes meanwhile: which has ended, and the most memory of its own that each had."""

    def __init__(self, fleet: Fleet):
        super().__init__(self._watch, SAMPLE_SECONDS)
        self.kilobytes_max: dict[str, int] = {}
        self.ended: set[str] = set()
        self._fleet = fleet

    def _watch(self) -> None:
        for name, process in self._fleet.processes.items():
            if process.running():
                self.kilobytes_max[name] = max(self.kilobytes_max.get(name, 0), process.anonymous_kilobytes())
            else:
                self.ended.add(name)
