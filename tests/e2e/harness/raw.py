"""Bytes on a socket, for what a well-behaved client does not send."""

import http.client
import socket

from .client import Answer

TIMEOUT_SECONDS = 20


class Connection:
    def __init__(self, address: tuple[str, int]):
        self.socket = socket.create_connection(address, TIMEOUT_SECONDS)

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self, method: str = "GET") -> Answer:
        """The next one; nothing of what follows it is lost, because nothing is read ahead."""
        raw = http.client.HTTPResponse(_Unbuffered(self.socket), method=method)
        raw.begin()
        return Answer(raw.status, raw.getheaders(), raw.read())

    def is_closed(self) -> bool:
        """Waits for the other side's end; True unless more came instead."""
        return self.socket.recv(1) == b""


class _Unbuffered:
    """What HTTPResponse wants of a socket."""

    def __init__(self, raw: socket.socket):
        self._raw = raw

    def makefile(self, _mode: str):
        return _Reader(self._raw)


class _Reader:
    """HTTPResponse reads lines and counted bytes; both byte by byte or exactly."""

    def __init__(self, raw: socket.socket):
        self._raw = raw

    def readline(self, limit: int = -1) -> bytes:
        line = b""
        while not line.endswith(b"\n") and (limit < 0 or len(line) < limit):
            byte = self._raw.recv(1)
            if not byte:
                break
            line += byte
        return line

    def read(self, size: int = -1) -> bytes:
        data = b""
        while size < 0 or len(data) < size:
            piece = self._raw.recv(65536 if size < 0 else size - len(data))
            if not piece:
                break
            data += piece
        return data

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass
