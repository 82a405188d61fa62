"""GET /invoices/{id} on MongoDB: our service and a NestJS service on mongoose, in the same database."""

import post_mongo
import split
from bench import Bench
from dataset import import_file, spread, text_file
from figure import Figure

PEER = "NestJS 11 on express, mongoose 8 with as many connections, without its document objects (`lean`)"
INVOICES = 20_000
IDS = 10_000


def measure(bench: Bench) -> list[Figure]:
    dataset = spread(INVOICES)
    ids = bench.empty_folder() / "ids.txt"
    with split.mongo() as mongo:
        uri = mongo.fresh()
        with split.service("invoice-service", uri) as ours, split.nest_service(uri, makes_indexes=False) as nest:
            import_file(ours, text_file(dataset))
            ids.write_text(split.database(uri, "ids", IDS))
            post_mongo.load(bench, ours, "--ids", ids)
            runs = bench.interleave({"ours": lambda number: post_mongo.load(bench, ours, "--ids", ids),
                                     "nest": lambda number: post_mongo.load(bench, nest, "--ids", ids)})
        split.database(uri, "drop")
    return post_mongo.figures("`GET /invoices/{id}` on MongoDB", runs, cpu_goal=0.5)
