"""The `dunghan` command as a person or another program meets it: answers, exit codes, one line per error."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from office import PLAN, Run
from sqlalchemy import URL, create_engine, text

from deployments.overview import SAID
from models.store import APP_ROLE


@pytest.fixture
def stored(dunghan: Run, database: URL, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command on a fresh database with the real plan tracked from Monday 17/06/2024."""
    monkeypatch.setenv("DUNGHAN_DATABASE_URL", database.set(username=APP_ROLE).render_as_string(hide_password=False))
    monkeypatch.setenv("DUNGHAN_OWNER_DATABASE_URL", database.render_as_string(hide_password=False))
    code, out, err = dunghan("plan", "load", PLAN, "--from", "2024-06-17")
    assert (code, err) == (0, "")
    assert "mở 256 nghĩa vụ" in out
    return dunghan


def test_the_calendar_of_2024_as_json(dunghan: Run) -> None:
    code, out, _ = dunghan("calendar", "2024", "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["year"], found["known_through"], found["status"]) == (2024, "2027-12-31", "confirmed")
    assert {"day": "2024-05-04", "for": "2024-04-29", "instrument": "2450/VPCP-KGVX ngày 12/04/2024"} in found[
        "working_weekends"
    ]
    assert {off["day"] for off in found["off"]} >= {"2024-01-01", "2024-04-29", "2024-09-03"}


def test_a_year_not_announced_is_provisional_and_one_out_of_reach_is_refused(dunghan: Run) -> None:
    assert json.loads(dunghan("calendar", "2030", "--json")[1])["status"] == "provisional"
    code, out, err = dunghan("calendar", "1999")
    assert (code, out) == (2, "")
    assert "Lịch làm việc chỉ có từ 01/01/2018" in err


def test_fifteen_working_days_after_29_december_2023(dunghan: Run) -> None:
    rule = '{"kind":"working_days_after","n":15}'
    code, out, _ = dunghan("due", "--rule", rule, "--event", "2023-12-29", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["target"] == found["legal"] == found["nominal"] == "2024-01-22"
    assert found["ends_at"] == "2024-01-23T00:00:00+07:00"
    assert {"2024-01-01", "2024-01-20"} <= {off["day"] for off in found["skipped"]}
    assert found["basis"][0]["instrument"] == "Bộ luật Dân sự 2015"
    people = dunghan("due", "--rule", rule, "--event", "2023-12-29")[1]
    assert "thứ Hai, 22/01/2024" in people
    assert "01/01/2024 (Tết Dương lịch" in people


def test_a_cut_off_beside_the_rule_is_checked(dunghan: Run) -> None:
    rule = '{"kind":"before_date","day":"%s","cut_off":"%s"}'
    found = json.loads(dunghan("due", "--rule", rule % ("2025-01-03", "2024-12-31"), "--json")[1])
    assert [w["level"] for w in found["warnings"]] == ["warning"]
    found = json.loads(dunghan("due", "--rule", rule % ("2026-01-03", "2025-12-31"), "--json")[1])
    assert [w["level"] for w in found["warnings"]] == ["error"]


def test_a_batch_answers_every_line_in_order_and_a_bad_line_does_not_stop_it(dunghan: Run) -> None:
    lines = [
        {"id": 1, "rule": {"kind": "days_after", "n": 30}, "event": "2025-12-03"},
        {"id": "hai", "rule": {"kind": "days_after"}, "event": "2025-12-03"},
        {"id": 3, "rule": {"kind": "days_after", "n": 3}},
        {"id": 4, "rule": {"kind": "before_date", "day": "2024-07-03"}},
    ]
    given = "\n".join(json.dumps(line) for line in lines) + "\nkhông phải json\n[]\n\n"
    code, out, _ = dunghan("due", "--batch", "-", given=given)
    found = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [line["id"] for line in found] == [1, "hai", 3, 4, None, None]
    assert (found[0]["nominal"], found[0]["legal"], found[0]["target"]) == ("2026-01-02", "2026-01-05", "2026-01-05")
    assert [sorted(line) == ["error", "id"] for line in found] == [False, True, True, False, True, True]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("due",), "cần đúng một trong"),
        (("due", "--rule", "{"), "không phải JSON"),
        (("due", "--rule", '{"kind":"x"}'), "«kind» cần một trong"),
        (("due", "--rule", '{"kind":"days_after","n":3}'), "cần ngày xảy ra sự kiện"),
        (("due", "--rule", '{"kind":"days_after","n":3}', "--event", "03/07/2024"), "YYYY-MM-DD"),
        (("due", "--rule", '{"kind":"days_after","n":3}', "--event", "2060-01-01"), "Lịch làm việc chỉ có"),
        (("due", "--batch", "khong-co.jsonl"), "khong-co.jsonl"),
        (("plan", "check", "khong-co.yaml"), "không đọc được tệp"),
        (("replay", str(PLAN), "--from", "2024-06-20", "--to", "2024-06-17", "--out", "x"), "đứng trước"),
    ],
)
def test_bad_input_is_one_vietnamese_line_and_exit_two(dunghan: Run, arguments: tuple[str, ...], says: str) -> None:
    code, out, err = dunghan(*arguments)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert says in err


@pytest.mark.parametrize("arguments", [("fly",), ("due", "--fast"), ("calendar", "hai"), ("plan", "check")])
def test_bad_usage_is_exit_two(dunghan: Run, arguments: tuple[str, ...]) -> None:
    assert dunghan(*arguments)[0] == 2


