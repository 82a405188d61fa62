"""Links inside the repository: the file is there, and so is the headline."""

import re
from pathlib import Path

import pytest
import tree

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
PAGES = [path for path in tree.files() if path.suffix == ".md"]


def anchor(headline: str) -> str:
    """As GitHub makes it of a headline."""
    return re.sub(r"[^\w\- ]", "", headline.strip().lower()).replace(" ", "-")


def anchors(path: Path) -> set[str]:
    return {anchor(re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", line.lstrip("#")))
            for line in re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL).splitlines()
            if line.startswith("#")}


@pytest.mark.parametrize("page", PAGES, ids=tree.name)
def test_every_link_of_a_page_leads_somewhere(page: Path):
    broken = []
    for link in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, headline = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists():
            broken.append(f"{link}: no such file")
        elif headline and target.suffix == ".md" and headline not in anchors(target):
            broken.append(f"{link}: no such headline")
    tree.expect_none([f"{tree.name(page)}: {each}" for each in broken], "correct the link or the headline")


def test_a_headline_becomes_its_anchor():
    assert anchor(" What we do: `audit`, 24 h ") == "what-we-do-audit-24-h"
