"""Mails as a mail program sees them."""

import csv
import email
import email.policy
import io
from email.message import EmailMessage
from pathlib import Path


class Mail:
    def __init__(self, content: bytes, arrived_at: float = 0):
        self.arrived_at = arrived_at
        self.message: EmailMessage = email.message_from_bytes(content, policy=email.policy.default)
        assert not self.message.defects, self.message.defects

    @property
    def subject(self) -> str:
        return self.message["Subject"]

    @property
    def message_id(self) -> str:
        return self.message["Message-ID"]

    @property
    def business_day(self) -> str:
        return self.message["X-Business-Day"]

    @property
    def recipient(self) -> str:
        return self.message["To"].addresses[0].addr_spec

    @property
    def envelope_to(self) -> list[str]:
        """Whom the SMTP server was told to give it to."""
        return self.message["X-Envelope-To"].split(",")

    def text(self) -> str:
        return self.message.get_body(("plain",)).get_content()

    def html(self) -> str:
        return self.message.get_body(("html",)).get_content()

    def csv_rows(self) -> list[dict[str, str]]:
        attachment, = (part for part in self.message.iter_attachments() if part.get_content_type() == "text/csv")
        return list(csv.DictReader(io.StringIO(attachment.get_content(), newline="")))

    def image(self) -> bytes:
        image, = (part for part in self.message.walk() if part.get_content_type() == "image/png")
        return image.get_content()

    def __repr__(self) -> str:
        return f"<mail {self.subject!r} to {self.recipient} {self.message_id}>"


def read_folder(folder: Path, containing: bytes = b"") -> list[Mail]:
    """In order of arrival. Only whole files have this name. Without parsing what does not contain some bytes."""
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return [Mail(content, file.stat().st_mtime) for file in files if containing in (content := file.read_bytes())]
