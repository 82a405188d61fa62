"""What a load was like, as a row of docs/load.md and as its picture."""

import math
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
BEGIN, END = "<!-- written by tests/load/run --page -->\n", "<!-- until here -->\n"
PICTURE = ("![For each profile the answers a second as bars, and the 99th percentile of their times as a line]"
           "(images/load.svg)\n")
HEAD = ("| profile | requests | seconds | most in a second | shed (503) | wrong | not sent | median ms | p95 ms | p99 ms |"
        " max ms | RssAnon MB at most | thresholds |\n" + "|---" * 13 + "|\n")

WIDTH, PANEL, GAP, LEFT, RIGHT, TOP = 760, 90, 44, 64, 64, 40
MS_MIN, MS_MAX = 1.0, 10_000.0
STYLE = """<style>
text { font: 12px sans-serif; fill: #333 } .title { font-weight: bold } .grid { stroke: #ddd }
.rate { fill: #9ec5e8 } .shed { fill: #e8a33d } .p99 { fill: none; stroke: #b3261e; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) { text { fill: #ddd } .grid { stroke: #444 } .rate { fill: #35607f } }
</style>"""


@dataclass
class Row:
    profile: str
    requests: int
    seconds: int
    second_max: int
    shed: int
    wrong: int
    unsent: int
    median_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float
    memory_mb: float
    held: bool
    by_second: list[tuple[int, int, int, float]]


def line(row: Row) -> str:
    cells = [f"`{row.profile}`", f"{row.requests:,}", row.seconds, f"{row.second_max:,}", f"{row.shed:,}", row.wrong,
             f"{row.unsent:,}", f"{row.median_ms:.1f}", f"{row.p95_ms:.1f}", f"{row.p99_ms:.1f}", f"{row.max_ms:,.0f}",
             f"{row.memory_mb:.1f}", "held" if row.held else "**crossed**"]
    return "| " + " | ".join(map(str, cells)) + " |"


def write(rows: list[Row], machine: str) -> None:
    target = DOCS / "load.md"
    text = target.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    table = HEAD + "".join(line(row) + "\n" for row in rows)
    target.write_text(f"{before}{BEGIN}\n{machine}.\n\n{table}\n{PICTURE}\n{END}{rest.split(END)[1]}", encoding="utf-8")
    (DOCS / "images/load.svg").write_text(picture(rows), encoding="utf-8")


def picture(rows: list[Row]) -> str:
    height = TOP + len(rows) * (PANEL + GAP)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">', STYLE,
             f'<text x="{LEFT}" y="18">Answers a second (left, blue; refused ones orange) and the p99 of each second'
             ' (right, red, logarithmic)</text>']
    for number, row in enumerate(rows):
        parts += panel(row, TOP + number * (PANEL + GAP))
    return "\n".join([*parts, "</svg>\n"])


def panel(row: Row, top: int) -> list[str]:
    bottom, wide = top + PANEL, WIDTH - LEFT - RIGHT
    seconds = row.by_second[-1][0] + 1
    most = max(row.second_max, 1)

    def x(second: float) -> float:
        return LEFT + wide * second / seconds

    def y(answers: float) -> float:
        return bottom - PANEL * answers / most

    def y_ms(ms: float) -> float:
        share = math.log(min(max(ms, MS_MIN), MS_MAX) / MS_MIN) / math.log(MS_MAX / MS_MIN)
        return bottom - PANEL * share

    parts = [f'<text class="title" x="{LEFT}" y="{top - 6}">{row.profile}</text>',
             f'<text x="{LEFT - 6}" y="{top + 10}" text-anchor="end">{most:,}/s</text>',
             f'<text x="{WIDTH - RIGHT}" y="{bottom + 14}" text-anchor="end">{seconds} s</text>']
    for ms in (1, 10, 100, 1000, 10_000):
        parts.append(f'<path class="grid" d="M{LEFT} {y_ms(ms):.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{WIDTH - RIGHT + 6}" y="{y_ms(ms) + 4:.1f}">{ms:,} ms</text>')
    bars = {"rate": lambda answers, refused: (answers - refused, 0),
            "shed": lambda answers, refused: (answers, answers - refused)}
    for kind, span in bars.items():
        steps = []
        for second, answers, refused, _ in row.by_second:
            upper, lower = span(answers, refused)
            if upper > lower:
                steps.append(f"M{x(second):.1f} {y(lower):.1f}V{y(upper):.1f}H{x(second + 1):.1f}V{y(lower):.1f}Z")
        if steps:
            parts.append(f'<path class="{kind}" d="{"".join(steps)}"/>')
    points = " ".join(f"{x(second + 0.5):.1f},{y_ms(p99):.1f}" for second, _, _, p99 in row.by_second)
    return [*parts, f'<polyline class="p99" points="{points}"/>']
