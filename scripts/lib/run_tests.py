"""The stages of scripts/test. Each is a function that gets a name pattern ('' for all) and returns a Tally."""

import contextlib
import hashlib
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable, Iterator

from results import Tally, read_junit
from tidy import run_tidy

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
RESULTS = BUILD / "test-results"
CASE_TIMEOUT_S = 300
OUTPUT_LINES_SHOWN = 40
NO_VENV = "pip could not install tests/requirements.txt, its words stand above"

# halt_on_error, so that a report is a failing test and not a line in a log nobody reads.
SANITIZER_ENVIRONMENT = {
    "ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1",
    "ASAN_SYMBOLIZER_PATH": "/usr/bin/llvm-symbolizer-19",
    "LSAN_OPTIONS": f"suppressions={ROOT}/cmake/lsan.supp:print_suppressions=0",
    "TSAN_OPTIONS": f"halt_on_error=1:second_deadlock_stack=1:suppressions={ROOT}/cmake/tsan.supp",
    "TSAN_SYMBOLIZER_PATH": "/usr/bin/llvm-symbolizer-19",
    "UBSAN_OPTIONS": "print_stacktrace=1",
}


def failure(name: str, why: str) -> Tally:
    return Tally(failed=[(name, why)])


def say(text: str) -> None:
    print(text, flush=True)


_built: dict[tuple[str, ...], bool] = {}


def build(preset: str, *targets: str) -> bool:
    """Each build runs once however many stages want it; its talk goes straight to the terminal."""
    key = (preset, *targets)
    if key not in _built:
        begin = time.monotonic()
        _built[key] = subprocess.run([ROOT / "scripts/build", *key], check=False).returncode == 0
        say(f"{'built' if _built[key] else 'NOT BUILT':9} {preset:11} {time.monotonic() - begin:7.1f} s")
    return _built[key]


@contextlib.contextmanager
def mongo_server() -> Iterator[dict[str, str]]:
    """The environment with the MongoDB that tests share: the given one, else the test server, started for the stage."""
    folder = ROOT / "tests/support/mongo_server"
    built = subprocess.run([folder / "build"], check=False).returncode == 0
    if not built or "MONGO_URI_TEST" in os.environ:
        yield {}
        return
    sys.path.insert(0, str(folder))
    from server import MongoServer  # pylint: disable=import-outside-toplevel

    with MongoServer() as server:
        yield {"MONGO_URI_TEST": server.uri()}


def run_ctest(preset: str, labels: list[str], pattern: str, stage: str) -> Tally:
    # Tests of the mail talk to an SMTP server that is a Python package.
    python = venv()
    if python is None:
        return failure(f"{stage}: venv", NO_VENV)
    if not build(preset, "invoicing_tests"):
        return failure(f"{stage}: build {preset}", "does not build, the compiler's words stand above")
    junit, log = RESULTS / f"{stage}.xml", RESULTS / f"{stage}.log"
    command = ["ctest", "--test-dir", str(BUILD / preset), "-j", str(os.cpu_count() or 1)]
    command += ["-L", f"^({'|'.join(labels)})$", "--no-tests=ignore", "--timeout", str(CASE_TIMEOUT_S)]
    command += ["--output-junit", str(junit), "--output-on-failure"]
    command += ["-R", pattern] if pattern else []
    servers = "contract" in labels
    with (open(log, "w", encoding="utf-8") as out, test_broker(wanted=servers) as broker,
          mongo_server() if servers else contextlib.nullcontext({}) as mongo):
        environment = os.environ | SANITIZER_ENVIRONMENT | {"INVOICING_TEST_PYTHON": str(python)} | broker | mongo
        code = subprocess.run(command, check=False, stdout=out, stderr=subprocess.STDOUT, env=environment).returncode
    tally = read_junit(junit, "" if preset == "dev" else f"{preset}: ")
    if code != 0 and not tally.failed:
        tally.add(failure(f"{stage}: ctest", tail(log)))
    return tally


