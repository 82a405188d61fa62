"""The three programs' own front doors: options, commands, exit codes, and the sender with a ledger file."""

import pytest
from harness.process import run
from harness.split import EMAIL_SENDER, INVOICE_SERVICE, PROGRAMS, REPORT_GENERATOR
from harness.waiting import wait_until

DAY = "2026-03-02"
ANNA = "anna@shop.example"


def one_line(program: str, text: str) -> bool:
    return text.count("\n") == 1 and text.startswith(program + ": ")


@pytest.mark.parametrize("program", PROGRAMS)
def test_help_names_the_commands(program):
    helped = run(program, "--help")
    assert helped.returncode == 0
    assert "serve" in helped.stdout and "health" in helped.stdout
    assert run(program, "--version").returncode == 0


@pytest.mark.parametrize("program, words, named", [
    *[(program, words, named) for program in PROGRAMS for words, named in (
        (["--time-zone", "Mars/Olympus"], "Mars/Olympus"), (["--currency", "XXQ"], "XXQ"), (["fly"], "fly"),
        (["--nope"], "--nope"), (["--mongo-uri", "mongodb://u:hidden@a:b:c/?nonsense"], "--mongo-uri"))],
    (INVOICE_SERVICE, ["--auth", "off", "--http-address", "0.0.0.0:0"], "ALLOW_OPEN"),
    (REPORT_GENERATOR, ["--rabbitmq-uri", "amqp://u:hidden@host:0"], "--rabbitmq-uri"),
    (EMAIL_SENDER, ["dead"], "ACTION"), (EMAIL_SENDER, ["dead", "bury"], "dead list"),
    (EMAIL_SENDER, ["dead", "requeue"], "ID"), (EMAIL_SENDER, ["--mail-to", "nobody"], "nobody")])
def test_wrong_use_ends_with_exit_code_2_and_one_line(tmp_path, program, words, named):
    ended = run(program, *words, DATA_DIR=str(tmp_path / "data"))
    assert ended.returncode == 2
    assert ended.stdout == "" and one_line(program, ended.stderr), ended.stderr
    assert named in ended.stderr and "hidden" not in ended.stderr
    assert not (tmp_path / "data").exists(), "nothing was begun"


def test_an_address_in_use_ends_with_one_line(split):
    split.start()
    for program, option in ((INVOICE_SERVICE, "HTTP_ADDRESS"), (REPORT_GENERATOR, "OPS_ADDRESS")):
        address = "{}:{}".format(*split.address_of(program))
        ended = run(program, "serve", **split.environment(**{option: address}))
        assert ended.returncode == 2 and one_line(program, ended.stderr), ended.stderr
        assert address.split(":")[1] in ended.stderr


def test_health_and_metrics_of_the_api_may_have_an_address_of_their_own(split):
    split.launch(INVOICE_SERVICE, OPS_ADDRESS="127.0.0.1:0")
    line = split.processes[INVOICE_SERVICE].wait_for_log("listening")
    assert line["opsAddress"] != line["address"]
    wait_until(lambda: run(INVOICE_SERVICE, "health", OPS_ADDRESS=line["opsAddress"]).returncode == 0, "ready")
    assert {split.api.send("GET", path, None, {}).status for path in ("/healthz", "/readyz", "/metrics")} == {404}
    assert split.api.get("/openapi.json").status == 200


def test_dead_letters_are_listed_requeued_and_dropped(split, smtp):
    smtp.serve("--reply", "rcpt=550 5.1.1 no such user")
    split.clock.set(f"{DAY}T09:00:00Z")
    split.start(SMTP_URI=smtp.uri, MAIL_TO=ANNA)
    assert split.run("dead", "list").stdout == "0 dead letter(s)\n"
    split.clock.set(f"{DAY}T12:00:00Z")
    message_id = split.wait_for_report(DAY, state="dead")["reportId"]
    wait_until(lambda: message_id in split.run("dead", "list").stdout, "the dead letter")
    listed = split.run("dead", "list").stdout
    assert "550" in listed and listed.endswith("1 dead letter(s)\n")
    assert split.run("dead", "drop", "nonsense").returncode == 1
    smtp.serve()
    requeued = split.run("dead", "requeue", message_id)
    assert (requeued.returncode, requeued.stderr) == (0, "")
    wait_until(lambda: [mail.recipient for mail in smtp.mails()] == [ANNA], "the mail")
    assert split.wait_for_report(DAY)["delivery"]["sends"] == 1
    assert split.run("dead", "list").stdout == "0 dead letter(s)\n"


