#!/usr/bin/env python3
"""A real RabbitMQ (Debian's rabbitmq-server, 3.10 or 4) of its own: node, ports, data, logs in one folder.

As a program: writes "uri amqp://…" once it serves, and ends when its standard input is closed. As a module: a
Broker that can be stopped, killed, frozen and alarmed. Nothing of it touches the system's own broker, if there is one.
Runs as root and as an ordinary user.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

if __package__:
    from .certificates import Certificates

SCRIPTS = Path("/usr/lib/rabbitmq/bin")
START_SECONDS = 120
STOP_SECONDS = 60
CONTROL_SECONDS = 60


@dataclass
class BrokerOptions:
    user: str = "invoicing"
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    certificates: "Certificates | None" = None
    lines: list[str] = field(default_factory=list)  # more for rabbitmq.conf


class Broker:
    """Not started. The ports, and what stands in durable queues, stay until remove()."""

    def __init__(self, folder: Path, options: BrokerOptions | None = None):
        self.folder = folder
        self.options = options or BrokerOptions()
        self.port, self.tls_port, self._dist_port, self._epmd_port = free_ports(4)
        self._node = f"test{self.port}@localhost"
        self._server: subprocess.Popen | None = None
        self._epmd: subprocess.Popen | None = None
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "rabbitmq.conf").write_text("\n".join(self._configuration()) + "\n")
        (folder / "enabled_plugins").write_text("[].\n")
        (folder / "no-environment").write_text("")

    @property
    def uri(self) -> str:
        return self._uri("amqp", "127.0.0.1", self.port)

    def tls_uri(self, host: str, ca_file: Path) -> str:
        return self._uri("amqps", host, self.tls_port) + f"?cacertfile={ca_file}"

    def start(self) -> None:
        """Returns once it serves."""
        environment = self._environment()
        self._epmd = subprocess.Popen([_epmd(), "-port", str(self._epmd_port), "-address", "127.0.0.1"],
                                      env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _wait_for_port(self._epmd_port, self._epmd, self.folder)
        with (self.folder / "output").open("ab") as output:
            # A session of its own, so that all its processes can be signalled together.
            # In its own folder, because a killed one leaves a core of Mnesia where it runs.
            self._server = subprocess.Popen([SCRIPTS / "rabbitmq-server"], env=environment, stdout=output,
                                            stderr=output, stdin=subprocess.DEVNULL, start_new_session=True,
                                            cwd=self.folder)
        _wait_for_port(self.port, self._server, self.folder)

    def stop(self) -> None:
        """In order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def running(self) -> bool:
        return self._server is not None

    def freeze(self) -> None:
        """Its connections stay open, and nobody answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def control(self, *words: str) -> str:
        """What rabbitmqctl says."""
        done = subprocess.run([SCRIPTS / "rabbitmqctl", "--quiet", "--node", self._node, *words], check=False,
                              env=self._environment(), capture_output=True, text=True, timeout=CONTROL_SECONDS)
        assert done.returncode == 0, f"rabbitmqctl {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def memory_alarm(self, on: bool) -> None:
        self.control("set_vm_memory_high_watermark", "0" if on else "0.8")

    def disk_alarm(self, on: bool) -> None:
        self.control("set_disk_free_limit", "1000000GB" if on else "1MB")

    def delete_queue(self, name: str) -> None:
        self.control("delete_queue", name)

    def cut_connections(self) -> None:
        self.control("close_all_connections", "cut by a test")

    def queues(self) -> dict[str, int]:
        """Name and number of messages, acknowledged ones not counted, of every queue."""
        lines = self.control("list_queues", "--no-table-headers", "name", "messages").splitlines()
        return {name: int(count) for name, count in (line.split("\t") for line in lines if line)}

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _uri(self, scheme: str, host: str, port: int) -> str:
        return f"{scheme}://{self.options.user}:{self.options.password}@{host}:{port}"

    def _configuration(self) -> list[str]:
        lines = [f"listeners.tcp.1 = 127.0.0.1:{self.port}", f"default_user = {self.options.user}",
                 f"default_pass = {self.options.password}", "disk_free_limit.absolute = 1MB",
                 *self.options.lines]
        tls = self.options.certificates
        if tls:
            lines += [f"listeners.ssl.1 = 127.0.0.1:{self.tls_port}", f"ssl_options.cacertfile = {tls.ca}",
                      f"ssl_options.certfile = {tls.certificate}", f"ssl_options.keyfile = {tls.key}",
                      "ssl_options.verify = verify_none", "ssl_options.fail_if_no_peer_cert = false"]
        return lines

    def _environment(self) -> dict[str, str]:
        folder = str(self.folder)
        return {
            "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": folder,
            "ERL_EPMD_PORT": str(self._epmd_port), "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self._node, "RABBITMQ_DIST_PORT": str(self._dist_port),
            "RABBITMQ_MNESIA_BASE": f"{folder}/data", "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_PID_FILE": f"{folder}/pid", "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
            "RABBITMQ_CONF_ENV_FILE": f"{folder}/no-environment",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
            # Without it a shell stays in between, and the server is no child of ours.
            "RUNNING_UNDER_SYSTEMD": "true",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }

    def _end(self, number: signal.Signals) -> None:
        if self._server:
            self._signal(signal.SIGCONT)
            self._signal(number)
            self._server.wait(STOP_SECONDS)
            self._server = None
        if self._epmd:
            self._epmd.kill()
            self._epmd.wait(STOP_SECONDS)
            self._epmd = None

    def _signal(self, number: signal.Signals) -> None:
        if self._server:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._server.pid, number)


def _epmd() -> str:
    found = shutil.which("epmd") or next((str(path) for path in Path("/usr/lib/erlang").glob("erts-*/bin/epmd")), None)
    assert found, "no epmd: is erlang-base installed?"
    return found


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _wait_for_port(port: int, process: subprocess.Popen, folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        log = folder / "output"
        words = log.read_text(errors="replace")[-2000:] if log.exists() else ""
        assert process.poll() is None, f"the broker has ended with {process.returncode}: {words}"
        assert time.monotonic() < deadline, f"the broker does not serve after {START_SECONDS} s: {words}"
        time.sleep(0.05)


def main() -> int:
    broker = Broker(Path(tempfile.mkdtemp(prefix="rabbit-")))
    try:
        broker.start()
        print("uri", broker.uri, flush=True)
        sys.stdin.read()
    finally:
        broker.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
