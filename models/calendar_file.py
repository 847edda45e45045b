"""Calendar notices as an office keeps them, and the working calendar they make."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from models.office_file import read_document, validate
from models.plan_schema import Certainty, Day, Keys, Text
from rules.notices import Notice, OffDay, Swap, calendar_from
from rules.working_days import DayOffKind, WorkingCalendar

_KINDS: dict[str, DayOffKind] = {"nghi-le": "holiday", "nghi-bu": "compensatory", "dong-cua": "closure"}


class OffKeys(Keys):
    """A day off the notice fixes."""

    ngay: Day
    ten: Text
    loai: Literal["nghi-le", "nghi-bu", "dong-cua"] = "nghi-le"


class SwapKeys(Keys):
    """A day off and the weekend day worked for it."""

    nghi: Day
    lam_bu: Day


class NoticeKeys(Keys):
    """One notice: number, day, issuing body and what it changes."""

    so: Text
    ngay: Day
    co_quan: Text
    trang_thai: Literal["chinh-thuc", "du-kien"] = "chinh-thuc"
    muc_chac: Certainty
    ghi_chu: Text | None = None
    cong_bo_nam: tuple[int, ...] = ()
    nghi: tuple[OffKeys, ...] = ()
    hoan_doi: tuple[SwapKeys, ...] = ()
    lam_viec: tuple[Day, ...] = ()

    def notice(self) -> Notice:
        """The rules value; a notice still «dự kiến» announces no year."""
        return Notice(
            self.so,
            self.ngay,
            self.co_quan,
            self.muc_chac,
            self.cong_bo_nam if self.trang_thai == "chinh-thuc" else (),
            tuple(OffDay(off.ngay, off.ten, _KINDS[off.loai]) for off in self.nghi),
            tuple(Swap(swap.nghi, swap.lam_bu) for swap in self.hoan_doi),
            self.lam_viec,
        )


class CalendarDocument(Keys):
    """A whole calendar file."""

    thong_bao: tuple[NoticeKeys, ...]


def read_notices(path: Path) -> tuple[NoticeKeys, ...]:
    """The notices in `path`, or OfficeFileError naming every fault at once."""
    raw = read_document(path)
    return validate(CalendarDocument, raw, path).thong_bao


def calendar_of(notices: tuple[NoticeKeys, ...], as_of: date | None = None) -> WorkingCalendar:
    """The working calendar of these notices; with `as_of`, only of those issued by that day."""
    return calendar_from(keys.notice() for keys in notices if as_of is None or keys.ngay <= as_of)
