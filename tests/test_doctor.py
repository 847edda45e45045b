"""`dunghan doctor`: each subject looked at alone, each finding with what to do, whatever is broken around it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from deliveries_seen import aimed, clock, on
from office import MON_17_JUNE, Run
from smtp_faults import Relay, certificate, only, running
from sqlalchemy import URL, Engine, select
from sqlmodel import Session
from test_watchdog import point

import deployments.doctor_prefect
from deployments import doctor_database, doctor_machine, doctor_mail, doctor_morning, doctor_outside
from deployments.doctor import looked
from deployments.doctor_prefect import plan_tasks, server
from deployments.ports import free_port
from flows.flow_names import flow_name
from models.audit import Act, record
from models.audit_actions import Action
from models.checks import Check
from models.settings import Settings, read_settings
from models.store import open_engine, transaction
from models.tables import Plan, PlanTask

FRI_21_JUNE = date(2024, 6, 21)


def found(checks: Iterator[Check]) -> dict[str, Check]:
    return {check.name: check for check in checks}


# One look


def test_a_look_that_fails_is_a_finding_and_keeps_what_it_had_found() -> None:
    def half() -> Iterator[Check]:
        yield Check("một", True, "được")
        raise OSError(28, "No space left on device")

    first, second = looked(("đĩa", 5, lambda: half()))
    assert (first.ok, second.ok, second.name) == (True, False, "đĩa")
    assert "No space left" in second.found
    assert "chép dòng này" in second.todo


def test_a_look_that_hangs_is_left_after_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    [check] = looked(("tường lửa", 0.2, lambda: iter([time.sleep(30)])))  # type: ignore[func-returns-value,list-item]
    assert (check.ok, check.found) == (False, "chưa xong sau 0.2 giây")
    assert capsys.readouterr().err == "đang xem tường lửa, chờ tối đa 0.2 giây…\n"


# The machine


@pytest.mark.parametrize(("mode", "ok"), [(0o600, True), (0o400, True), (0o640, False), (0o604, False)])
@pytest.mark.parametrize("key", ["key_file", "smtp_password_file", "prefect_password_file", "oidc_client_secret_file"])
def test_every_file_with_a_secret_is_looked_at_in_the_same_way(key: str, mode: int, ok: bool, tmp_path: Path) -> None:
    file = tmp_path / "bi-mat"
    file.write_text("x" * 64)
    file.chmod(mode)
    settings = Settings(state_dir=tmp_path / "state").model_copy(update={key: file})
    [check] = [check for check in doctor_machine.secrets(settings) if str(file) in check.found]
    assert (check.ok, bool(check.todo)) == (ok, not ok)
    assert ok or check.todo == f"đặt lại quyền: chmod 600 {file}"


def test_a_secret_the_settings_name_must_be_there_and_an_own_one_need_not(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path).model_copy(update={"smtp_password_file": tmp_path / "khong-co"})
    wrong = [check for check in doctor_machine.secrets(settings) if not check.ok]
    assert [check.found for check in wrong] == [f"chưa có {tmp_path / 'khong-co'}"]
    assert list(tmp_path.iterdir()) == []  # looked at, never made


@pytest.mark.parametrize(
    ("mode", "url", "told"),
    [
        (0o644, "postgresql://dunghan_app:x@db.example/dunghan", True),
        (0o640, "postgresql://dunghan_app:x@db.example/dunghan", False),  # as docs/cai-dat.md installs it
        (0o644, "postgresql://dunghan_app@db.example/dunghan", False),
        (0o644, "", False),
    ],
)
def test_settings_that_hold_a_password_are_not_for_everybody(
    mode: int, url: str, told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'state_dir = "{tmp_path}"\ndatabase_url = "{url}"\n', encoding="utf-8")
    file.chmod(mode)
    monkeypatch.setenv("DUNGHAN_SETTINGS", str(file))
    wrong = [check for check in doctor_machine.secrets(read_settings()) if not check.ok]
    assert [check.todo for check in wrong] == ([f"đặt lại quyền: chmod 640 {file}"] if told else [])


def test_a_clock_is_said_to_be_kept_or_not_and_its_zone_does_not_matter() -> None:
    [check] = doctor_machine.system_clock()
    assert "múi giờ hệ thống" in check.found
    assert check.ok or "timedatectl set-ntp true" in check.todo


# Mail


def relay_of(settings: Settings) -> Check:
    return found(doctor_mail.relay(settings))["máy chủ chuyển thư"]


def test_the_relay_is_greeted_and_no_mail_is_sent(settings: Settings) -> None:
    with running(Relay()) as relay:
        check = relay_of(aimed(settings, relay.port))
    assert (check.ok, check.found) == (True, f"nói chuyện được với 127.0.0.1:{relay.port}")
    assert (relay.lines, relay.asked) == (1, ["QUIT"])


def test_a_relay_that_is_gone_or_wants_another_password_is_told(settings: Settings, tmp_path: Path) -> None:
    gone = relay_of(aimed(settings, free_port()))
    assert (gone.ok, "smtp_" in gone.todo) == (False, True)
    (tmp_path / "mat-khau").write_text("sai")
    (tmp_path / "mat-khau").chmod(0o600)
    file, context = certificate(tmp_path)
    password = {"smtp_user": "xa", "smtp_password_file": tmp_path / "mat-khau"}
    account = {**password, "smtp_security": "starttls", "smtp_ca_file": file}
    how = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": only("xa", "đúng")}
    with running(Relay(), **how) as relay:
        refused = relay_of(aimed(settings, relay.port, **account))
        (tmp_path / "mat-khau").chmod(0o644)
        readable = relay_of(aimed(settings, relay.port, **account))
    assert "535" in refused.found
    assert "người khác đọc được" in readable.found
    assert "sai" not in refused.found.split("535")[1].split()


# The database, the day's work


def test_the_role_of_the_program_is_right_and_the_owners_is_not(loaded: Engine, loaded_database: URL) -> None:
    ours = found(doctor_database.database(loaded))
    assert all(check.ok for check in ours.values()), ours
    owner = open_engine(loaded_database)
    check = found(doctor_database.database(owner))["vai trong cơ sở dữ liệu"]
    owner.dispose()
    assert (check.ok, "dunghan_app" in check.todo) == (False, True)


def test_a_backup_is_missed_after_two_days(loaded: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def on_day(day: date) -> Check:
        monkeypatch.setattr(doctor_database.clock, "now", lambda _: clock(day))
        [check] = doctor_database.backups(loaded)
        return check

    first = [on_day(MON_17_JUNE + timedelta(days=number)) for number in range(4)]
    assert [(check.ok, check.found) for check in first] == [
        (ok, "chưa sao lưu lần nào") for ok in (True,) * 3 + (False,)
    ]
    with transaction(loaded) as session:
        record(session, 1, clock(FRI_21_JUNE), [Act(Action.BACKED_UP, "x", {})])
    days = [on_day(FRI_21_JUNE + timedelta(days=number)) for number in range(4)]
    assert [check.ok for check in days] == [True, True, True, False]
    assert "dunghan-backup.timer" in days[3].todo


def test_working_days_without_a_signed_head_are_named(
    loaded: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (0, 1, 4):  # Monday, Tuesday, Friday
        on(loaded, settings, clock(MON_17_JUNE + timedelta(days=number)))
    monkeypatch.setattr(doctor_morning.clock, "now", lambda _: clock(date(2024, 6, 24)))
    checks = found(doctor_morning.mornings(loaded, settings))
    check = checks["đầu chuỗi đã ký, UBND thị trấn Như Quỳnh"]
    assert (check.ok, check.found) == (False, "2 ngày gần đây thiếu: 19/06/2024, 20/06/2024")
    assert not any(name.startswith("dấu thời gian") for name in checks)
    stamped = settings.model_copy(update={"tsa_url": "http://tsa.example"})
    check = found(doctor_morning.mornings(loaded, stamped))["dấu thời gian, UBND thị trấn Như Quỳnh"]
    assert check.found == "3 ngày gần đây thiếu: 17/06/2024, 18/06/2024, 21/06/2024"


# Prefect, as its server would answer

Answers = dict[str, Any]
SCHEDULE = {"active": True}
HEALTHY: Answers = {
    "/api/health": True,
    "/api/deployments/filter": [{"paused": False, "schedules": [SCHEDULE]}],
    "/api/work_pools/dunghan/workers/filter": [{"name": "ProcessWorker 1"}],
    "/api/flow_runs/count": 0,
}


@pytest.fixture
def prefect(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answers], None]:
    """A server of Prefect that gives these answers, page by page."""

    def answering(answers: Answers) -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            said = answers[request.url.path]
            if isinstance(said, list) and request.content:
                asked = json.loads(request.content)
                said = said[asked.get("offset", 0) :][: asked.get("limit", len(said))]
            return httpx.Response(200, json=said)

        made = lambda _: httpx.Client(base_url="http://127.0.0.1:4200/api", transport=httpx.MockTransport(answer))  # noqa: E731
        monkeypatch.setattr(deployments.doctor_prefect, "_client", made)

    return answering


def test_a_prefect_that_does_all_it_should(settings: Settings, prefect: Callable[[Answers], None]) -> None:
    prefect(HEALTHY)
    assert {name: check.ok for name, check in found(server(settings)).items()} == {
        "máy chủ Prefect": True, "bộ chạy Prefect": True, "lượt chạy hỏng trong 7 ngày": True
    }  # fmt: skip


def test_no_worker_and_failed_runs_are_told(settings: Settings, prefect: Callable[[Answers], None]) -> None:
    prefect({**HEALTHY, "/api/work_pools/dunghan/workers/filter": [], "/api/flow_runs/count": 3})
    checks = found(server(settings))
    assert "dunghan-worker@1" in checks["bộ chạy Prefect"].todo
    assert checks["lượt chạy hỏng trong 7 ngày"].found == "3"


def test_a_prefect_that_is_gone_is_told_once_with_the_plain_way(settings: Settings) -> None:
    [check] = server(settings.model_copy(update={"prefect_port": free_port()}))
    assert (check.ok, "dunghan sweep --plain" in check.todo) == (False, True)
    assert not settings.state_dir.exists()  # no password was made for a server that was only looked at


@pytest.mark.parametrize("schedule", [{"active": False}, None])
def test_plan_tasks_prefect_does_not_know_and_a_sweep_without_schedule_are_named(
    loaded: Engine, settings: Settings, prefect: Callable[[Answers], None], schedule: dict[str, bool] | None
) -> None:
    with Session(loaded) as session:
        tasks = session.execute(select(PlanTask)).scalars().all()
        plan = session.execute(select(Plan)).scalar_one()
        names = sorted(flow_name(task, plan) for task in tasks)
    sweep = [{"paused": False, "schedules": [schedule] if schedule else []}]
    prefect({**HEALTHY, "/api/deployments/filter": sweep, "/api/flows/filter": [{"name": name} for name in names[2:]]})
    checks = found(plan_tasks(loaded, settings))
    assert not checks["lịch quét ở Prefect"].ok
    assert checks["nhiệm vụ ở Prefect"].found == f"thiếu 2/{len(names)}: {names[0]}; {names[1]}"
    prefect({**HEALTHY, "/api/flows/filter": [{"name": name} for name in names] * 3})  # more than one page of them
    assert all(check.ok for check in plan_tasks(loaded, settings))


# Who else is asked


def test_only_who_is_configured_is_asked(settings: Settings) -> None:
    assert [*doctor_outside.provider(settings), *doctor_outside.stamper(settings)] == []


def test_a_provider_and_a_time_stamper_that_are_gone_are_told(settings: Settings, tmp_path: Path) -> None:
    gone = f"http://127.0.0.1:{free_port()}"
    broken = {"oidc_issuer": gone, "oidc_client_id": "x", "tsa_url": gone, "tsa_ca_file": tmp_path / "ca.pem"}
    asked = settings.model_copy(update=broken)
    [provider], [stamper] = doctor_outside.provider(asked), doctor_outside.stamper(asked)
    assert (provider.ok, stamper.ok) == (False, False)
    assert "oidc_issuer" in provider.todo
    assert "tsa_url" in stamper.todo


# The command


def test_a_broken_house_is_told_whole_and_every_finding_says_what_to_do(
    dunghan: Run, loaded_database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = {name: str(free_port()) for name in ("smtp_port", "returns_port")}
    point(monkeypatch, loaded_database, returns_host="127.0.0.1", **gone)
    code, out, _ = dunghan("doctor", "--json")
    checks = {check["check"]: check for check in json.loads(out)}
    assert code == 1
    wrong = {name for name, check in checks.items() if not check["ok"]}
    assert {"máy chủ chuyển thư", "hộp thư trả về", "máy chủ Prefect"} <= wrong
    assert {"sao lưu, UBND thị trấn Như Quỳnh", "quét buổi sáng, UBND thị trấn Như Quỳnh"} <= wrong
    assert all(checks[name]["todo"] for name in wrong)
    assert checks["nhật ký UBND thị trấn Như Quỳnh"]["ok"]


def test_without_a_database_all_else_is_told_still(
    dunghan: Run, database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    point(monkeypatch, database.set(database="khong-co"), smtp_port=str(free_port()))
    code, out, err = dunghan("doctor")
    lines = out.splitlines()
    assert (code, "Traceback" in err) == (1, False)
    assert lines[0].startswith("ĐƯỢC phiên bản prefect: ")
    assert lines[-1].startswith("HỎNG cơ sở dữ liệu: ")
    assert "database_url" in lines[-1]
