"""More writes at once than can be done: some are refused with the time to wait, nothing of them is stored, everything
accepted is, reading goes on, and afterwards all is as before. tests/fault/overload measures what it costs."""

import json

import open_loop

CLIENTS = 700
SECONDS = 3


def stored_references(standalone) -> list[str]:
    answer = standalone.api.send("GET", "/invoices", None, {"Accept": "application/x-ndjson"})
    return [json.loads(line)["reference"] for line in answer.body.splitlines()]


def test_too_many_writes_are_refused_and_the_others_stored(standalone, tmp_path):
    standalone.start()
    port = standalone.address()[1]
    load = open_loop.start(port, connections=CLIENTS, seconds=SECONDS, name="flood", accepted=tmp_path / "flood")
    reads = open_loop.run(port, get="/healthz", connections=4, seconds=SECONDS / 2)
    flood = open_loop.finish(load, tmp_path / "flood")
    assert (reads.unanswered, reads.broken, set(reads.statuses)) == (0, 0, {"200"}), "who does not write is served"
    assert (flood.unanswered, flood.broken) == (0, 0), "every request has an answer"
    assert set(flood.statuses) == {"201", "503"}, flood.statuses
    assert flood.without_retry_after == 0
    assert flood.count(201) == len(flood.accepted) > 100
    stored = stored_references(standalone)
    assert sorted(stored) == sorted(f"flood-{number}" for number in flood.accepted)

    calm = open_loop.run(port, tmp_path / "calm", connections=16, seconds=1, name="calm")
    assert set(calm.statuses) == {"201"}, "it recovers at once"
    assert len(stored_references(standalone)) == len(stored) + len(calm.accepted)
    assert standalone.api.get("/readyz").status == 200
