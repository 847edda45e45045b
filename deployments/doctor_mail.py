"""Checks of what keeps mails from people: what the office should look at, the mailbox of returns, the key."""

from __future__ import annotations

from collections.abc import Iterator
from stat import S_IMODE

from sqlalchemy import Engine
from sqlmodel import Session

from flows import clock
from flows.return_mailbox import MailboxUnreachable, open_mailbox
from models.checks import Check, office_checks
from models.settings import Settings


def mail_checks(engine: Engine, settings: Settings) -> Iterator[Check]:
    """Every check of this module, in order."""
    with Session(engine) as session:
        yield from office_checks(session, clock.now(engine))
    yield from _mailbox(settings)
    yield _key(settings)


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