def test_quorum_queues_are_an_option_of_both_sides(split, smtp):
    smtp.serve("--reply-once", "rcpt=451 4.7.1 try again later")
    split.clock.set(f"{DAY}T09:00:00Z")
    split.start(SMTP_URI=smtp.uri, MAIL_TO=ANNA, REPORT_QUEUE_TYPE="quorum")
    split.clock.set(f"{DAY}T12:00:00Z")
    split.wait_for_report(DAY)
    assert [mail.recipient for mail in smtp.mails()] == [ANNA], "through a delay queue"
    lines = split.servers.broker.control("list_queues", "--no-table-headers", "name", "type").splitlines()
    types = {line.split("\t")[1] for line in lines if line.startswith(split.queue)}
    assert types == {"quorum"}
    split.processes[EMAIL_SENDER].stop()
    split.launch(EMAIL_SENDER, REPORT_QUEUE_TYPE="classic")
    wait_until(lambda: "inequivalent arg" in split.get(EMAIL_SENDER, "/readyz"), "refused by the broker")


def test_a_resend_of_what_is_dead_leaves_no_dead_letter(split, smtp):
    smtp.serve("--reply", "rcpt=550 5.1.1 no such user")
    split.clock.set(f"{DAY}T09:00:00Z")
    split.start(SMTP_URI=smtp.uri, MAIL_TO=ANNA)
    split.clock.set(f"{DAY}T12:00:00Z")
    split.wait_for_report(DAY, state="dead")
    wait_until(lambda: "1 dead letter" in split.run("dead", "list").stdout, "the dead letter")
    smtp.serve()
    assert split.api.post(f"/reports/{DAY}/resend").status == 202
    split.wait_for_report(DAY)
    assert len(smtp.mails()) == 1
    assert split.run("dead", "list").stdout == "0 dead letter(s)\n"


def test_a_dropped_letter_is_gone(split, smtp):
    smtp.serve("--reply", "rcpt=550 5.1.1 no such user")
    split.clock.set(f"{DAY}T09:00:00Z")
    split.start(SMTP_URI=smtp.uri, MAIL_TO=ANNA)
    split.clock.set(f"{DAY}T12:00:00Z")
    message_id = split.wait_for_report(DAY, state="dead")["reportId"]
    wait_until(lambda: split.run("dead", "drop", message_id).returncode == 0, "dropped", pause=0.2)
    assert split.run("dead", "list").stdout == "0 dead letter(s)\n"


def test_a_test_mail_says_what_became_of_it(split, smtp):
    options = {"SMTP_URI": smtp.uri, "MAIL_TO": f"{ANNA},bert@shop.example"}
    tried = split.run("send-test", **options)
    assert tried.returncode == 1 and f"{ANNA}: not now (unreachable)" in tried.stderr
    smtp.serve("--reply", "rcpt:bert@shop.example=550 5.1.1 no such user")
    tried = split.run("send-test", **options)
    assert tried.returncode == 1
    assert f"{ANNA}: taken" in tried.stderr and "bert@shop.example: refused" in tried.stderr
    smtp.serve()
    tried = split.run("send-test", **options)
    assert (tried.returncode, tried.stdout.count(": taken")) == (0, 2)
    assert all("preview" in mail.subject.lower() for mail in smtp.mails())


def test_a_sender_without_the_database_keeps_a_ledger_file_and_is_alone_on_it(split, smtp):
    smtp.serve("--reply-once", "rcpt=550 5.1.1 no such user")
    split.clock.set(f"{DAY}T09:00:00Z")
    split.options = {"SMTP_URI": smtp.uri, "MAIL_TO": ANNA}
    split.launch(INVOICE_SERVICE, REPORT_GENERATOR)
    split.launch(EMAIL_SENDER, MONGO_URI="")
    split.options.pop("MONGO_URI")
    split.wait_until_ready()
    second = run(EMAIL_SENDER, "serve", **split.environment(MONGO_URI="", OPS_ADDRESS="127.0.0.1:0"))
    assert second.returncode == 2
    assert one_line(EMAIL_SENDER, second.stderr) and str(split.data_dir) in second.stderr
    split.clock.set(f"{DAY}T12:00:00Z")
    report = split.wait_for_report(DAY, state="published")
    wait_until(lambda: report["reportId"] in split.run("dead", "list", MONGO_URI="").stdout, "a dead letter", pause=0.2)
    held = split.run("dead", "requeue", report["reportId"], MONGO_URI="")
    assert held.returncode == 1 and "Stop the sender" in held.stderr
    split.processes[EMAIL_SENDER].stop()
    assert split.run("dead", "requeue", report["reportId"], MONGO_URI="").returncode == 0
    split.launch(EMAIL_SENDER, MONGO_URI="")
    wait_until(lambda: len(smtp.mails()) == 1, "the mail")
    assert split.report(DAY)["delivery"]["state"] == "published", "nobody tells the database"