@contextlib.contextmanager
def test_broker(wanted: bool) -> Iterator[dict[str, str]]:
    """RABBITMQ_URI_TEST of a RabbitMQ for one stage; none is started where it is given."""
    if not wanted or "RABBITMQ_URI_TEST" in os.environ:
        yield {}
        return
    with subprocess.Popen([sys.executable, "-B", ROOT / "tests/support/rabbit_broker/broker.py"], text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        word, _, uri = process.stdout.readline().strip().partition(" ")
        # Without it every test that needs it fails, and says why.
        yield {"RABBITMQ_URI_TEST": uri} if word == "uri" else {}
        process.stdin.close()


def forget_the_dead() -> None:
    """Removes what killed processes have left in shared memory: the MongoDB driver and libfaketime name it by the
    number of the process, and complain, on stderr, where a number comes again."""
    for left in Path("/dev/shm").glob("*"):
        number = re.fullmatch(r"(?:mongoc-|faketime_shm_|sem\.faketime_sem_)(\d+)", left.name)
        if number and not Path(f"/proc/{number[1]}").exists() and os.access(left, os.W_OK):
            left.unlink(missing_ok=True)


def run_pytest(folder: str, pattern: str, stage: str, side_by_side: int = 1) -> Tally:
    # A folder without tests is no failure of this stage: `all` is the one that needs some.
    if not any((ROOT / folder).rglob("test_*.py")):
        return Tally()
    python = venv()
    if python is None:
        return failure(f"{stage}: venv", NO_VENV)
    forget_the_dead()
    junit, log = RESULTS / f"{stage}.xml", RESULTS / f"{stage}.log"
    command = [str(python), "-B", "-m", "pytest", str(ROOT / folder), "-p", "no:cacheprovider", "-vv", "--tb=short"]
    command += ["--timeout", str(CASE_TIMEOUT_S), f"--junitxml={junit}"]
    command += ["-k", pattern] if pattern else []
    command += ["-n", str(side_by_side), "--dist", "worksteal"] if side_by_side > 1 else []
    with open(log, "w", encoding="utf-8") as out:
        code = subprocess.run(command, check=False, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT).returncode
    tally = read_junit(junit)
    nothing_selected = 5
    if code not in (0, nothing_selected) and not tally.failed:
        tally.add(failure(f"{stage}: pytest", tail(log)))
    return tally


def venv(folder: Path = BUILD / "venv", pins: Path = ROOT / "tests/requirements.txt") -> Path | None:
    """The interpreter of a virtual environment, which is made anew only when the pins or Python itself change."""
    python, stamp = folder / "bin/python", folder / "pins.sha256"
    wanted = hashlib.sha256(pins.read_bytes() + sys.version.encode() + str(ROOT).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    for command in (["python3", "-m", "venv", "--clear", str(folder)],
                    [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                     "-r", str(pins)]):
        if subprocess.run(command, check=False).returncode != 0:
            return None
    stamp.write_text(wanted)
    return python


def fuzzer_venv() -> Path | None:
    """Of schemathesis, which wants another pytest than the tests."""
    return venv(BUILD / "venv-schemathesis", ROOT / "tests/abuse/requirements.txt")


def tail(path: Path) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-OUTPUT_LINES_SHOWN:])


def checks(pattern: str) -> Tally:
    return run_pytest("tests/checks", pattern, "checks")


def unit(pattern: str) -> Tally:
    return run_ctest("dev", ["unit"], pattern, "unit")


def contract(pattern: str) -> Tally:
    return run_ctest("dev", ["contract"], pattern, "contract")


def simulation(pattern: str) -> Tally:
    return run_ctest("dev", ["simulation"], pattern, "simulation")


def asan(pattern: str) -> Tally:
    return run_ctest("asan-ubsan", ["unit", "contract", "simulation"], pattern, "asan")


def tsan(pattern: str) -> Tally:
    return run_ctest("tsan", ["unit", "contract"], pattern, "tsan")


def tidy(pattern: str) -> Tally:
    if not build("dev"):
        return failure("tidy: build dev", "does not build, the compiler's words stand above")
    return run_tidy(ROOT, BUILD / "dev", pattern, say)


def e2e(pattern: str) -> Tally:
    if not build("release"):
        return failure("e2e: build release", "does not build, the compiler's words stand above")
    # They wait more than they compute, each for programs of its own.
    return run_pytest("tests/e2e", pattern, "e2e", side_by_side=1 if pattern else 3)


