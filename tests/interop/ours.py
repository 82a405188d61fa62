"""Our side of the interop tests, whatever program it is."""

import json
from abc import ABC, abstractmethod
from typing import Any

from driver import Driver

REPORT = {
    "schema": 1, "reportId": "6921a0f0c0ffee0123456789", "number": 12, "businessDay": "2026-11-22",
    "generatedAt": "2026-11-22T11:00:00.412Z", "totalSales": 310.5,
    "totalSkuQuantities": [{"sku": "DG334", "qt": 2}, {"sku": "DG335", "qt": 1.5}],
}


class Ours(ABC):
    """Running, on one queue."""

    @abstractmethod
    def publish(self) -> dict[str, Any]:
        """Publishes a report; returns its `data`."""

    @abstractmethod
    def handle_one(self) -> dict[str, Any]:
        """Receives one message, deals with it and acknowledges it; returns its `data`."""

    @abstractmethod
    def close(self) -> None:
        """Ends it, however it is."""


class AdapterAlone(Ours):
    """Publisher and inbox without a service around them."""

    def __init__(self, uri: str, queue: str, quorum: bool):
        self._driver = Driver(uri, queue, quorum=quorum)

    def publish(self) -> dict[str, Any]:
        self._driver.publish(REPORT["reportId"], json.dumps({"pattern": "daily_sales_report", "data": REPORT}))
        return REPORT

    def handle_one(self) -> dict[str, Any]:
        got = self._driver.receive()
        assert got["id"] == "", "NestJS gives none; the SHA-256 of the body names it"
        assert self._driver.settle("acknowledge", got)["ok"]
        body = json.loads(got["body"])
        assert body["pattern"] == "daily_sales_report"
        return body["data"]

    def close(self) -> None:
        self._driver.close()


OURS: dict[str, type[Ours]] = {"adapter": AdapterAlone}
