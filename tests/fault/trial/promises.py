"""What the clients of a trial have sent, and what they were told about it."""

import threading
from dataclasses import dataclass, field
from typing import Any

# These answers promise that nothing was stored; any other failure means "unknown".
CERTAINLY_NOT = {"storage_full", "storage_unavailable", "overloaded", "shutting_down", "clock_skewed"}


@dataclass
class Post:
    """One invoice on its way; its reference is unique in the trial."""

    reference: str
    body: bytes
    key: str | None
    # The invoice as the client was told that it is stored: the 201's body.
    stored: bytes | None = None
    invoice_id: str | None = None
    # Every try was answered with the promise that nothing was stored.
    refused: bool = False


@dataclass
class Promises:
    posts: dict[str, Post] = field(default_factory=dict)
    lines: dict[str, Post] = field(default_factory=dict)
    voids_asked: set[str] = field(default_factory=set)
    voids_made: set[str] = field(default_factory=set)
    backup_code: int | None = None
    # Ids that were acknowledged before the backup began: it has to hold them.
    before_backup: set[str] = field(default_factory=set)
    # Anything that no client may ever see.
    broken: list[str] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def sent(self) -> dict[str, Post]:
        return self.posts | self.lines

    def acknowledged(self) -> dict[str, Post]:
        return {post.invoice_id: post for post in self.sent().values() if post.invoice_id}

    def note_error(self, code: str) -> None:
        with self._lock:
            self.errors[code] = self.errors.get(code, 0) + 1

    def expect(self, holds: Any, words: str) -> None:
        """In a client's thread, where an assertion would be lost."""
        if not holds:
            with self._lock:
                self.broken.append(words)