def web(pattern: str) -> Tally:
    """The page: its types and what it computes, then a browser against the real programs."""
    whole = Tally()
    if subprocess.run([ROOT / "web/install"], check=False).returncode != 0:
        return failure("web: packages", "npm could not install web/package-lock.json, its words stand above")
    # Texts depend on the reader's locale, which is this one here.
    environment = os.environ | {"LC_ALL": "en_US.UTF-8"}
    junit = RESULTS / "web-unit.xml"
    commands = {"web: types": ["npm", "run", "--silent", "check"],
                "web: unit": ["npm", "test", "--silent", "--", "--reporter=junit", f"--outputFile={junit}"]
                             + (["-t", pattern] if pattern else [])}
    for name, command in commands.items():
        run = subprocess.run(command, check=False, cwd=ROOT / "web", capture_output=True, text=True, env=environment)
        if name == "web: types" and not pattern:
            whole.add(failure(name, run.stdout + run.stderr) if run.returncode else Tally(passed=[name]))
        elif junit.exists():
            whole.add(read_junit(junit))
        if name == "web: unit" and run.returncode != 0 and not whole.failed:
            whole.add(failure(name, run.stdout + run.stderr))
    if not build("release"):
        return failure("web: build release", "does not build, the compiler's words stand above")
    whole.add(run_pytest("tests/web", pattern, "web"))
    return whole


def fault(pattern: str) -> Tally:
    if not build("release") or not build("dev", "fault_interposer", "memory_interposer", "open_loop"):
        return failure("fault: build", "does not build, the compiler's words stand above")
    whole = run_pytest("tests/fault", pattern, "fault")
    whole.add(run_pytest("tests/chaos", pattern, "chaos"))
    return whole


def abuse(pattern: str) -> Tally:
    if not build("release"):
        return failure("abuse: build release", "does not build, the compiler's words stand above")
    if fuzzer_venv() is None:
        return failure("abuse: venv", NO_VENV.replace("tests/requirements.txt", "tests/abuse/requirements.txt"))
    return run_pytest("tests/abuse", pattern, "abuse")


def rabbitmq(pattern: str) -> Tally:
    if not build("dev", "rabbit_driver"):
        return failure("rabbitmq: build", "does not build, the compiler's words stand above")
    return run_pytest("tests/rabbitmq", pattern, "rabbitmq")


def interop(pattern: str) -> Tally:
    if not build("release") or not build("dev", "rabbit_driver", "mongoose_partner"):
        return failure("interop: build", "does not build, the compiler's words stand above")
    return run_pytest("tests/interop", pattern, "interop")


# Quick to fail first, slow last.
STAGES: dict[str, Callable[[str], Tally]] = {
    "checks": checks, "unit": unit, "contract": contract, "simulation": simulation, "e2e": e2e, "web": web,
    "abuse": abuse, "fault": fault, "rabbitmq": rabbitmq, "interop": interop, "asan": asan, "tsan": tsan, "tidy": tidy,
}


def report(whole: Tally) -> None:
    for name, output in whole.failed:
        lines = output.strip().splitlines()
        shown = lines if len(lines) <= OUTPUT_LINES_SHOWN else ["..."] + lines[-OUTPUT_LINES_SHOWN:]
        say(f"\n--- {name}\n" + "\n".join(shown))
    say("")
    for name, reason in whole.skipped:
        say(f"skipped {name}: {reason}")
    for name, _ in whole.failed:
        say(f"FAILED  {name}")
    say(whole.line())


def main(arguments: list[str]) -> int:
    part = arguments[0] if arguments else "all"
    pattern = arguments[1] if len(arguments) > 1 else ""
    if part not in (*STAGES, "all") or len(arguments) > 2:
        say(f"usage: scripts/test [all|{'|'.join(STAGES)}] [part of a test's name]")
        return 2
    RESULTS.mkdir(parents=True, exist_ok=True)
    for old in RESULTS.glob("*.xml"):
        old.unlink()
    whole = Tally()
    for name in STAGES if part == "all" else [part]:
        begin = time.monotonic()
        tally = STAGES[name](pattern)
        say(f"{name:10} {tally.line():44} {time.monotonic() - begin:7.1f} s")
        whole.add(tally)
    if whole.total == 0 and pattern:
        whole = failure(f"selection '{pattern}'", f"no test of '{part}' has this in its name")
    elif whole.total == 0 and part == "all":
        whole = failure("all", "not one test ran")
    report(whole)
    return 1 if whole.failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
