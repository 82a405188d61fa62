"""How fast the sender brings reports from RabbitMQ to a mail server: one after the other, the ledger before and after."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import reports
import split
from bench import FOLDER, Bench
from figure import Figure, median_ratio, middle, short
from servers import program_of_node

PEER = "a NestJS consumer with nodemailer, acknowledging after the mail, without a ledger, a chart or an attachment"

Start = Callable[[split.Broker, int], AbstractContextManager[None]]


def measure(bench: Bench) -> list[Figure]:
    # The test server adds up every day by reading all invoices: time grows with the square of the days.
    count = 60 if bench.quick else 100
    folder = bench.empty_folder()
    with split.mongo() as mongo, split.broker(folder) as broker:
        uri = mongo.fresh()
        reports.seal(uri, broker, count, folder)

        @contextmanager
        def ours(port: int) -> Iterator[None]:
            with split.service("email-sender", uri, RABBITMQ_URI=broker.uri, DATA_DIR=str(folder),
                               SMTP_URI=f"smtp://127.0.0.1:{port}?tls=off"):
                yield

        @contextmanager
        def nest(port: int) -> Iterator[None]:
            with consumer(broker, port):
                yield

        rates = bench.interleave({"ours": lambda _: mailed(bench, uri, broker, count, ours),
                                  "nest": lambda _: mailed(bench, uri, broker, count, nest)})
        split.database(uri, "drop")
    return [Figure("mails sent a second, RabbitMQ → email-sender → SMTP / NestJS + nodemailer",
                   median_ratio(rates["ours"], rates["nest"]),
                   detail=f"{short(middle(rates['ours']))} against {short(middle(rates['nest']))} a second")]


def mailed(bench: Bench, uri: str, broker: split.Broker, count: int, start: Callable) -> float:
    """Every report is published anew, and nobody has had it."""
    split.purge_reports(broker)
    split.database(uri, "to_publish")
    split.run("report-generator", "close", uri=uri, RABBITMQ_URI=broker.uri)
    folder = bench.empty_folder()
    with split.smtp_server(folder) as port, start(port):
        return split.rate_of(lambda: len(list(folder.glob("*.eml"))), count)


@contextmanager
def consumer(broker: split.Broker, port: int) -> Iterator[None]:
    command = [program_of_node(), FOLDER / "nest/dist/servers/mail_reports.js", broker.uri, split.QUEUE, str(port)]
    with subprocess.Popen(command) as process:
        try:
            yield
        finally:
            process.terminate()
