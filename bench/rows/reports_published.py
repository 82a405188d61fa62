"""How fast the generator brings sealed reports to RabbitMQ: one after the other, each confirmed and noted."""

from pathlib import Path

import reports
import split
from bench import Bench
from figure import Figure, median_ratio, middle, short
from servers import Server

PEER = "NestJS's RabbitMQ client, which sends the same report, persistent and confirmed, one after the other, and " \
    "keeps no record of it"


def measure(bench: Bench) -> list[Figure]:
    # The test server adds up every day by reading all invoices: time grows with the square of the days.
    count = 60 if bench.quick else 100
    folder = bench.empty_folder()
    with split.mongo() as mongo, split.broker(folder) as broker:
        uri = mongo.fresh()
        reports.seal(uri, broker, count, folder)
        report = folder / "report.json"
        report.write_text(reports.newest(uri))
        rates = bench.interleave({"ours": lambda _: published(uri, broker, count),
                                  "nest": lambda _: emitted(broker, count, report)})
        split.database(uri, "drop")
    return [Figure("reports published a second, generator → RabbitMQ / NestJS's client alone",
                   median_ratio(rates["ours"], rates["nest"]),
                   detail=f"{short(middle(rates['ours']))} against {short(middle(rates['nest']))} a second, "
                          f"{count} reports of 100 SKUs")]


def published(uri: str, broker: split.Broker, count: int) -> float:
    split.database(uri, "to_publish")
    split.purge_reports(broker)
    with split.service("report-generator", uri, RABBITMQ_URI=broker.uri) as generator:
        rate = split.rate_of(lambda: confirmed(generator), count)
    if (waiting := split.waiting_reports(broker)) != count:
        raise RuntimeError(f"{waiting} messages instead of {count}")
    return rate


def confirmed(generator: Server) -> int:
    for line in generator.get("/metrics")[1].decode().splitlines():
        if line.startswith('rabbitmq_publishes_total{outcome="confirmed"}'):
            return int(float(line.split()[1]))
    return 0


def emitted(broker: split.Broker, count: int, report: Path) -> float:
    return float(split.node("publish_reports", broker.uri, split.QUEUE, count, report))
