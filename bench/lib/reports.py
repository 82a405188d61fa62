"""Many sealed reports, for the rows that publish and mail them: so many business days that were never closed, closed."""

import datetime
import json
from pathlib import Path

import split
from dataset import Dataset, import_file, lines

SALES_A_DAY = 100  # each with a SKU of its own, and every second one with the frequent one


def seal(uri: str, broker: split.Broker, days: int, folder: Path) -> None:
    """Closes `days` days and publishes their reports: the queue holds them all."""
    opening = split.open_books(uri, days)
    dataset = Dataset(f"days-{days}", days * SALES_A_DAY, opening.replace(tzinfo=None), datetime.timedelta(days=days))
    file = folder / "sales.ndjson"
    file.write_text("".join(lines(dataset)))
    with split.service("invoice-service", uri) as server:
        created = import_file(server, file)
    if created != dataset.invoices:
        raise RuntimeError(f"{created} of {dataset.invoices} invoices were imported")
    split.run("report-generator", "close", uri=uri, RABBITMQ_URI=broker.uri)
    waiting = split.waiting_reports(broker)
    if waiting != days:
        raise RuntimeError(f"{waiting} reports were published instead of {days}")


def newest(uri: str) -> str:
    """The `data` of the last report, as text."""
    with split.service("invoice-service", uri) as server:
        head = json.loads(server.get("/reports?limit=1")[1])[0]
        report = json.loads(server.get(f"/reports/{head['businessDay']}")[1])
    del report["delivery"]
    return json.dumps(report)
