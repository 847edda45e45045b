"""Every check an administrator can act on, one after the other: none hides another, none keeps the rest waiting."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from threading import Thread

from sqlalchemy import Engine

from deployments import doctor_database, doctor_machine, doctor_mail, doctor_morning, doctor_outside, doctor_prefect
from models.checks import Check
from models.settings import Settings, read_settings
from models.store import open_store
from models.store_faults import in_one_line

_QUIET = 2.0  # seconds after which it is said what is being looked at
_REPORT = "chép dòng này kèm journalctl -u 'dunghan*' cho người phụ trách kỹ thuật"

Look = tuple[str, float, Callable[[], Iterable[Check]]]  # what is looked at, seconds it may take, how


def examine() -> Iterator[Check]:
    """Every check, in order; the database's only when it answers. Raises SettingsError."""
    settings = read_settings()
    for look in _without_database(settings):
        yield from looked(look)
    try:
        engine = open_store(settings)
    except Exception as error:  # noqa: BLE001  whatever keeps the database shut is the finding
        yield Check("cơ sở dữ liệu", False, in_one_line(error), _how_to_open(settings))
        return
    for look in _with_database(settings, engine):
        yield from looked(look)


def _without_database(settings: Settings) -> Iterator[Look]:
    yield "phiên bản", 10, doctor_machine.versions
    yield "đĩa", 10, partial(doctor_machine.disk, settings)
    yield "đồng hồ máy chủ", 10, doctor_machine.system_clock
    yield "tệp chứa khóa, mật khẩu", 10, partial(doctor_machine.secrets, settings)
    yield "máy chủ chuyển thư", 3 * settings.smtp_timeout, partial(doctor_mail.relay, settings)
    yield "hộp thư trả về", 120, partial(doctor_mail.mailbox, settings)
    yield "nơi cấp tài khoản", 30, partial(doctor_outside.provider, settings)
    yield "tổ chức cấp dấu thời gian", 30, partial(doctor_outside.stamper, settings)
    yield "Prefect", 60, partial(doctor_prefect.server, settings)


def _with_database(settings: Settings, engine: Engine) -> Iterator[Look]:
    yield "cơ sở dữ liệu", 30, partial(doctor_database.database, engine)
    yield "lịch nghỉ", 30, partial(doctor_morning.horizon, engine)
    yield "quy định pháp luật", 60, doctor_morning.law
    yield "quét và đầu chuỗi", 60, partial(doctor_morning.mornings, engine, settings)
    yield "nhiệm vụ ở Prefect", 60, partial(doctor_prefect.plan_tasks, engine, settings)
    yield "thư và việc chờ người", 60, partial(doctor_mail.waiting, engine)
    yield "sao lưu", 30, partial(doctor_database.backups, engine)
    yield "nhật ký", 3600, partial(doctor_database.trails, engine)


def looked(look: Look) -> list[Check]:
    """What `look` finds; one that fails, or takes longer than it may, is a finding of its own."""
    name, seconds, how = look
    found: list[Check] = []
    fault: list[Exception] = []
    looking = Thread(target=_look, args=(how, found, fault), daemon=True)  # left behind when it hangs
    looking.start()
    looking.join(min(_QUIET, seconds))
    if looking.is_alive():
        print(f"đang xem {name}, chờ tối đa {seconds:g} giây…", file=sys.stderr)
        looking.join(seconds)
    if looking.is_alive():
        return [*found, Check(name, False, f"chưa xong sau {seconds:g} giây", "chạy lại; vẫn vậy thì " + _REPORT)]
    return [*found, *(Check(name, False, in_one_line(error), _REPORT) for error in fault)]


def _look(how: Callable[[], Iterable[Check]], found: list[Check], fault: list[Exception]) -> None:
    try:
        found.extend(how())
    except Exception as error:  # noqa: BLE001  a check that fails is told, and the others go on
        fault.append(error)


def _how_to_open(settings: Settings) -> str:
    if settings.database_url:
        return "xem PostgreSQL ngoài có chạy không, và database_url, owner_database_url trong cấu hình"
    folder = settings.state_dir.resolve() / "postgres"
    return f"xem {folder / 'log'}; quyền và đĩa trống của {folder}; chạy bằng đúng tài khoản của dịch vụ"
