"""`script/run NAME`: one line of the Procfile, as systemd and containers start it; and that these name every line and copy none."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import procfile

ROOT = procfile.ROOT
DEPLOYING = ROOT / "docs" / "deploying"
LINES = """release: echo made
say: echo $GROUP_NAME, $WEB_PORT, $0
who: python -c 'import os, sys; print(os.getpid(), sys.executable)'
"""


def run(folder: Path, *words: str) -> subprocess.Popen[str]:
    (folder / "Procfile").write_text(LINES)
    one = [sys.executable, str(ROOT / "script" / "one.py"), *words]
    env = {"PATH": os.environ["PATH"]}
    return subprocess.Popen(one, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def test_a_line_has_the_settings_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('GROUP_NAME="Larkfield Neighbours"\nWEB_PORT=8123\n')
    assert run(tmp_path, "say", str(tmp_path)).communicate()[0] == "Larkfield Neighbours, 8123, /bin/sh\n"


def test_it_becomes_the_process_itself_with_our_python(tmp_path: Path) -> None:
    process = run(tmp_path, "who", str(tmp_path))
    assert process.communicate()[0].split() == [str(process.pid), sys.executable]


def test_a_line_that_is_not_there_is_said(tmp_path: Path) -> None:
    process = run(tmp_path, "wbe", str(tmp_path))
    assert process.communicate()[0] == "Say which: script/run release|say|who [folder]\n"
    assert process.returncode == 1


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    process = run(tmp_path, "say", f"{tmp_path}/another")
    assert process.communicate()[0] == f"{tmp_path}/another cannot be used: No such file or directory.\n"
    assert process.returncode == 1


def test_junk_in_the_settings_is_said_by_its_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("WEB_PORT=8123\ndear diary\n")
    process = run(tmp_path, "say", str(tmp_path))
    assert process.communicate()[0] == "Line 2 of .env cannot be understood.\n"
    assert process.returncode == 1


def test_systemd_wants_every_line_and_no_other() -> None:
    wanted = re.findall(r"helpline@(\w+)\.service", (DEPLOYING / "helpline.target").read_text())
    assert ["release", *wanted] == list(procfile.lines(ROOT / "Procfile"))


def test_while_the_database_is_away_the_release_unit_goes_on_starting(tmp_path: Path) -> None:
    """It must not fail even once: systemd then gives up whatever waits for it, although it would be started again itself."""
    unit = (DEPLOYING / "helpline-release.service").read_text()
    assert "Restart=" not in unit
    (tmp_path / "run").write_text(f'#!/bin/sh\necho "$@" >>{tmp_path}/tries\ntest "$(wc -l <{tmp_path}/tries)" = 3\n')
    (tmp_path / "run").chmod(0o700)
    start = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    begun = shlex.split(
        start[0].replace("/opt/helpline/script/run", str(tmp_path / "run")).replace("sleep 5", "sleep 0")
    )
    subprocess.run(begun, check=True, timeout=20)
    assert (tmp_path / "tries").read_text() == "release /var/lib/helpline\n" * 3


def test_a_line_is_copied_nowhere() -> None:
    for file in DEPLOYING.iterdir():
        said = file.read_text()
        assert "uvicorn" not in said, file.name
        assert "-m workers" not in said, file.name
        assert "helpline migrate" not in said, file.name


def test_into_an_image_goes_what_runs_and_nothing_that_lies_beside_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = project["tool"]["uv"]["build-backend"]["module-name"]
    first, *rules = [one for one in (ROOT / ".dockerignore").read_text().splitlines() if not one.startswith("#")]
    assert first == "*"
    let_in = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    files = {"LICENSE", "Procfile", "pyproject.toml", "requirements.txt", "requirements-uv.txt"}
    assert let_in == {"script", *files, *packages}
