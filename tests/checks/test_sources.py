"""Form of the sources: formatted, of readable size, without traces of one machine."""

import os
import re
import statistics
import subprocess
import warnings
from pathlib import Path

import pytest
import tree

LINES_MAX = 500
LINES_TO_LOOK_AT = 400
# Samples, whose every byte is meant.
EXACT_SUFFIXES = (".eml", ".csv")
EXACT_FOLDERS = ("tests/fuzz/corpus/", "tests/fuzz/findings/")
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(?:home|Users|work|workspace)/[\w.-]+")
# Where the image `dev` has the tree, on every machine.
MOUNT_OF_DEV = Path("/src")


def test_cpp_is_formatted():
    paths = tree.sources("src", "tests", "bench")
    run = subprocess.run(["clang-format-19", "--dry-run", "-Werror", *paths], cwd=tree.ROOT, check=False,
                         capture_output=True, text=True) if paths else None
    unformatted = sorted({os.path.relpath(line.split(":")[0], tree.ROOT)
                          for line in run.stderr.splitlines() if "error:" in line}) if run else []
    tree.expect_none(unformatted, "run clang-format-19 -i on them")
    assert run is None or run.returncode == 0, run.stderr


def test_scripts_pass_shellcheck():
    run = subprocess.run(["shellcheck", "--external-sources", "--source-path", tree.ROOT, *tree.shell_scripts()],
                         cwd=tree.ROOT, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("path", [path for path in tree.shell_scripts() if path.suffix != ".sh"], ids=tree.name)
def test_script_is_executable(path: Path):
    assert os.access(path, os.X_OK)


def test_no_source_file_is_too_long():
    lengths = {tree.name(path): len(path.read_text().splitlines()) for path in tree.sources("src", "tests", "bench")}
    if len(lengths) >= 2:
        deciles = statistics.quantiles(lengths.values(), n=10)
        print(f"{len(lengths)} files, lines: median {deciles[4]:.0f}, ninth decile {deciles[8]:.0f}")
    long = {name: lines for name, lines in lengths.items() if lines > LINES_TO_LOOK_AT}
    if long:
        warnings.warn(f"files over {LINES_TO_LOOK_AT} lines, is each still one idea? {long}", stacklevel=1)
    tree.expect_none([f"{name}: {lines}" for name, lines in long.items() if lines > LINES_MAX],
                     f"split what has over {LINES_MAX} lines")


def test_no_line_ends_in_blanks_and_every_file_in_a_newline():
    faults = []
    for path in tree.files():
        text = tree.text(path)
        if text is None or path.suffix in EXACT_SUFFIXES or tree.name(path).startswith(EXACT_FOLDERS):
            continue
        faults += [f"{tree.name(path)}:{number} ends in blanks"
                   for number, line in enumerate(text.split("\n"), 1) if line != line.rstrip(" \t")]
        if text and not text.endswith("\n"):
            faults.append(f"{tree.name(path)} lacks its last newline")
    tree.expect_none(faults, "an editor that knows .editorconfig does it")


def machine_paths(text: str, root: Path = tree.ROOT) -> list[str]:
    is_named = root != MOUNT_OF_DEV and f"{root}/" in text
    return MACHINE_PATH.findall(text) + ([str(root)] if is_named else [])


def test_no_file_names_a_folder_of_one_machine():
    tree.expect_none([f"{tree.name(path)}: {found}" for path in tree.files()
                      for found in machine_paths(tree.text(path) or "")], "name no folder that only one machine has")


def test_a_planted_machine_path_is_found():
    assert machine_paths("see " + "/home" + "/anna/notes") != []
    assert machine_paths("#include </somewhere/src/a.hpp>", Path("/somewhere")) != []
    assert machine_paths("#include </src/src/a.hpp>", MOUNT_OF_DEV) == []
    for harmless in ("${base}" + "/work" + "/a", "app" + "/home" + "/page", "https://example.org" + "/home"):
        assert machine_paths(harmless) == []
