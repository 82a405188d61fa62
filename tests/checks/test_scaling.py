"""The simulation behind docs/scaling.md, briefly: its laws hold, and the page shows what it says."""

import importlib.machinery
import importlib.util
import sys
from types import ModuleType

import pytest
import tree

FOLDER = tree.ROOT / "bench/scaling"
sys.path.insert(0, str(FOLDER))
import model  # noqa: E402  (the path above makes it importable)

SMALL = model.Plan(a_day=1_000_000, days=10, shards=8, sample=20_000)


def script(name: str) -> ModuleType:
    loader = importlib.machinery.SourceFileLoader(name, str(FOLDER / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module", name="inputs")
def inputs_fixture() -> model.Inputs:
    return model.read_inputs(FOLDER / "inputs.toml")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_hashed_key_spreads_inserts_and_finds_an_id_on_one_shard(seed: int):
    plan = model.Plan(shards=8, sample=20_000, seed=seed)
    invoices = model.day_of_invoices(plan)
    hashed, by_id, by_date = (model.spread(key, invoices, plan) for key in model.KEYS)
    assert hashed.busiest_hour < 1.3 and hashed.closing_slowest < 1.15 / plan.shards
    assert hashed.of_point_read == 1 and hashed.of_closing == plan.shards
    # What the others are left for: half of the inserts, or all of them, on one shard.
    assert by_id.busiest_hour > plan.shards * (1 - model.KEYED)
    assert by_date.busiest_hour == plan.shards and by_date.of_point_read == plan.shards


def test_every_id_is_its_own_and_has_one_shard():
    invoices = model.day_of_invoices(SMALL)
    assert len({invoice.id for invoice in invoices}) == SMALL.sample
    assert all(0 <= model.hashed(invoice, SMALL) < SMALL.shards for invoice in invoices)
    assert invoices == model.day_of_invoices(SMALL), "the same seed, the same day"


def test_needs_grow_as_they_must(inputs: model.Inputs):
    invoices = model.day_of_invoices(SMALL)
    one = model.needs(SMALL, inputs, invoices)
    twice_a_day = model.needs(model.Plan(a_day=2_000_000, days=10, shards=8, sample=20_000), inputs, invoices)
    twice_as_long = model.needs(model.Plan(a_day=1_000_000, days=20, shards=8, sample=20_000), inputs, invoices)
    more_shards = model.needs(model.Plan(a_day=1_000_000, days=10, shards=16, sample=20_000), inputs, invoices)
    assert twice_a_day.documents_bytes == twice_as_long.documents_bytes == 2 * one.documents_bytes
    assert twice_a_day.closing_seconds == pytest.approx(2 * one.closing_seconds)
    assert twice_as_long.closing_seconds == one.closing_seconds, "a day is a day"
    assert more_shards.shard_ids_bytes == pytest.approx(one.shard_ids_bytes / 2)
    assert more_shards.closing_seconds < 0.6 * one.closing_seconds


def test_the_indexes_measured_are_those_of_the_reference_page(inputs: model.Inputs):
    page = (tree.ROOT / "docs/reference/documents.md").read_text(encoding="utf-8")
    section = page.split("### Indexes")[1].split("##")[0]
    # Those of void invoices, and the one of an option, have next to no entries.
    few = ("void ones only", "sparse")
    rows = [line for line in section.splitlines() if line.startswith("| `") and not any(word in line for word in few)]
    names = {row.split("`")[1] for row in rows}
    assert {table.name for table in inputs.indexes()} - names == {"_id", "_id hashed (of a sharded collection)"}
    assert names <= {table.name for table in inputs.indexes()}


def test_the_page_shows_what_the_simulation_says(inputs: model.Inputs):
    simulate = script("simulate")
    page = simulate.PAGE.read_text(encoding="utf-8")
    assert page == simulate.with_text(page, model.tables(model.Plan(), inputs)), "run bench/scaling/simulate --page"