def test_an_unknown_setting_is_refused_by_name(dunghan: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUNGHAN_SMPT_HOST", "mail.example")
    code, _, err = dunghan("calendar", "2024")
    assert code == 2
    assert "DUNGHAN_SMPT_HOST" in err


def test_a_settings_file_with_an_unknown_key_is_refused(
    dunghan: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "dunghan.toml").write_text('smtp_hots = "mail.example"\n', encoding="utf-8")
    monkeypatch.setenv("DUNGHAN_SETTINGS", str(tmp_path / "dunghan.toml"))
    code, _, err = dunghan("calendar", "2024")
    assert code == 2
    assert "smtp_hots" in err


def test_the_real_plan_checks_with_its_findings_and_no_error(dunghan: Run) -> None:
    code, out, _ = dunghan("plan", "check", PLAN, "--json")
    findings = json.loads(out)
    assert code == 0
    assert {finding["level"] for finding in findings} == {"warning", "note"}
    assert ("B03", "warning") in {(f["task"], f["level"]) for f in findings}


@pytest.mark.parametrize("year", ["2025", "2026"])
def test_the_yearly_report_contradicts_the_decree_in_later_years(dunghan: Run, year: str) -> None:
    code, out, _ = dunghan("plan", "check", PLAN, "--year", year)
    assert code == 1
    assert "MÂU THUẪN  B03" in out


def test_the_plan_shows_its_dates(dunghan: Run) -> None:
    rows = json.loads(dunghan("plan", "show", PLAN, "--json")[1])
    assert {(row["task"], row["target"]) for row in rows} >= {("B02", "2024-07-02"), ("B03", "2025-01-02")}
    assert {row["task"] for row in rows if row["awaits_confirmation"]} == {"P2a", "P6.4", "P7c1", "P8b"}


def test_obligations_are_listed_and_narrowed(stored: Run) -> None:
    every = json.loads(stored("obligations", "--on", "2024-07-03", "--json")[1])
    late = json.loads(stored("obligations", "--on", "2024-07-03", "--status", "qua-han", "--json")[1])
    assert len(every) == 256
    assert {line["task"] for line in late} >= {"B02"}
    assert all(line["state"] == "qua-han" for line in late)
    lead = late[0]["lead_code"]
    assert {line["lead_code"] for line in json.loads(stored("obligations", "--unit", lead, "--json")[1])} == {lead}
    assert stored("obligations", "--status", "lau-roi")[0] == 2


def test_one_obligation_is_explained(stored: Run) -> None:
    code, out, _ = stored("explain", "nhu-quynh-2024.B02.2024-H1", "--on", "2024-06-18")
    assert code == 0
    assert "thứ Ba, 02/07/2024" in out
    assert "«6 tháng đầu năm trước ngày 03/7/2024»" in out
    assert json.loads(stored("explain", "nhu-quynh-2024.B02.2024-H1", "--json")[1])["receipt"]["target"] == "2024-07-02"
    assert stored("explain", "khong-co")[0] == 2


def test_an_event_recorded_opens_its_obligations_once(stored: Run) -> None:
    code, out, _ = stored("event", "record", "hdnd-quyet-dinh-du-toan", "2024-06-17", "--document", "NQ 1/NQ-HĐND")
    assert code == 0
    assert "mở 0 nghĩa vụ" not in out
    assert "mở 0 nghĩa vụ" in stored("event", "record", "hdnd-quyet-dinh-du-toan", "2024-06-17", "--document", "x")[1]
    assert stored("event", "record", "mua-dong", "2024-06-17", "--document", "x")[0] == 2
    assert stored("event", "record", "hdnd-quyet-dinh-du-toan", "2024-06-17")[0] == 2


def test_the_trail_is_verified_and_a_hand_edited_entry_named(stored: Run, database: URL) -> None:
    code, out, _ = stored("audit", "verify")
    assert code == 0
    assert "nguyên vẹn" in out
    (head,) = json.loads(stored("audit", "head", "--json")[1])
    assert head["authority"] == "nhu-quynh"
    assert len(head["hash"]) == 64
    owner = create_engine(database)
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE audit_entry SET actor = 'ai-do' WHERE seq = 7"))
    owner.dispose()
    code, out, _ = stored("audit", "verify")
    assert code == 1
    assert "bản ghi số 7" in out


def test_a_day_still_to_come_is_not_swept(stored: Run) -> None:
    code, out, err = stored("sweep", "--on", "2049-06-18")
    assert (code, out) == (2, "")
    assert "--on 2049-06-18 ở sau hôm nay" in err


def test_a_sweep_with_no_mail_server_exits_one_and_loses_nothing(stored: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUNGHAN_SMTP_PORT", "9")
    code, out, _ = stored("sweep", "--on", "2024-06-17", "--plain")
    assert code == 1
    assert "0 thư đã gửi" in out


def test_doctor_finds_the_installed_set_right(stored: Run) -> None:
    _, out, _ = stored("doctor", "--json")
    checks = {check["check"]: check for check in json.loads(out)}
    for name in ("phiên bản prefect", "phiên bản fastapi", "phiên bản sqlalchemy", "vai trong cơ sở dữ liệu"):
        assert checks[name]["ok"], checks[name]


def test_help_lists_every_command_with_the_words_the_command_itself_has(dunghan: Run) -> None:
    from typer.main import get_command

    from deployments.commands import app

    code, out, _ = dunghan("--help")
    commands = get_command(app).commands  # type: ignore[attr-defined]
    assert code == 0
    assert set(commands) == set(SAID)
    for name, command in commands.items():
        assert command.help == SAID[name]
        assert f"{name:12} {SAID[name]}" in out


def test_help_imports_nothing_heavy() -> None:
    """What makes `--help` slow is what it imports; the figure itself is in `make bench`."""
    heavy = ("prefect", "sqlmodel", "sqlalchemy", "holidays", "pendulum", "pydantic", "rich", "numpy", "asyncio")
    script = f"import sys, deployments.commands; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
