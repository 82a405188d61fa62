"""Many clients that want little: idle ones, and ones that read or write a byte a second."""

import resource
import selectors
import socket
import ssl
import threading
import time
from types import TracebackType

PER_ADDRESS = 900
# Each with what it says of itself in the place of %s.
REQUEST = b"GET /invoices?limit=1 HTTP/1.1\r\nHost: a\r\n%s\r\n"
STREAM = b"GET /invoices HTTP/1.1\r\nHost: a\r\nAccept: application/x-ndjson\r\n%s\r\n"
POST = b"POST /invoices HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n%s\r\n{"
SMALL_BUFFER = 2048


def allow_many_files(count: int) -> bool:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < count:
        return False
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, most))
    return True


def connected(port: int, host: int = 1, buffer: int = 0) -> socket.socket:
    """From an address of its own for each `host`: the limit for one address is not what this is about."""
    made = socket.socket()
    made.settimeout(20)
    if buffer:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    # The port is chosen when it connects, so that thousands find one.
    made.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
    made.bind((f"127.0.1.{host}", 0))
    made.connect(("127.0.0.1", port))
    return made


def trusting(authority: str) -> ssl.SSLContext:
    """TLS 1.2, where nothing comes that nobody has asked for: in 1.3 a ticket would look like the server's close."""
    context = ssl.create_default_context(cafile=authority)
    context.check_hostname = False
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


class Crowd:
    """Opens all at the start, with TLS where there is a context; the slow ones go on by themselves until close()."""

    def __init__(self, port: int, idle: int, readers: int, writers: int, tls: ssl.SSLContext | None = None,
                 key: str | None = None):
        self._port, self._tls = port, tls
        self._head = f"Authorization: Bearer {key}\r\n".encode() if key else b""
        self.idle = [self._idle(number) for number in range(idle)]
        self.readers = [self._asking(STREAM, 200) for _ in range(readers)]
        self.writers = [self._asking(POST, 201) for _ in range(writers)]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._drip)
        self._thread.start()

    def __enter__(self) -> "Crowd":
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()
        for each in [*self.idle, *self.readers, *self.writers]:
            each.close()

    def still_open(self) -> int:
        """How many the server has not closed."""
        with selectors.DefaultSelector() as selector:
            for each in [*self.idle, *self.writers]:
                selector.register(each, selectors.EVENT_READ)
            ended = {key.fileobj for key, _ in selector.select(0)}
        return len(self.idle) + len(self.writers) - len(ended) + len(self.readers)

    def _idle(self, number: int) -> socket.socket:
        """Has asked once and been answered: who never asks is closed after ten seconds."""
        made = self._opened(connected(self._port, 2 + number // PER_ADDRESS))
        made.sendall(REQUEST % self._head)
        answer = made.recv(4096)
        assert answer.startswith(b"HTTP/1.1 200 "), answer[:60]
        return made

    def _asking(self, request: bytes, host: int) -> socket.socket:
        made = self._opened(connected(self._port, host, SMALL_BUFFER))
        made.sendall(request % self._head)
        return made

    def _opened(self, made: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(made) if self._tls else made

    def _drip(self) -> None:
        while not self._stop.is_set():
            begin = time.monotonic()
            for each in self.readers:
                each.recv(1)
            for each in self.writers:
                each.sendall(b" ")
            self._stop.wait(max(0, 1 - (time.monotonic() - begin)))
