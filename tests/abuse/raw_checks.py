"""What must hold of a raw request, against whatever server listens at an address."""

from harness import raw
from harness.client import Answer
from raw_requests import WHOLE, Raw

# Long enough for an answer to a request that needs none of the rest, on a busy machine too.
SILENCE_SECONDS = 0.2
ANSWER_SECONDS = 5


def connect(address: tuple[str, int]) -> raw.Connection:
    connection = raw.Connection(address)
    connection.socket.settimeout(ANSWER_SECONDS)
    return connection


def waits_for_the_rest(address: tuple[str, int], case: Raw) -> None:
    with connect(address) as connection:
        connection.send(case.data)
        connection.socket.settimeout(SILENCE_SECONDS)
        try:
            assert False, f"no answer was due: {connection.socket.recv(1000)!r}"
        except TimeoutError:
            pass
        connection.socket.settimeout(ANSWER_SECONDS)
        connection.send(WHOLE[WHOLE.index(case.data) + len(case.data):] if case.data in WHOLE else b"")
        assert connection.answer().status == case.status


def is_answered(address: tuple[str, int], case: Raw) -> Answer:
    with connect(address) as connection:
        connection.send(case.data)
        answer = connection.answer(method_of(case.data))
        assert answer.status == case.status, answer
        return answer


def is_refused_whatever_follows(address: tuple[str, int], case: Raw, following: bytes) -> Answer:
    """One answer, and then the end: nobody knows where the next request would begin."""
    with connect(address) as connection:
        connection.send(case.data + following)
        answer = connection.answer()
        assert answer.status == case.status, answer
        assert (answer.header("Connection") or "").lower() == "close", "it does not say that it closes"
        try:
            assert connection.is_closed(), "a second answer"
        except ConnectionResetError:
            pass
        return answer


def keeps_in_step(address: tuple[str, int], case: Raw) -> Answer:
    """The next answer belongs to the next request, which asks for something else."""
    with connect(address) as connection:
        connection.send(case.data + b"GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        answer = connection.answer(method_of(case.data))
        assert answer.status == case.status, answer
        second = connection.answer()
        assert second.status == 404 and second.code() == "route_not_found", second
        assert connection.is_closed(), "a third answer"
        return answer


def method_of(data: bytes) -> str:
    return data.split(b" ", 1)[0].decode("latin-1")
