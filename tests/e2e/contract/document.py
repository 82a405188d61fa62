"""api/openapi.yaml as a structure to ask: operations by method and target, schemas made strict."""

import copy
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

API = Path(__file__).resolve().parents[3] / "api"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# What the server knows; TRACE, CONNECT and all others are not implemented (501), whatever the path.
KNOWN_METHODS = {method.upper() for method in METHODS} - {"TRACE"}


@dataclass
class Operation:
    method: str
    path: str
    parameters: list[dict]
    request: dict | None
    responses: dict[str, dict] = field(default_factory=dict)
    security: list[dict[str, list[str]]] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Document:
    """References are resolved on the way; what is handed out is never a bare {$ref: …} but in a schema."""

    def __init__(self, source: Path = API / "openapi.yaml"):
        self.api = source.parent
        self.raw: dict = yaml.safe_load(source.read_text())
        self.strict: dict = close(self.raw)
        self.operations = [self._operation(path, method, item[method])
                           for path, item in self.raw["paths"].items() for method in METHODS if method in item]
        self.without_operation = [self.resolve(answer) for answer in self.raw["x-without-operation"]]

    def resolve(self, node: Any) -> Any:
        while isinstance(node, dict) and set(node) == {"$ref"}:
            target: Any = self.strict
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def _operation(self, path: str, method: str, raw: dict) -> Operation:
        strict = self.strict["paths"][path][method]
        return Operation(method.upper(), path,
                         parameters=[self.resolve(parameter) for parameter in strict.get("parameters", [])],
                         request=self.resolve(strict.get("requestBody")),
                         responses={status: self.resolve(answer) for status, answer in strict["responses"].items()},
                         security=raw.get("security", []))

    def path_of(self, target: str) -> str | None:
        """The template that a request target belongs to; one without parameters goes first."""
        path = re.sub(r"^https?://[^/?]*", "", target).split("?")[0]
        path = path[:-1] if path.endswith("/") and path != "/" else path
        templates = sorted(self.raw["paths"], key=lambda template: "{" in template)
        return next((t for t in templates if re.fullmatch(re.sub(r"{[^}]+}", "[^/]+", t), path)), None)

    def methods_of(self, path: str) -> set[str]:
        methods = {operation.method for operation in self.operations if operation.path == path}
        return methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())

    def find(self, method: str, path: str | None) -> Operation | None:
        """HEAD is found as the GET that it mirrors."""
        wanted = "GET" if method == "HEAD" else method
        return next((o for o in self.operations if o.method == wanted and o.path == path), None)

    def problem_codes(self, answer: dict) -> set[str]:
        content = answer.get("content", {}).get("application/problem+json")
        return set(content["schema"]["allOf"][1]["properties"]["code"]["enum"]) if content else set()

    def codes_without_operation(self) -> set[str]:
        """What a request that reaches no operation may get: 404, 405, and what every GET can answer."""
        of_each = [set().union(*map(self.problem_codes, operation.responses.values()))
                   for operation in self.operations if operation.method == "GET"]
        return set.intersection(*of_each).union(*map(self.problem_codes, self.without_operation))

    def problem_examples(self) -> dict[str, dict]:
        """The example of each code: its title and status hold for every problem with this code."""
        values = (example["value"] for example in self.raw["components"]["examples"].values())
        return {value["code"]: value for value in values if "code" in value and "title" in value}

    def schema(self, schema: dict) -> dict:
        """The schema as a document of its own, in which its references lead somewhere."""
        return {**schema, "components": self.strict["components"]}


def close(document: dict) -> dict:
    """A copy in which objects refuse members that their schema does not name.

    Clients must ignore new members, so the contract leaves answers open; a test must not. Schemas that others
    extend by allOf stay open, those that extend them are closed with all that they inherit.
    """
    document = copy.deepcopy(document)
    bases: set[str] = set()

    def collect(node: Any) -> None:
        if isinstance(node, dict):
            bases.update(branch["$ref"].split("/")[-1] for branch in node.get("allOf", []) if "$ref" in branch)
        for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else []:
            collect(child)

    def visit(node: Any, extended: bool) -> None:
        if isinstance(node, list):
            for child in node:
                visit(child, False)
        elif isinstance(node, dict):
            is_schema = isinstance(node.get("properties"), dict) or isinstance(node.get("allOf"), list)
            if is_schema and not extended and not {"additionalProperties", "unevaluatedProperties"} & set(node):
                node["unevaluatedProperties"] = False
            if isinstance(node.get("properties"), dict):
                # What is forbidden by name is not named at all here: the message then says which it was.
                node["properties"] = {name: child for name, child in node["properties"].items() if child is not False}
            for key, child in node.items():
                if key in ("example", "examples", "x-without-operation"):
                    continue
                if key == "allOf" and isinstance(child, list):
                    for branch in child:
                        visit(branch, True)
                elif key in ("schemas", "$defs"):
                    for name, schema in child.items():
                        visit(schema, name in bases)
                else:
                    visit(child, False)

    collect(document)
    visit(document, False)
    return document
