"""What can be said of deploy/helm without helm; the rest is in tests/helm/run."""

import json
import re

import tree
import yaml

CHART = tree.ROOT / "deploy/helm/invoicing"
SERVICES = sorted((CHART / "charts").iterdir())
CONFIGURATION = (tree.ROOT / "docs/reference/configuration.md").read_text(encoding="utf-8")


def test_each_chart_has_the_same_copy_of_what_they_share():
    for name in ("_pod.tpl", "_service.tpl"):
        copies = {(service / "templates" / name).read_bytes() for service in SERVICES}
        assert len(SERVICES) == 3 and len(copies) == 1, f"change one {name}, then copy it to the other charts"


def test_versions_go_together():
    charts = [yaml.safe_load((folder / "Chart.yaml").read_text()) for folder in (CHART, *SERVICES)]
    project = re.search(r"project\(invoicing VERSION (\S+)", (tree.ROOT / "CMakeLists.txt").read_text())[1]
    assert {chart["appVersion"] for chart in charts} == {project}
    assert {part["version"] for part in charts[0]["dependencies"]} == {chart["version"] for chart in charts}


def test_secret_options_are_references_only():
    secrets = set(re.findall(r"^\| `([A-Z_]+)` .*\(secret\) \|$", CONFIGURATION, re.MULTILINE))
    assert secrets, "the page of the options says which are secret"
    for folder in (CHART, *SERVICES):
        schema = json.loads((folder / "values.schema.json").read_text())
        refused = set(schema["$defs"]["options"]["propertyNames"]["not"]["enum"])
        assert secrets <= refused, f"{folder.name}: options takes {sorted(secrets - refused)} in plain text"


def test_options_named_in_values_exist():
    known = set(re.findall(r"^\| `([A-Z_]+)` ", CONFIGURATION, re.MULTILINE))
    for path in (CHART / "values.yaml", *(CHART / "values").glob("*.yaml"),
                 *(service / "values.yaml" for service in SERVICES)):
        named = set(re.findall(r"^ *([A-Z][A-Z_]+): ", path.read_text(), re.MULTILINE))
        assert named <= known, f"{tree.name(path)} names unknown options: {sorted(named - known)}"
