"""What a row gives: figures, each with the goal that it is held to."""

import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    what: str  # the two sides and the unit, as the table says it
    value: float
    goal: float | None = None  # None: shown beside the others, held to nothing
    at_least: bool = True  # which side of the goal is the good one
    unit: str = ""  # empty for a ratio
    detail: str = ""  # the absolute figures behind a ratio, of this machine

    def passed(self) -> bool:
        if self.goal is None:
            return True
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def value_text(self) -> str:
        return short(self.value) + (f" {self.unit}" if self.unit else "")

    def goal_text(self) -> str:
        if self.goal is None:
            return ""
        return f"{'≥' if self.at_least else '≤'} {self.goal:g}" + (f" {self.unit}" if self.unit else "")

    def verdict(self) -> str:
        if self.goal is None:
            return ""
        return "pass" if self.passed() else "MISS"


def short(value: float) -> str:
    """Three digits: more would be noise."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def median_ratio(ours: list[float], theirs: list[float]) -> float:
    """Each round against its neighbour in time, so that a machine that slows down between rounds hurts neither."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def middle(values: list[float]) -> float:
    return statistics.median(values)
