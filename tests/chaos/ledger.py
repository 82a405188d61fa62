"""What was asked, what was answered, and what was wrong meanwhile: one JSON line each, as it happens."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Exchange:
    """One request and its answer. Times are seconds since the epoch, texts as they were sent and received."""

    kind: str  # "post", "void", "read"
    via: str  # which copy was asked
    begin: float
    end: float
    key: str = ""  # of a post
    invoice: str = ""  # id of what was to be voided or read
    body: str = ""
    # What has to be refused whatever happens: "" or the code that says so.
    to_be_refused_as: str = ""
    # 0: no answer, or half of one; then `answer` says what happened to the connection.
    status: int = 0
    code: str = ""
    retry_after: int = 0
    replayed: bool = False
    answer: str = ""


@dataclass
class Fault:
    """A toxic on the links of a pair for a while. What failed is what had a link in `links`."""

    pair: str
    toxic: str
    links: list[str]
    begin: float
    end: float


@dataclass
class Recovery:
    """How long after the end of a fault a copy answered a new invoice at all, and with 201."""

    after: str
    via: str
    first_answer_seconds: float
    seconds: float


@dataclass
class ClockJump:
    """A business day ended."""

    at: float


@dataclass
class Contents:
    exchanges: list[Exchange] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    recoveries: list[Recovery] = field(default_factory=list)
    jumps: list[ClockJump] = field(default_factory=list)

    def of(self, kind: str) -> Iterator[Exchange]:
        return (exchange for exchange in self.exchanges if exchange.kind == kind)


def now() -> float:
    """As the files of the mail server have it, too."""
    return time.time()


KINDS = {"exchange": Exchange, "fault": Fault, "recovery": Recovery, "clock": ClockJump}
WORDS = {made: word for word, made in KINDS.items()}


class Ledger:
    """Written by any thread."""

    def __init__(self, file: Path):
        file.parent.mkdir(parents=True, exist_ok=True)
        self.file = file
        self._lock = threading.Lock()
        # Line by line: a run that is ended half-way leaves what it has seen.
        self._out = open(file, "w", buffering=1, encoding="utf-8")  # noqa: SIM115

    def note(self, entry: Exchange | Fault | Recovery | ClockJump) -> None:
        line = json.dumps({"entry": WORDS[type(entry)]} | asdict(entry), ensure_ascii=False)
        with self._lock:
            self._out.write(line + "\n")

    def close(self) -> None:
        self._out.close()


def read_ledger(file: Path) -> Contents:
    contents = Contents()
    lists = {"exchange": contents.exchanges, "fault": contents.faults, "recovery": contents.recoveries,
             "clock": contents.jumps}
    for line in file.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        word = entry.pop("entry")
        lists[word].append(KINDS[word](**entry))
    return contents
