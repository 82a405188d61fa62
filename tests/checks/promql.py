"""What a query of Prometheus' language names."""

import re

KEYWORDS = {"and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset",
            "inf", "nan"}


def metric_names(query: str) -> set[str]:
    """Every metric that `query` reads. Matchers, durations, groupings, functions and numbers are taken out first."""
    rest = re.sub(r'"[^"]*"', " ", query)
    rest = re.sub(r"\{[^}]*\}|\[[^\]]*\]", " ", rest)
    rest = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", " ", rest)
    rest = re.sub(r"[A-Za-z_][A-Za-z0-9_]*\s*\(", "(", rest)
    return set(re.findall(r"(?<![\w:.$])[A-Za-z_:][A-Za-z0-9_:]*", rest)) - KEYWORDS
