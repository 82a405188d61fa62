"""A mail server at an address that stays while servers come, go and fail behind it."""

import contextlib
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

from .mails import Mail, read_folder

SERVER = Path(__file__).resolve().parents[2] / "support/smtp/server.py"


class SmtpGate:
    """Connections are refused unless a server stands behind the gate."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._servers = 0
        self._server: subprocess.Popen | None = None
        self._listener: socket.socket | None = None
        # Bound but not listening: nobody else gets the port, and whoever connects is refused.
        self._reserved = _bound(0)
        self.port = self._reserved.getsockname()[1]

    @property
    def uri(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def serve(self, *faults: str) -> None:
        """A fresh server, with options of tests/support/smtp/server.py; it replaces the one before."""
        self.shut()
        self._servers += 1
        folder = self._folder / str(self._servers)
        folder.mkdir(parents=True)
        self._server = subprocess.Popen([sys.executable, SERVER, folder, *faults], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        word, port = self._server.stdout.readline().split()
        assert word == "port"
        self._listener = _bound(self.port)
        self._listener.listen()
        threading.Thread(target=_forward_all, args=(self._listener, int(port)), daemon=True).start()

    def shut(self) -> None:
        """From now on nobody answers."""
        if self._listener:
            # close() alone would leave a thread in accept() listening on.
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        if self._server:
            self._server.stdin.close()
            self._server.wait(10)
            self._server.stdout.close()
            self._server = None

    def mails(self, containing: bytes = b"") -> list[Mail]:
        """What all servers so far have taken; those in whose bytes something stands."""
        return [mail for number in range(1, self._servers + 1)
                for mail in read_folder(self._folder / str(number), containing)]

    def close(self) -> None:
        self.shut()
        self._reserved.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind(("127.0.0.1", port))
    return bound


def _forward_all(listener: socket.socket, port: int) -> None:
    with contextlib.suppress(OSError):
        while True:
            near, _ = listener.accept()
            far = socket.create_connection(("127.0.0.1", port))
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=_forward, args=(source, target), daemon=True).start()


def _forward(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
