"""No include of src/ points where the design forbids it."""

from pathlib import Path

import include_rules
import pytest
import tree


def test_no_include_is_forbidden():
    tree.expect_none(include_rules.violations(tree.ROOT / "src"), "the rule is the table in include_rules.py")


def test_the_folder_graph_has_no_way_back():
    reached = {folder: {target for target in targets if "/" not in target}
               for folder, targets in include_rules.FOLDERS.items()}
    assert set().union(*reached.values()) <= reached.keys()
    for _ in reached:
        for folder in reached:
            reached[folder] |= {further for target in reached[folder] for further in reached[target]}
    assert [folder for folder in reached if folder in reached[folder]] == []


@pytest.mark.parametrize(("file", "include", "fault"), [
    ("domain/money.hpp", '"codec/json.hpp"', 'domain must not include "codec/json.hpp"'),
    ("app/void_invoice.cpp", '"sqlite/store.hpp"', 'app must not include "sqlite/store.hpp"'),
    ("sqlite/store.cpp", '"mail/mailer.hpp"', 'sqlite must not include "mail/mailer.hpp"'),
    ("sqlite/store.cpp", '"ops/options.hpp"', 'sqlite must not include "ops/options.hpp"'),
    ("http/router.hpp", '"domain/invoice.hpp"', 'http must not include "domain/invoice.hpp"'),
    ("app/close_day.cpp", "<sqlite3.h>", "<sqlite3.h> belongs to sqlite"),
    ("rest/routes.cpp", "<boost/beast/http.hpp>", "<boost/beast/http.hpp> belongs to http"),
    ("domain/instant.cpp", "<unistd.h>", "<unistd.h>: domain does not talk to the system"),
    ("mail/mailer.cpp", "<zlib/zlib.hpp>", "<zlib/zlib.hpp> has no row in VENDORS"),
    ("rest/routes.cpp", '"routes.hpp"', '"routes.hpp" is not written from src/'),
    ("invoices/a.cpp", '"domain/money.hpp"', "the folder invoices has no row in FOLDERS"),
])
def test_a_planted_violation_is_found(tmp_path: Path, file: str, include: str, fault: str):
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text(f"#pragma once\n\n#  include {include}\n")
    assert include_rules.violations(tmp_path) == [f"{file}: {fault}"]


@pytest.mark.parametrize(("file", "include"), [
    ("sqlite/store.cpp", '"ops/log.hpp"'),
    ("http/router.hpp", '"domain/result.hpp"'),
    ("sqlite/store.cpp", "<sqlite3.h>"),
    ("sqlite/store.cpp", "<unistd.h>"),
    ("domain/money.hpp", "<cstdint>"),
    ("domain/money.hpp", '"domain/result.hpp"'),
])
def test_what_is_allowed_passes(tmp_path: Path, file: str, include: str):
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text(f"#include {include}\n")
    assert include_rules.violations(tmp_path) == []
