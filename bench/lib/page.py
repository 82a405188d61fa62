"""The table as lines of the terminal and as docs/benchmarks.md.

The page keeps what stands outside its two marks, so that people can write there too.
"""

import datetime
import importlib
import tomllib
from pathlib import Path

from bench import ROOT
from figure import Figure
from machine import Machine

PAGE = ROOT / "docs/benchmarks.md"
LIMITS = ROOT / "bench/rows/limits.toml"
BEGIN, END = "<!-- written by bench/run -->", "<!-- end of what bench/run writes -->"
HEAD = "| row | what | measured | goal | | of this machine | date |\n|---|---|---|---|---|---|---|"
Result = list[Figure] | str


def text_of_row(name: str, result: Result, seconds: float) -> str:
    if isinstance(result, str):
        return f"ERROR {name}: {result}"
    lines = [f"{figure.verdict() or '    ':5} {figure.value_text():>12} {figure.goal_text():>10}  {figure.what}"
             + (f" ({figure.detail})" if figure.detail else "") for figure in result]
    return f"--- {name} ({seconds:.0f} s)\n" + "\n".join(lines)


def table_lines(name: str, result: Result) -> list[str]:
    today = datetime.date.today().isoformat()
    if isinstance(result, str):
        return [f"| `{name}` | could not be measured: {result.replace('|', '/')} | | | **ERROR** | | {today} |"]
    return [f"| `{name}` | {figure.what} | {figure.value_text()} | {figure.goal_text()} | {bold(figure.verdict())} "
            f"| {figure.detail} | {today} |" for figure in result]


def bold(verdict: str) -> str:
    return f"**{verdict}**" if verdict == "MISS" else verdict


def update(results: dict[str, Result], machine: Machine, complete: bool) -> None:
    """All rows, or those measured only; the latter not on another kind of machine than the page is of."""
    before, old, after = split()
    if not complete and machine.kind not in old:
        print("docs/benchmarks.md is of another machine and was left as it is; run all rows to replace it")
        return
    rows = {} if complete else rows_of(old)
    for name, result in results.items():
        rows[name] = table_lines(name, result)
    about = f"Machine: {machine.text()}." if complete else machine_line(old)
    table = "\n".join([HEAD, *(line for lines in rows.values() for line in lines)])
    parts = [f"{before}{BEGIN}", about, table, limits(list(rows)), f"{END}{after}"]
    PAGE.write_text("\n\n".join(parts), encoding="utf-8")


def split() -> tuple[str, str, str]:
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else f"# How fast it is\n\n{BEGIN}{END}\n"
    before, rest = text.split(BEGIN)
    inside, after = rest.split(END)
    return before, inside, after


def rows_of(text: str) -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("| `"):
            rows.setdefault(line.split("`")[1], []).append(line)
    return rows


def machine_line(text: str) -> str:
    return next(line for line in text.splitlines() if line.startswith("Machine: "))


def limits(names: list[str]) -> str:
    """What each row is compared with, and what keeps it from being better."""
    sentences = tomllib.loads(LIMITS.read_text(encoding="utf-8"))
    lines = [f"- `{name}`, against {importlib.import_module(name).PEER}. {sentences[name]}." for name in names]
    return "\n".join(["## What limits each row", "", *lines])
