"""What schemathesis cannot know of this contract. Loaded by it, named in schemathesis.toml."""

import json
import os
import sys
from collections import Counter
from pathlib import Path

import schemathesis

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from contract import Contract  # noqa: E402  (the path above makes it importable)
from contract.document import Document  # noqa: E402

NDJSON = "application/x-ndjson"
# The strict check takes several times as long as the request.
CHECKED_ONE_IN = 10
contract = Contract(Document(Path(os.environ["ABUSE_CONTRACT"])))
seen: Counter = Counter()


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """The contract describes a line of NDJSON; made from that, bodies get past the first line."""
    for operations in raw_schema["paths"].values():
        for operation in operations.values():
            content = operation.get("requestBody", {}).get("content", {}).get(NDJSON, {})
            if "x-line-schema" in content:
                content["schema"] = {"type": "array", "items": content["x-line-schema"], "maxItems": 20}
                content.pop("examples", None)
    # The contract describes the text; schemathesis holds what it says against the schema.
    answer = raw_schema["paths"]["/openapi.yaml"]["get"]["responses"]["200"]
    answer["content"]["application/yaml"]["schema"] = {"type": "object"}


@schemathesis.serializer(NDJSON)
def write_lines(_context, value):
    lines = value if isinstance(value, list) else [value]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


@schemathesis.check
def answer_is_in_the_contract(_context, response, case):
    """The check of the end-to-end tests, which is stricter: no member, header or code but those listed, and what was
    taken must have been allowed. Of each operation and status the first answer, then one in so many."""
    kind = (case.operation.label, response.status_code)
    seen[kind] += 1
    if seen[kind] % CHECKED_ONE_IN != 1:
        return
    sent = response.request
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body
    headers = {name: values[0] for name, values in response.headers.items()}
    contract.check_answer(sent.method, sent.path_url, response.status_code, headers, response.content,
                          {name: _text(value) for name, value in sent.headers.items()}, body)


def _text(value) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
