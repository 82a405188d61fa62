"""One trial from beginning to end: start, work, strike, start again, check."""

import shutil
import signal
from dataclasses import dataclass, field
from pathlib import Path

from harness.process import START_SECONDS
from harness.smtp import SmtpGate
from harness.standalone import Standalone
from harness.waiting import wait_until

from .aftermath import Aftermath, check_file, check_no_halves, known_to_the_ledger
from .control import Call, Control, Strike
from .promises import Promises
from .workload import START, Workload

RECIPIENTS = ["anna@shop.example", "bert@shop.example"]


@dataclass
class Outcome:
    """Of a trial in which everything held."""

    struck: list[Call]
    calls: int
    second_mails: int
    errors: dict[str, int] = field(default_factory=dict)


class Unread:
    """In place of the contract: that answers have its form is what tests/e2e looks at, at 40 ms each."""

    def check_answer(self, *_: object) -> None:
        pass


class Struck(Standalone):
    """The program with the library preloaded, until it is taken off."""

    control: Control | None = None

    def environment(self, **options: str) -> dict[str, str]:
        given = super().environment(**options)
        if self.control is None:
            return given
        mine = self.control.environment()
        return given | mine | {"LD_PRELOAD": f"{mine['LD_PRELOAD']} {given['LD_PRELOAD']}"}


class Trial:
    """Folders: root/data and root/backup are watched, the rest is the trial's own."""

    def __init__(self, folder: Path, smtp: SmtpGate | None = None, patient: bool = False):
        self.folder, self.smtp = folder, smtp
        self.root = folder / "root"
        (self.root / "backup").mkdir(parents=True)
        self.control = Control(folder, self.root)
        self.system = Struck(folder, Unread())
        self.system.data_dir = self.root / "data"
        self.system.control = self.control
        self.backup_file = self.root / "backup/copy.db"
        self.promises = Promises()
        self.workload = Workload(self.system, self.promises, str(self.backup_file), patient)
        # A server may have mails of other trials: the folder's name makes the recipients this trial's own.
        self.recipients = [f"{folder.name}-{who}" for who in RECIPIENTS]
        self.system.options = {"MAIL_TO": ",".join(self.recipients), "HTTP_THREADS": "2"}
        if smtp:
            self.system.options["SMTP_URI"] = smtp.uri

    def run(self, strike: Strike | None) -> Outcome:
        """Kills: the program dies in the middle, or a command of it does; then the whole is checked."""
        try:
            self.system.clock.set(START)
            if strike:
                self.control.arm(strike)
            self.work()
            struck = self.control.struck()
            second_mails = self.check_after_restart()
            return Outcome(struck, self.control.calls(), second_mails, self.promises.errors)
        except Exception as error:
            error.add_note(f"struck: {self.control.struck()[:3]}, folder {self.folder}")
            if strike:
                error.add_note(f"again: tests/fault/all --point '{strike.point}'{' --smtp' if self.smtp else ''}")
            raise
        finally:
            self.end()

    def work(self) -> None:
        """The first life. Ends with an orderly stop unless the program was killed."""
        self.system.launch()
        if self.wait_until_ready_or_dead():
            self.workload.run()
        process = self.system.process
        if process.running():
            process.signal(signal.SIGTERM)
        code = process.wait()
        expected = (0, -signal.SIGKILL) if self.control.hits() else (0,)
        assert code in expected, f"exit code {code}: {process.errors()}"

    def wait_until_ready_or_dead(self) -> bool:
        process = self.system.process
        wait_until(lambda: not process.running() or any(line["message"] == "listening" for line in process.log()),
                   "listening", START_SECONDS, pause=0.005)
        if not process.running():
            return False
        try:
            self.system.wait_until_ready()
        except (OSError, AssertionError):
            if process.running():
                raise
            return False
        return True

    def check_after_restart(self) -> int:
        """The second life, without the library; how many mails came twice."""
        scratch = self.folder / "scratch"
        scratch.mkdir()
        known = set() if self.a_command_went_on() else known_to_the_ledger(self.system.data_dir, scratch)
        self.system.control = None
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
