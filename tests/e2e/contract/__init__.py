"""Holds the answers of a running service against api/openapi.yaml, and queue messages against their schema.

    contract = Contract()
    contract.check_answer("POST", "/invoices", 201, answer.headers, answer.content, request_headers, request_body)

Every check raises AssertionError with a message that names the place.
"""

from .checks import Contract
from .document import Document

__all__ = ["Contract", "Document"]
