"""One trial from beginning to end: start, work, strike, start again, check."""

import shutil
import signal
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from harness.process import START_SECONDS
from harness.smtp import SmtpGate
from harness.standalone import Standalone
from harness.waiting import wait_until

from .aftermath import Aftermath, check_file, check_no_halves, known_to_the_ledger
from .control import KILL, Call, Control, SteeredClock, Strike
from .health import Fault, HealthWatch
from .promises import Promises
from .workload import START, Workload

RECIPIENTS = ["anna@shop.example", "bert@shop.example"]


@dataclass
class Outcome:
    """Of a trial in which everything held."""

    struck: list[Call]
    calls: int
    second_mails: int
    # Of the answers that were no success, how many had which code.
    errors: dict[str, int] = field(default_factory=dict)
    seconds_until_healthy: float | None = None

    def __str__(self) -> str:
        healthy = "" if self.seconds_until_healthy is None else f", healthy after {self.seconds_until_healthy:.2f} s"
        first = f", the first {self.struck[0]}" if self.struck else ""
        return (f"held: {len(self.struck)} of {self.calls} calls struck{first}{healthy}, "
                f"answers {self.errors}, second mails {self.second_mails}")


def words_of(strike: Strike, by_smtp: bool) -> str:
    """What tests/fault/all takes to do it again."""
    fault = "" if strike.fault == "kill" else f" --fault {strike.fault}"
    return f"--point '{strike.point}'{fault}{' --smtp' if by_smtp else ''}"


class Unread:
    """In place of the contract: that answers have its form is what tests/e2e looks at, at 40 ms each."""

    def check_answer(self, *_: object) -> None:
        pass


class Struck(Standalone):
    """The program with the library preloaded, which counts its calls or only steers its clock."""

    control: Control
    counted = True
    is_listening = False

    def launch(self, **options: str) -> None:
        self.is_listening = False
        super().launch(**options)

    def wait_until_ready(self) -> None:
        host, port = self.process.wait_for_log("listening")["address"].rsplit(":", 1)
        self._address = (host, int(port))
        self.is_listening = True
        self.wait_for_readiness()

    def environment(self, **options: str) -> dict[str, str]:
        return super().environment(**options) | self.control.environment(self.counted)


class Trial:
    """Folders: root/data and root/backup are watched, the rest is the trial's own."""

    def __init__(self, folder: Path, smtp: SmtpGate | None = None, strike: Strike | None = None):
        self.folder, self.smtp, self.strike = folder, smtp, strike
        self.root = folder / "root"
        (self.root / "backup").mkdir(parents=True)
        self.control = Control(folder, self.root)
        self.system = Struck(folder, Unread())
        self.system.data_dir = self.root / "data"
        self.system.control = self.control
        self.system.clock = SteeredClock(self.control)
        self.backup_file = self.root / "backup/copy.db"
        self.promises = Promises()
        self.kills = strike is not None and strike.action == KILL
        self.workload = Workload(self.system, self.promises, str(self.backup_file),
                                 patient=strike is not None and not self.kills)
        # A server may have mails of other trials: the folder's name makes the recipients this trial's own.
        self.recipients = [f"{folder.name}-{who}" for who in RECIPIENTS]
        # Days pass within seconds here, so that two tries would look like a day of them, and be the last.
        self.system.options = {"MAIL_TO": ",".join(self.recipients), "HTTP_THREADS": "2", "MAIL_RETRY_HOURS": "8760"}
        if smtp:
            self.system.options["SMTP_URI"] = smtp.uri

    def run(self) -> Outcome:
        try:
            self.system.clock.set(START)
            if self.strike:
                self.control.arm(self.strike)
            healthy_after = self.work()
            struck = self.control.struck()
            second_mails = self.check_after_restart()
            return Outcome(struck, self.control.calls(), second_mails, self.promises.errors, healthy_after)
        except Exception as error:
            error.add_note(f"struck: {self.control.struck()[:3]}, folder {self.folder}")
            if self.strike:
                error.add_note(f"again: tests/fault/all {words_of(self.strike, self.smtp is not None)}")
            raise
        finally:
            self.end()

    def work(self) -> float | None:
        """The first life: ends with an orderly stop unless the program was killed. Seconds until it was healthy after
        a fault."""
        watch = HealthWatch(self.fault(), self.system.api, self.promises, self.is_serving)
        with watch if self.workload.patient else nullcontext():
            if self.start():
                self.workload.run()
        process = self.system.process
        if process.running():
            process.signal(signal.SIGTERM)
        code = process.wait()
        killed = self.kills and self.control.begun()
        assert code == 0 or killed and code == -signal.SIGKILL, f"exit code {code}: {process.errors()}"
        return watch.seconds

    def fault(self) -> Fault:
        return self.control

    def start(self) -> bool:
        """False if it was killed on the way. Where the disk fails it may end with one line, and is started again."""
        # By time: a fault of 1.5 s outlasts as many starts as the machine is quick.
        last_try = time.monotonic() + START_SECONDS
        while time.monotonic() < last_try:
            self.system.launch()
            if self.wait_until_ready_or_dead():
                return True
            if self.kills:
                return False
            code, words = self.system.process.wait(), self.system.process.errors()
            assert code == 2 and words.count("\n") == 1, f"exit code {code}: {words}"
        raise AssertionError(f"not started within {START_SECONDS} s")

    def is_serving(self) -> bool:
        return self.system.process is not None and self.system.process.running() and self.system.is_listening

    def wait_until_ready_or_dead(self) -> bool:
        process = self.system.process
        wait_until(lambda: not process.running() or any(line["message"] == "listening" for line in process.log()),
                   "listening", START_SECONDS, pause=0.005)
        if not process.running():
            return False
        try:
            self.system.wait_until_ready()
        except (OSError, AssertionError):
            # A connection breaks a moment before its process has ended.
            wait_until(lambda: not process.running(), "the end of a program that does not answer", pause=0.005)
            return False
        return True

    def check_after_restart(self) -> int:
        """The second life, in which nothing is struck; how many mails came twice."""
        scratch = self.folder / "scratch"
        scratch.mkdir()
        known = set() if self.kills and self.a_command_went_on() else known_to_the_ledger(self.system.data_dir, scratch)
        self.system.counted = False
        self.control.disarm()
        self.system.start()
        aftermath = Aftermath(self.workload, self.recipients)
        aftermath.check()
        aftermath.check_backup(self.backup_file)
        second_mails = aftermath.check_mails(self.mails(), known)
        self.system.stop()
        check_file(self.system.data_dir / "invoices.db")
        check_no_halves(self.system.data_dir / "invoices.db")
        return second_mails

    def a_command_went_on(self) -> bool:
        """`close` found nobody serving any more, and closed and mailed by itself: the ledger is then not the one that
        the killed program left."""
        struck = self.control.struck()
        return bool(struck) and self.control.log()[-1].pid != struck[0].pid

    def mails(self) -> list:
        return self.smtp.mails(containing=self.folder.name.encode()) if self.smtp else self.system.mails()

    def end(self) -> None:
        self.system.clean_up()
        self.control.close()

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
