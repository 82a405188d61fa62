"""The same sums from both sides: all reports, and all invoices, each read through the API alone."""

from collections import Counter
from decimal import Decimal
from typing import Any

from .client import Api


class Figures:
    """Per currency invoices, amount and voids; per SKU the quantity. Zeros do not count."""

    def __init__(self) -> None:
        self.sums: Counter = Counter()

    def add_report_part(self, part: dict) -> None:
        """A day's figures, a correction, or the opening balance."""
        for total in part["totals"]:
            for figure in ("invoices", "amount", "voids"):
                self.sums[total["currency"], figure] += Decimal(total[figure])
        for sku in part.get("skuQuantities", part.get("totalSkuQuantities")):
            self.sums["sku", sku["sku"]] += Decimal(sku["qt"])

    def add_report(self, report: dict) -> None:
        for part in [report, *report["corrections"], *filter(None, [report["openingBalance"]])]:
            self.add_report_part(part)

    def add_invoice(self, invoice: dict) -> None:
        if invoice["status"] == "void":
            self.sums[invoice["currency"], "voids"] += 1
            return
        self.sums[invoice["currency"], "invoices"] += 1
        self.sums[invoice["currency"], "amount"] += Decimal(invoice["amount"])
        for item in invoice["items"]:
            self.sums["sku", item["sku"]] += Decimal(item["qt"])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Figures) and self._without_zeros() == other._without_zeros()

    def __repr__(self) -> str:
        return repr(self._without_zeros())

    def _without_zeros(self) -> dict:
        return {name: value for name, value in self.sums.items() if value != 0}


def all_reports(api: Api) -> list[Any]:
    """Whole, oldest first."""
    summaries = api.list("/reports")
    return [api.get(f"/reports/{summary['businessDay']}").json() for summary in reversed(summaries)]


def reported(reports: list[Any]) -> Figures:
    figures = Figures()
    for report in reports:
        figures.add_report(report)
    return figures


def invoiced(api: Api, before: str) -> Figures:
    """Of all invoices dated before an instant."""
    figures = Figures()
    for invoice in api.stream().lines():
        if invoice["date"] < before:
            figures.add_invoice(invoice)
    return figures


def check_chain(reports: list[Any]) -> None:
    """Numbers without a gap, windows that meet, an id for each."""
    assert [report["number"] for report in reports] == list(range(1, len(reports) + 1))
    assert len({report["reportId"] for report in reports}) == len(reports)
    for before, after in zip(reports, reports[1:], strict=False):
        assert before["to"] == after["from"], f"report {after['number']} does not begin where the last one ends"
        assert before["businessDay"] < after["businessDay"]


def check_sums(api: Api) -> list[Any]:
    """What was reported is what was sold; returns the reports."""
    reports = all_reports(api)
    check_chain(reports)
    told, sold = reported(reports), invoiced(api, before=reports[-1]["to"])
    assert told == sold, f"reported is {told}, sold was {sold}"
    return reports
