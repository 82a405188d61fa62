"""api/openapi.json is api/openapi.yaml in the other notation; run this file after each change of the latter."""

import json
import re
from pathlib import Path

import yaml

API = Path(__file__).resolve().parents[3] / "api"


class ExactLoader(yaml.SafeLoader):
    """Floats stay text with a mark around it, so that 100.10 does not become 100.1."""


ExactLoader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: f"\0{node.value}\0")


def as_json(text: str) -> str:
    whole = json.dumps(yaml.load(text, ExactLoader), ensure_ascii=False, indent=1)  # noqa: S506 (a safe loader)
    return re.sub(r'"\\u0000([-0-9.]+)\\u0000"', r"\1", whole) + "\n"


if __name__ == "__main__":
    (API / "openapi.json").write_text(as_json((API / "openapi.yaml").read_text()))
