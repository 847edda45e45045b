"""What the timer runs, outside Prefect: has this morning been swept, and does the database answer at all?"""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from deployments.date_commands import office_calendar
from deployments.programs import answers
from flows import clock
from flows.alarms import LOOK, NOBODY, Alarm, send_alarm
from flows.mail import SmtpMailer
from flows.sending import Office
from flows.sweep import DATABASE_GONE
from flows.watchdog import Watched, watch
from models.office_file import OfficeFileError
from models.settings import Settings
from models.store import open_store
from models.store_faults import in_one_line
from rules.vietnamese import dmy, local_day
from rules.working_days import CalendarNotKnown

_AFTER = "Sau khi sửa, chạy: dunghan watchdog (quét thay nếu sáng nay chưa quét)"


def keep_watch(settings: Settings) -> int:
    """Look once; 0 when all is well or the administrators were told, 1 when somebody must read what this prints."""
    try:
        engine = _opened(settings)
        if clock.practised(engine):
            print("Đang diễn tập: không có gì để canh.")
            return 0
        office = Office(engine, settings, SmtpMailer(settings))
        watched = asyncio.run(watch(office, clock.now(engine), why_no_sweep(settings)))
    except (NoDatabase, *DATABASE_GONE) as error:
        watched = asyncio.run(tell_of_database(settings, error, clock.real_now()))
    return _say(watched)


class NoDatabase(RuntimeError):
    """The database could not be opened, for whatever reason it gives."""


def _opened(settings: Settings) -> Engine:
    try:
        return open_store(settings)
    except Exception as error:
        raise NoDatabase(in_one_line(error)) from error


def why_no_sweep(settings: Settings) -> str:
    """What can be seen of why Prefect swept nothing."""
    url = f"{os.environ.get('PREFECT_API_URL', settings.prefect_api_url)}/health"
    if not answers(url):
        return f"máy chủ Prefect không trả lời ở {url}"
    return "máy chủ Prefect trả lời nhưng chưa có lượt quét nào bắt đầu; xem bộ chạy và các lượt chạy lỗi"


async def tell_of_database(settings: Settings, error: Exception, now: datetime) -> Watched:
    """Tell the administrators, once a working day, that the database does not answer; nothing can be swept then."""
    found = f"Cơ sở dữ liệu không trả lời: {_why(error)}. Khi chưa trả lời thì chưa nhắc được ai"
    if not settings.admins:
        return Watched((found,), NOBODY)
    claim = settings.state_dir / "watchdog" / f"{local_day(now)}.co-so-du-lieu"
    if not _works(now) or not _claimed(claim):
        return Watched((found,))
    alarm = Alarm(f"Cơ sở dữ liệu không trả lời, ngày {dmy(local_day(now))}", (f"{found}.",), "", (*LOOK, _AFTER))
    untold = await send_alarm(SmtpMailer(settings), settings, alarm, now)
    if untold:
        with suppress(OSError):
            claim.unlink()  # the next watch tries again
    return Watched((found,), untold)


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, NoDatabase) else in_one_line(error)


def _works(now: datetime) -> bool:
    """Whether today is worked, by the office's own file: what is stored is out of reach. A doubt is a working day."""
    with suppress(OfficeFileError, CalendarNotKnown):
        return office_calendar().is_working(local_day(now))
    return True


def _claimed(file: Path) -> bool:
    """Whether this process is the first of the day to tell. A folder nobody can write to silences no alarm."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
    try:
        file.touch(exist_ok=False)
    except FileExistsError:
        return False
    except OSError:
        return True
    return True


def _say(watched: Watched) -> int:
    for line in watched.findings:
        print(line, file=sys.stderr)
    if watched.untold:
        print(f"dunghan: chưa báo được quản trị: {watched.untold}", file=sys.stderr)
    if not watched.findings:
        print("Sáng nay đã quét, hoặc hôm nay không phải ngày làm việc, hoặc ngoài giờ canh (08:30-17:00).")
    return 1 if watched.untold else 0
