"""tests/simulation/prove_mutations takes long and runs seldom: that each mutation still fits its file is seen here."""

import tomllib

import pytest
from tree import ROOT

MUTATIONS = sorted((ROOT / "tests/simulation/mutations").glob("*.toml"))


def test_there_are_mutations():
    assert MUTATIONS


@pytest.mark.parametrize("path", MUTATIONS, ids=lambda path: path.stem)
def test_a_mutation_applies(path):
    mutation = tomllib.loads(path.read_text())
    standing = (ROOT / mutation["file"]).read_text().count(mutation["old"])
    assert standing == 1, f"its old text stands {standing} times in {mutation['file']}: write it anew"
