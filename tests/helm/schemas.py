"""Makes the schemas for kubeconform: those of Kubernetes out of the PyPI package kubernetes-validate, those of the
Prometheus Operator's kinds out of its CRDs.
usage: schemas.py PACKAGE_FOLDER CRD_FOLDER OUTPUT_FOLDER VERSION..."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import yaml


def kubernetes(package: Path, output: Path, version: str) -> None:
    folder = f"v{version}-local-strict"
    source = package / "kubernetes-json-schema" / folder
    target = output / folder
    if target.exists():
        return
    making = output / f"{folder}.new"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    for path in source.glob("*.json"):
        schema = json.loads(path.read_text().replace('"/api/_definitions.json', '"_definitions.json'))
        schema.pop("$id", None)
        (making / path.name).write_text(json.dumps(schema))
    making.rename(target)


def closed(schema: Any) -> Any:
    """With unknown fields refused, as the API server prunes them silently."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(value) for key, value in schema.items()}
    if "properties" in result and isinstance(result["properties"], dict):
        result.setdefault("additionalProperties", False)
    return result


def custom(crds: Path, output: Path) -> None:
    for path in crds.glob("*.yaml"):
        spec = yaml.safe_load(path.read_text())["spec"]
        for version in spec["versions"]:
            schema = version["schema"]["openAPIV3Schema"]
            schema["properties"]["metadata"] = {"type": "object"}
            name = f"{spec['names']['kind'].lower()}-{spec['group'].split('.')[0]}-{version['name']}.json"
            (output / name).write_text(json.dumps(closed(schema)))


def main(package: str, crds: str, output: str, *versions: str) -> None:
    Path(output).mkdir(parents=True, exist_ok=True)
    for version in versions:
        kubernetes(Path(package), Path(output), version)
    custom(Path(crds), Path(output))


if __name__ == "__main__":
    main(*sys.argv[1:])
