"""Replay: a stretch of days in seconds, byte for byte the same, and the same letters however it is driven."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from office import PLAN, PLANS
from sqlalchemy import URL

from flows.replay import replay
from models.calendar_file import read_notices
from models.people_file import read_people
from models.plan_file import read_plan
from models.settings import Settings

JUNE_WEEK = (date(2024, 6, 17), date(2024, 6, 21))  # Monday to Friday


def run(server: URL, days: tuple[date, date], folder: Path) -> dict[str, Any]:
    documents = read_plan(PLAN), read_people(PLANS / "people.yaml"), read_notices(PLANS / "calendar.yaml")
    return replay(server, Settings(base_url="http://pages.example"), *documents, days, folder)


def digest(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_two_replays_of_the_same_days_are_the_same_bytes(server: URL, tmp_path: Path) -> None:
    run(server, JUNE_WEEK, tmp_path / "one")
    run(server, JUNE_WEEK, tmp_path / "two")
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
    assert len(digest(tmp_path / "one")) > 20


@pytest.fixture(scope="module")
def year(server: URL, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """The plan's year with nobody answering."""
    folder = tmp_path_factory.mktemp("year") / "out"
    return run(server, (date(2024, 1, 2), date(2025, 1, 10)), folder), folder


def obligation(summary: dict[str, Any], code: str) -> dict[str, Any]:
    return next(row for row in summary["obligations"] if row["obligation"] == f"nhu-quynh-2024.{code}")


@pytest.mark.parametrize(
    ("code", "target", "legal"),
    [
        ("B02.2024-H1", "2024-07-02", "2024-07-02"),  # Tuesday
        ("B03.2024", "2025-01-02", "2025-01-02"),  # Thursday
        ("P3c.3.2024-H1-t2", "2024-07-15", "2024-07-15"),  # Monday, 15 days after the half-year
        ("P5b2.2024-09-30", "2024-09-30", "2024-09-30"),  # Monday: «Quý II, III»
    ],
)
def test_the_fixed_dates_of_the_plan(year: tuple[dict[str, Any], Path], code: str, target: str, legal: str) -> None:
    row = obligation(year[0], code)
    assert (row["target"], row["legal"]) == (target, legal)


def test_the_plan_itself_was_issued_in_time_and_nobody_is_reminded_of_it(year: tuple[dict[str, Any], Path]) -> None:
    (row,) = [row for row in year[0]["obligations"] if ".B01." in row["obligation"]]
    assert (row["legal"], row["status"], row["letters"]) == ("2024-01-22", "hoan-thanh", [])


def test_impossible_dates_of_the_plan_run_nothing(year: tuple[dict[str, Any], Path]) -> None:
    codes = {row["obligation"].split(".")[1] for row in year[0]["obligations"]}
    assert codes.isdisjoint({"P2a", "P7c1", "P8b"})


def test_every_person_gets_at_most_one_mail_a_day_and_only_on_working_days(
    year: tuple[dict[str, Any], Path], calendar: Any
) -> None:
    for person in year[0]["people"]:
        days = [mail["day"] for mail in person["mails"]]
        assert len(days) == len(set(days))
        assert all(calendar.is_working(date.fromisoformat(day)) for day in days)


def test_every_rung_that_fell_in_the_year_was_told_on_its_own_day(year: tuple[dict[str, Any], Path]) -> None:
    for row in year[0]["obligations"]:
        for letter in row["letters"]:
            if letter["on"] > "2024-01-02":
                assert letter["on"] >= "2024-01-03"
    report = obligation(year[0], "B02.2024-H1")
    assert {letter["rung"]: letter["on"] for letter in report["letters"]}["-2"] == "2024-06-28"  # Friday


def test_every_mail_of_the_summary_is_a_file_that_parses(year: tuple[dict[str, Any], Path]) -> None:
    summary, folder = year
    mails = {(p["person"], mail["day"]): mail["subject"] for p in summary["people"] for mail in p["mails"]}
    files = {(path.stem, path.parent.name): path for path in folder.rglob("*.eml")}
    assert files.keys() == mails.keys()
    for key, path in list(files.items())[::25]:
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert message["Subject"] == mails[key]
        assert message["Message-ID"].startswith(f"<{key[1].replace('-', '')}.{key[0]}.")
        plain = message.get_body(("plain",))
        assert plain is not None
        assert plain.get_content().startswith("Kính gửi đồng chí")


def test_the_summary_on_disk_is_the_summary_returned(year: tuple[dict[str, Any], Path]) -> None:
    summary, folder = year
    assert json.loads((folder / "summary.json").read_text(encoding="utf-8")) == summary


def test_the_made_up_saturday_is_a_morning_like_any_other(year: tuple[dict[str, Any], Path]) -> None:
    """Saturday 04/5/2024 was worked for Monday 29/4: the weekly reception of that week is due on it."""
    week = next(row for row in year[0]["obligations"] if row["obligation"].endswith("2024-W18"))
    assert week["target"] == "2024-05-04"
    assert "2024-05-04" in {letter["on"] for letter in week["letters"]}
