"""The systemd units an office installs: understood by systemd, fenced, and naming only commands that exist."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from office import HOUSE
from typer.main import get_command

from deployments.commands import app

FOLDER = HOUSE / "deployments" / "systemd"
UNITS = sorted(FOLDER.glob("*.service"))
TIMERS = sorted(FOLDER.glob("*.timer"))
PROGRAM = "/opt/dunghan/.venv/bin/dunghan"
STRICTEST = 20  # tenths of systemd's measure of exposure; measured: 1.4
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
with_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")


def named(file: Path) -> str:
    return file.name


def values(file: Path, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", file.read_text("utf-8"), re.MULTILINE)


def fence(file: Path) -> str:
    return file.read_text("utf-8").split("# What this service may not do", 1)[1].split("\n\n", 1)[0].strip()


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units as installed, with a program that is there: systemd looks for it."""
    program = shutil.which("true") or sys.executable
    for file in (*UNITS, *TIMERS):
        (tmp_path / file.name).write_text(file.read_text("utf-8").replace(PROGRAM, program), "utf-8")
    return tmp_path


@with_systemd
def test_systemd_finds_nothing_to_say_against_any_unit(units: Path) -> None:
    names = [str(units / file.name) for file in (*UNITS, *TIMERS)]
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names], capture_output=True, text=True, check=False
    )
    about_ours = [line for line in found.stderr.splitlines() if "dunghan" in line]
    assert (found.returncode, about_ours) == (0, []), found.stderr


@with_systemd
@pytest.mark.parametrize("unit", UNITS, ids=named)
def test_a_unit_may_do_little(unit: Path) -> None:
    asked = ["systemd-analyze", "security", "--offline=true", f"--threshold={STRICTEST}", "--no-pager", str(unit)]
    found = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout.splitlines()[-1:]


@with_systemd
@pytest.mark.parametrize(
    ("timer", "utc"),
    [
        ("dunghan-watchdog.timer", ["02:00:00", "04:00:00"]),  # 09:00 and 11:00, after the sweeps of 07:30 and 10:30
        ("dunghan-backup.timer", ["11:30:00"]),  # 18:30, when the day's work is done
    ],
)
def test_a_timer_means_an_hour_of_viet_nam(timer: str, utc: list[str]) -> None:
    asked = ["systemd-analyze", "calendar", "--base-time=2024-06-17", *values(FOLDER / timer, "OnCalendar")]
    said = subprocess.run(asked, capture_output=True, text=True, check=True, env={"TZ": "UTC"}).stdout
    assert re.findall(r"Next elapse: \w+ 2024-06-17 (\S+) UTC", said) == utc


@pytest.mark.parametrize("unit", UNITS, ids=named)
def test_the_command_of_a_unit_exists_with_its_options(unit: Path) -> None:
    [line] = values(unit, "ExecStart")
    program, name, *arguments = shlex.split(line)
    assert program == PROGRAM
    command = get_command(app).commands[name]  # type: ignore[attr-defined]
    with command.make_context(name, arguments) as context:  # read as it would be, not run
        assert context.command.name == name


def test_every_unit_has_the_same_fence_account_and_folders() -> None:
    for key in ("User", "StateDirectory", "RuntimeDirectory", "RuntimeDirectoryPreserve", "Environment"):
        assert len({tuple(values(file, key)) for file in UNITS}) == 1, key
    assert len({fence(file) for file in UNITS}) == 1


@pytest.mark.parametrize("timer", TIMERS, ids=named)
def test_a_timer_has_its_service_and_makes_up_for_a_machine_that_was_off(timer: Path) -> None:
    assert timer.with_suffix(".service") in UNITS
    assert values(timer, "Persistent") == ["yes"]


@pytest.mark.parametrize("unit", UNITS, ids=named)
def test_what_serves_is_started_again_for_years_but_not_with_settings_nobody_can_use(unit: Path) -> None:
    if values(unit, "Type") == ["oneshot"]:
        assert values(unit, "Restart") == []
        return
    assert (values(unit, "Restart"), values(unit, "RestartPreventExitStatus")) == (["always"], ["2"])
    assert values(unit, "StartLimitIntervalSec") == ["0"]
