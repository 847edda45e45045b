"""Checks an administrator can act on: installed versions, disk, calendar horizon, database, law, trail; and mail."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib.metadata import version

from sqlalchemy import Engine, text
from sqlmodel import Session

from deployments.date_commands import office_calendar
from deployments.doctor_mail import mail_checks
from flows import clock
from models.audit import verify
from models.checks import Check
from models.people import authorities
from models.settings import Settings, read_settings
from models.store import open_store
from rules.law.continuity import overlaps_and_gaps
from rules.law.terms import all_terms
from rules.vietnamese import dmy, local_day

# Sets that import but fail silently: docs/decisions/0002-pins.md
_LIMITS = {"prefect": ((3, 8, 8), (3, 8, 9)), "fastapi": ((0, 139), (0, 151)), "sqlalchemy": ((2, 0), (2, 1))}


def examine() -> list[Check]:
    """Every check, in order; the database's only when it answers."""
    settings = read_settings()
    checks = [*_versions(), _disk(settings)]
    try:
        engine = open_store(settings)
    except Exception as error:  # noqa: BLE001  whatever keeps the database shut is the finding
        todo = "xem database_url trong cấu hình, hoặc quyền ghi thư mục state_dir"
        return [*checks, Check("cơ sở dữ liệu", False, str(error).splitlines()[0], todo)]
    looked = (check for look in _LOOKS for check in look(engine))
    return [*checks, *looked, *mail_checks(engine, settings)]


def _versions() -> Iterator[Check]:
    for name, (low, high) in _LIMITS.items():
        found = tuple(int(part) for part in version(name).split(".")[:3] if part.isdigit())
        ok = low <= found < high
        todo = "" if ok else "cài lại theo constraints.txt"
        yield Check(f"phiên bản {name}", ok, version(name), todo)


def _disk(settings: Settings) -> Check:
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.state_dir).free // 2**20
    return Check("đĩa trống", free > 1024, f"{free} MiB", "" if free > 1024 else "dọn đĩa, cần hơn 1 GiB")


def _database(engine: Engine) -> Iterator[Check]:
    with engine.connect() as connection:
        role = connection.execute(text("SELECT current_user")).scalar_one()
        may_change = connection.execute(text("SELECT has_table_privilege('audit_entry', 'UPDATE')")).scalar_one()
    todo = "nối bằng vai dunghan_app, không bằng vai chủ sở hữu" if may_change else ""
    yield Check("vai trong cơ sở dữ liệu", not may_change, str(role), todo)


def _horizon(engine: Engine) -> Iterator[Check]:
    today, known = local_day(clock.now(engine)), office_calendar().known_through
    needed = today.year + (today.month >= 11)
    ok = known.year >= needed
    todo = "" if ok else f"thêm thông báo nghỉ lễ, Tết năm {needed} vào lịch"
    yield Check("lịch nghỉ chính thức", ok, f"biết đến {dmy(known)}", todo)


def _trail(engine: Engine) -> Iterator[Check]:
    with Session(engine) as session:
        for authority in authorities(session):
            good, broken = verify(session, authority.id or 0)
            found = f"{good} bản ghi khớp" if broken is None else f"bản ghi {broken.seq}: {broken.reason}"
            yield Check(
                f"nhật ký {authority.name}", broken is None, found, "" if broken is None else "báo người kiểm tra"
            )


def _law(engine: Engine) -> Iterator[Check]:
    findings = [finding for finding in overlaps_and_gaps() if finding.level == "error"]
    found = f"{len(all_terms())} quy định, {len(findings)} chỗ chồng lấn hoặc hở"
    todo = "; ".join(finding.text for finding in findings)
    yield Check("quy định pháp luật", not findings, found, todo)


_LOOKS: tuple[Callable[[Engine], Iterator[Check]], ...] = (_database, _horizon, _law, _trail)
