"""Checks of what keeps reminders from people: sweeps held, mails that did not arrive, answers nobody decides on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from stat import S_IMODE

from sqlalchemy import Engine
from sqlmodel import Session

from deployments.check import Check
from flows import clock
from flows.return_mailbox import MailboxUnreachable, open_mailbox
from models.deliveries import unmatched, unreached
from models.obligations import stored_calendar
from models.people import authorities
from models.reply_views import Waiting, waiting_in
from models.settings import Settings
from models.sweep_marks import held_since
from models.tables import key_of
from models.views import unsettled_digests
from rules.vietnamese import local_day, local_time

PATIENCE = 3  # working days a request may wait for its second person


def mail_checks(engine: Engine, settings: Settings) -> Iterator[Check]:
    """Every check of this module, in order."""
    now = clock.now(engine)
    with Session(engine) as session:
        yield _held(session)
        yield _letters(session)
        yield _to_read(session)
        yield _unreached(session)
        yield _waiting(session, now)
    yield from _mailbox(settings)
    yield _key(settings)


def _held(session: Session) -> Check:
    held = [
        f"{office.name} từ {local_time(at)}" for office in authorities(session) if (at := held_since(session, office))
    ]
    todo = "kiểm tra đồng hồ máy chủ, rồi chạy dunghan sweep --resume --reason …" if held else ""
    return Check("quét đang bị tạm giữ", not held, "; ".join(held) or "không", todo)


def _letters(session: Session) -> Check:
    count = len(unsettled_digests(session))
    todo = "hỏi người nhận rồi ghi: dunghan mail list, dunghan mail settle" if count else ""
    return Check("thư không rõ, bị từ chối hoặc bị trả lại", count == 0, str(count), todo)


def _to_read(session: Session) -> Check:
    count = len(unmatched(session))
    todo = "đọc trong hộp thư của hệ thống rồi ghi: dunghan mail list, dunghan mail read" if count else ""
    return Check("thư đến cần người đọc", count == 0, str(count), todo)


def _unreached(session: Session) -> Check:
    lost = [one.person.name for office in authorities(session) for one in unreached(session, key_of(office))]
    todo = "sửa địa chỉ trong tệp nhân sự rồi nạp lại kế hoạch; xem dunghan mail list" if lost else ""
    return Check("người không nhận được thư", not lost, ", ".join(lost) or "không có", todo)


def _waiting(session: Session, now: datetime) -> Check:
    old = [one for office in authorities(session) for one in _overdue(session, key_of(office), now)]
    numbers = ", ".join(f"số {one.reply.number} từ {local_time(one.reply.at)}" for one in old)
    todo = "xem dunghan reply list, nhắc người quyết định" if old else ""
    return Check(f"đề nghị chờ quyết định quá {PATIENCE} ngày làm việc", not old, numbers or "không có", todo)


def _overdue(session: Session, authority_id: int, now: datetime) -> Iterator[Waiting]:
    calendar = stored_calendar(session, authority_id)
    for one in waiting_in(session, authority_id, now):
        if calendar.count(local_day(one.reply.at), local_day(now)) > PATIENCE:
            yield one


def _mailbox(settings: Settings) -> Iterator[Check]:
    """The mailbox of mails that come back, when there is one: opened and looked into, nothing marked read."""
    where = settings.returns_maildir or settings.returns_host
    if not where:
        return
    try:
        with open_mailbox(settings) as box:
            next(box.unread(), None)
    except MailboxUnreachable as unreachable:
        todo = (
            "xem các khóa returns_… và smtp_ca_file trong cấu hình; khi chưa đọc được thì chưa biết thư nào không đến"
        )
        yield Check("hộp thư trả về", False, str(unreachable), todo)
        return
    yield Check("hộp thư trả về", True, f"đọc được {where}")


def _key(settings: Settings) -> Check:
    """The key is looked at, never made: a missing one of the state folder is made with the first mail."""
    file = settings.key_file or settings.state_dir / "office.key"
    try:
        mode = S_IMODE(file.stat().st_mode)
    except FileNotFoundError:
        todo = f"chép khóa của cơ quan vào {file}, quyền 600; hoặc bỏ key_file để tự tạo" if settings.key_file else ""
        return Check("khóa của cơ quan", not todo, f"chưa có {file}", todo)
    except OSError as error:
        return Check("khóa của cơ quan", False, f"không đọc được {file}: {error.strerror}", "xem quyền của thư mục")
    ok = not mode & 0o077
    return Check("khóa của cơ quan", ok, f"{file}, quyền {mode:o}", "" if ok else f"đặt lại quyền: chmod 600 {file}")
