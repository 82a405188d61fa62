"""Strict reading of bodies, and the rules of values that a schema cannot express."""

import csv
import io
import json
from decimal import Decimal
from typing import Any

# Enough of ISO 4217 to notice a wrong number of digits; independent of the table in src/domain.
CURRENCY_DIGITS = {"USD": 2, "EUR": 2, "GBP": 2, "CHF": 2, "JPY": 0, "KRW": 0, "CLP": 0, "KWD": 3, "BHD": 3,
                   "TND": 3}


class Number(Decimal):
    """A JSON number that keeps its text: 1.0010e2 and 100.10 are one Decimal."""

    text: str

    def __new__(cls, text: str) -> "Number":
        number = super().__new__(cls, text)
        number.text = text
        return number


def read_json(text: str) -> Any:
    """Numbers keep their text; a member that stands twice, NaN and Infinity are faults."""
    def once(pairs: list[tuple[str, Any]]) -> dict:
        names = [name for name, _ in pairs]
        assert len(set(names)) == len(names), f"a member stands twice among {names}"
        return dict(pairs)

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    try:
        return json.loads(text, parse_float=Number, parse_constant=refuse, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        raise AssertionError(f"not JSON: {error} in {text[:200]!r}") from error


def read_text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise AssertionError(f"not UTF-8: {error}") from error


def read_lines(body: bytes) -> list[Any]:
    text = read_text(body)
    assert text == "" or text.endswith("\n"), f"the last line has no LF: {text[-200:]!r}"
    return [read_json(line) for line in text.split("\n")[:-1]]


def read_csv(body: bytes, header: list[str]) -> list[dict[str, str]]:
    text = read_text(body)
    assert text.endswith("\r\n"), f"the last row has no CRLF: {text[-200:]!r}"
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert rows[0] == header, f"the header row is {rows[0]}, not {header}"
    for number, row in enumerate(rows[1:], 2):
        assert len(row) == len(header), f"row {number} has {len(row)} cells, not {len(header)}: {row}"
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), f"row {number}: {cell!r} is a formula"
    return [dict(zip(header, row, strict=True)) for row in rows[1:]]


def check_values(value: Any, place: str = "") -> None:
    """Money with exactly its currency's digits, quantities with at most 3 and no trailing zero, `_id` as `id`."""
    if isinstance(value, list):
        for index, child in enumerate(value):
            check_values(child, f"{place}/{index}")
    elif isinstance(value, dict):
        digits = CURRENCY_DIGITS.get(value.get("currency", ""))
        for name in ("amount", "totalSales"):
            if name in value and digits is not None:
                assert _digits(value[name]) == digits, \
                    f"{place}/{name}: {value[name]} has not the {digits} digits of {value['currency']}"
        if "qt" in value:
            digits = _digits(value["qt"])
            trailing_zero = digits != 0 and str(value["qt"]).endswith("0")
            assert 0 <= digits <= 3 and not trailing_zero, f"{place}/qt: {value['qt']} is not in its shortest form"
        if "_id" in value:
            assert value["_id"] == value["id"], f"{place}/_id: {value['_id']} is not the id {value['id']}"
        for name, child in value.items():
            if name != "metadata":
                check_values(child, f"{place}/{name}")


def _digits(number: Any) -> int:
    """Fraction digits as written; -1 for an exponent, which our numbers never have."""
    text = number.text if isinstance(number, Number) else str(number)
    return -1 if "e" in text.lower() else len(text.partition(".")[2])
