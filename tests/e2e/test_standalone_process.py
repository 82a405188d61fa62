"""The one program's own front door: options, commands, exit codes, the lock on its folder."""

import json
import signal

import pytest
from harness.process import run
from harness.standalone import PROGRAM


def one_line(text: str) -> bool:
    return text.count("\n") == 1 and text.startswith(PROGRAM + ": ")


def test_an_interrupt_is_an_orderly_end_too(standalone):
    standalone.start()
    standalone.api.post_invoice()
    standalone.process.signal(signal.SIGINT)
    assert standalone.process.wait() == 0
    log = standalone.data_dir / "invoices.db-wal"
    assert not log.exists() or log.stat().st_size == 0, "nothing is left to recover"


def test_a_second_process_on_the_folder_ends_with_one_line(standalone):
    standalone.start()
    stored = standalone.api.post_invoice()
    second = standalone.run("serve")
    assert second.returncode == 2
    assert one_line(second.stderr) and str(standalone.data_dir) in second.stderr
    assert standalone.api.get(f"/invoices/{stored['id']}").status == 200
    standalone.kill()
    standalone.start()


def test_an_address_in_use_ends_with_one_line(standalone, tmp_path):
    standalone.start()
    other = standalone.run("serve", HTTP_ADDRESS=standalone.url.removeprefix("http://"),
                           DATA_DIR=str(tmp_path / "other"))
    assert other.returncode == 2
    assert one_line(other.stderr) and str(standalone.address()[1]) in other.stderr


@pytest.mark.parametrize("words, named", [
    (["--time-zone", "Mars/Olympus"], "Mars/Olympus"), (["--currency", "XXQ"], "XXQ"),
    (["--cut-off", "25:00"], "25:00"),
    (["--log-level", "loud"], "loud"), (["--nope"], "--nope"), (["fly"], "fly"), (["--auth", "maybe"], "maybe"),
    (["--auth", "off", "--http-address", "0.0.0.0:0"], "ALLOW_OPEN"),
    (["--auth", "off", "--http-address", "[::]:0"], "ALLOW_OPEN"),
    (["--http-address", "nonsense"], "nonsense"), (["--mail-to", "nobody"], "nobody"),
    (["--smtp-uri", "http://mail.example"], "--smtp-uri"), (["--config", "missing.toml"], "missing.toml"),
    (["backup"], "FILE"), (["--http-threads", "-1"], "--http-threads"), (["close", "preview"], "preview"),
    (["--cut-off"], "--cut-off"), (["audit", "--mail"], "--mail")])
def test_wrong_use_ends_with_exit_code_2_and_one_line(tmp_path, words, named):
    ended = run(PROGRAM, *words, DATA_DIR=str(tmp_path / "data"))
    assert ended.returncode == 2
    assert ended.stdout == "" and one_line(ended.stderr), ended.stderr
    assert named in ended.stderr
    assert not (tmp_path / "data").exists(), "nothing was begun"


def test_an_unknown_key_of_the_file_is_named_with_its_line(tmp_path):
    file = tmp_path / "invoices.toml"
    file.write_text('cut_off = "12:00"\n\ncutoff = "13:00"\n')
    ended = run(PROGRAM, "--config", str(file))
    assert ended.returncode == 2
    assert one_line(ended.stderr) and "cutoff" in ended.stderr and "3" in ended.stderr


def test_open_addresses_need_a_word(standalone):
    standalone.start(HTTP_ADDRESS="0.0.0.0:0", AUTH="off", ALLOW_OPEN="true")
    assert standalone.api.get("/invoices").status == 200


def test_flag_beats_variable_beats_file_beats_default(tmp_path):
    file = tmp_path / "invoices.toml"
    file.write_text('cut_off = "01:00"\ntime_zone = "Europe/Rome"\ncurrency = "EUR"\nmongo_uri = "mongodb://x/y"\n')
    shown = run(PROGRAM, "--config", str(file), "--cut-off", "03:00", "--print-config", CUT_OFF="02:00",
                TIME_ZONE="Europe/Paris")
    assert shown.returncode == 0, shown.stderr
    values = {line.split(" = ")[0]: line.split(" = ")[1].split()[0] for line in shown.stdout.splitlines()
              if " = " in line}
    assert (values["cut_off"], values["time_zone"], values["currency"], values["log_level"]) == \
        ('"03:00"', '"Europe/Paris"', '"EUR"', '"info"')


def test_print_config_hides_secrets(tmp_path):
    secret = tmp_path / "password"
    secret.write_text("s3cret-of-file\n")
    for options in ({"SMTP_URI": "smtp://shop:s3cret-of-uri@mail.example:587?tls=required"},
                    {"SMTP_URI": "smtp://shop@mail.example:587", "SMTP_PASSWORD": "s3cret-of-environment"},
                    {"SMTP_URI": "smtp://shop@mail.example:587", "SMTP_PASSWORD_FILE": str(secret)}):
        shown = run(PROGRAM, "--print-config", **options)
        assert shown.returncode == 0, shown.stderr
        assert "mail.example" in shown.stdout and "s3cret" not in shown.stdout + shown.stderr


def test_help_and_version():
    assert run(PROGRAM, "--version").stdout.startswith(PROGRAM + " ")
    shown = run(PROGRAM, "--help").stdout
    for word in ("serve", "close", "preview", "audit", "backup", "health", "--http-address", "--cut-off", "--smtp-uri"):
        assert word in shown


def test_the_health_command(standalone):
    address = "127.0.0.1:1"
    standalone.start()
    assert standalone.run("health", HTTP_ADDRESS=standalone.url.removeprefix("http://")).returncode == 0
    down = standalone.run("health", HTTP_ADDRESS=address)
    assert down.returncode == 1 and "not ready" in down.stderr


def test_commands_that_read_need_a_store(standalone):
    for command in ("audit", "preview"):
        ended = standalone.run(command)
        assert ended.returncode == 1 and one_line(ended.stderr), ended.stderr


def test_the_text_log_is_for_people(standalone):
    standalone.launch(LOG_FORMAT="text")
    standalone.process.signal(signal.SIGTERM)
    standalone.process.wait()
    for line in standalone.process.lines:
        with pytest.raises(json.JSONDecodeError):
            json.loads(line)


def test_a_folder_that_is_not_ours_is_left_alone(standalone):
    standalone.data_dir.mkdir()
    (standalone.data_dir / "invoices.db").write_bytes(b"this is no database, but somebody's file\n" * 100)
    before = (standalone.data_dir / "invoices.db").read_bytes()
    ended = standalone.run("serve")
    assert ended.returncode == 2 and one_line(ended.stderr), ended.stderr
    assert (standalone.data_dir / "invoices.db").read_bytes() == before


def test_replaced_templates(standalone, tmp_path):
    ended = standalone.run("serve", MAIL_TEMPLATES=str(tmp_path / "missing"))
    assert ended.returncode == 2 and one_line(ended.stderr)
