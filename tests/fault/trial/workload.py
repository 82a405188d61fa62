"""The work of a trial: four clients post and void, one imports, two days are closed and mailed, a backup is made.

Clients note what they were told. `patient` ones live through failing answers and ask again with the same key;
all of them end when the program is gone.
"""

import http.client
import json
import threading
import time
from collections.abc import Callable

from harness.client import JSON, NDJSON, Answer, invoice, json_bytes
from harness.clock import instant
from harness.standalone import Standalone

from .promises import CERTAINLY_NOT, Post, Promises

START = "2026-03-02T09:00:00Z"
CUT_OFFS = ["2026-03-02T12:00:00Z", "2026-03-03T12:00:00Z", "2026-03-04T12:00:00Z"]
DAYS = ["2026-03-02", "2026-03-03", "2026-03-04"]
# In the window before the books were opened, in the first day, and now.
DATES = [{"date": "2026-03-01T08:00:00Z"}, {"date": "2026-03-02T08:30:00Z"}, {}, {}]
CLIENTS, POSTS_EACH, LINES = 4, 80, 60
# Pages to write: a commit costs two calls, the backup and the last checkpoint one for each page.
PADDING = {f"note {number}": "x" * 500 for number in range(4)}
PATIENCE_SECONDS = 30
PAUSE_SECONDS = 0.02


class Gone(Exception):
    """The program does not answer any more."""


class Workload:
    def __init__(self, system: Standalone, promises: Promises, backup_file: str, patient: bool):
        self.system, self.promises, self.patient = system, promises, patient
        self._backup_file = backup_file
        self.answered = 0
        self._threads: list[threading.Thread] = []

    def run(self) -> None:
        """Returns when all is done, or soon after the program has ended."""
        try:
            self._phases()
        except Gone:
            pass
        for thread in self._threads:
            thread.join()

    def _phases(self) -> None:
        for client in range(CLIENTS):
            self._spawn(self._trade, client)
        self._spawn(self._import)
        whole = CLIENTS * POSTS_EACH
        self._wait(lambda: self.answered >= whole // 3, "the first third of the posts")
        self._close_day(0)
        self._spawn(self._back_up)
        self._wait(lambda: self.answered >= 2 * whole // 3, "the second third of the posts")
        self._close_day(1)
        for thread in self._threads:
            thread.join()
        self.wait_for_mails(2)

    def wait_for_mails(self, reports: int) -> None:
        """Until that many days are sealed and with everybody. What has to wait for its next try gets there sooner."""
        step = time.monotonic() + 0.5
        found: list[dict] = []

        def settled() -> bool:
            nonlocal step, found
            found = self._get("/reports")
            if [entry["deliveryState"] for entry in found] == ["done"] * reports:
                return True
            if time.monotonic() > step:
                step = time.monotonic() + 0.5
                self.system.clock.advance(seconds=60)
            return False

        self._wait(settled, lambda: f"{reports} reports with everybody, not {found}")

    def post(self, post: Post) -> Answer:
        """One try; notes what came of it."""
        headers = JSON | ({"Idempotency-Key": post.key} if post.key else {})
        answer = self._send("/invoices", post.body, headers)
        self.answered += 1
        if answer.status == 201:
            told = json.loads(answer.body)["id"]
            self.promises.expect(post.stored in (None, answer.body), f"a replay differs: {answer} {post.stored!r}")
            post.stored, post.invoice_id, post.refused = answer.body, told, False
        else:
            post.refused = self._is_certain_refusal(answer)
        return answer

    def import_lines(self) -> list[dict]:
        """All lines in one request; the results that have come, however it ended."""
        lines = list(self.promises.lines.values())
        try:
            body = self._send("/invoices/import", b"\n".join(post.body for post in lines), NDJSON).body
        except http.client.IncompleteRead as cut:
            body = cut.partial[:cut.partial.rfind(b"\n") + 1]
        results = [json.loads(line) for line in body.splitlines()]
        for result in results:
            post = lines[result["line"] - 1]
            if result["status"] == "failed":
                self.promises.note_error(result["code"])
                post.refused = post.invoice_id is None and result["code"] in CERTAINLY_NOT
            else:
                self.promises.expect(post.invoice_id in (None, result["id"]), f"two ids for {post.key}")
                post.invoice_id, post.refused = result["id"], False
        return results

    def void(self, invoice_id: str) -> None:
        self.promises.voids_asked.add(invoice_id)

        def made() -> bool:
            answer = self._send(f"/invoices/{invoice_id}/void", b'{"reason":"entered twice"}', JSON)
            if answer.status != 200:
                self._is_certain_refusal(answer)
            return answer.status == 200

        if self._persist(made):
            self.promises.voids_made.add(invoice_id)

    def _trade(self, client: int) -> None:
        """Every fourth client sends no keys; each void follows the invoice's own acknowledgement."""
        try:
            for number in range(POSTS_EACH):
                reference = f"P-{client}-{number}"
                key = None if client == 3 else reference
                body = json_bytes(invoice(f"{client * 1000 + number}.10", reference=reference, metadata=PADDING,
                                          **DATES[number % 4]))
                post = self.promises.posts[reference] = Post(reference, body, key)
                if self._persist(lambda post=post: self.post(post).status == 201, again=key is not None) \
                        and number % 4 == client % 4:
                    self.void(post.invoice_id)
        except (Gone, http.client.IncompleteRead):
            pass

    def _import(self) -> None:
        for number in range(LINES):
            reference = f"L-{number}"
            body = json_bytes(invoice(f"7.{number:02}", reference=reference, idempotencyKey=reference,
                                      metadata=PADDING, **DATES[number % 4]))
            self.promises.lines[reference] = Post(reference, body, reference)
        try:
            self._persist(lambda: sum(result["status"] != "failed" for result in self.import_lines()) == LINES)
        except Gone:
            pass

    def _close_day(self, index: int) -> None:
        """Asked for, so that it comes now; when that fails, the program does it by itself a little later."""
        self.system.clock.set(instant(CUT_OFFS[index]))
        self._check_running()
        self.system.run("close")

    def _back_up(self) -> None:
        self.promises.before_backup = set(self.promises.acknowledged())
        self.promises.backup_code = self.system.run("backup", self._backup_file).returncode

    def _persist(self, work: Callable[[], bool], again: bool = True) -> bool:
        end = time.monotonic() + PATIENCE_SECONDS
        while not work():
            if not again or not self.patient:
                return False
            if time.monotonic() > end:
                self.promises.expect(False, f"no success within {PATIENCE_SECONDS} s")
                return False
            time.sleep(PAUSE_SECONDS)
        return True

    def _is_certain_refusal(self, answer: Answer) -> bool:
        code = json.loads(answer.body)["code"] if answer.status >= 500 else f"status {answer.status}"
        self.promises.expect(self.patient and answer.status in (503, 507), f"unexpected answer {answer}")
        self.promises.note_error(code)
        return code in CERTAINLY_NOT

    def _send(self, target: str, body: bytes, headers: dict[str, str]) -> Answer:
        try:
            return self.system.api.send("POST", target, body, headers)
        except http.client.IncompleteRead:
            raise
        except (OSError, http.client.HTTPException) as error:
            raise Gone from error

    def _get(self, target: str) -> list:
        try:
            answer = self.system.api.send("GET", target, None, {})
        except (OSError, http.client.HTTPException) as error:
            raise Gone from error
        return json.loads(answer.body) if answer.status == 200 else []

    def _wait(self, condition: Callable[[], bool], goal: str | Callable[[], str]) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            self._check_running()
            if time.monotonic() > end:
                words = goal if isinstance(goal, str) else goal()
                self.promises.expect(False, f"waited {PATIENCE_SECONDS} s in vain for {words}")
                raise Gone
            time.sleep(0.005)

    def _check_running(self) -> None:
        if not self.system.process.running():
            raise Gone

    def _spawn(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments)
        self._threads.append(thread)
        thread.start()
