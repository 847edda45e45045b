"""Calendar notices as an office keeps them, and the working calendar they make."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

from models.office_file import Place, Source, parse_document, read_bytes, refuse, repeats, validate
from models.office_keys import Certainty, Day, Keys, Lines, Located, Number, Text, Year
from rules.notices import Notice, OffDay, Swap, calendar_from
from rules.vietnamese import weekday_dmy
from rules.working_days import DayOffKind, WorkingCalendar

_KINDS: dict[str, DayOffKind] = {"nghi-le": "holiday", "nghi-bu": "compensatory", "dong-cua": "closure"}
_SATURDAY = 5


class OffKeys(Keys):
    """A day off the notice fixes."""

    ngay: Day
    ten: Text
    loai: Literal["nghi-le", "nghi-bu", "dong-cua"] = "nghi-le"


class SwapKeys(Keys):
    """A day off and the weekend day worked for it."""

    nghi: Day
    lam_bu: Day


class NoticeKeys(Located):
    """One notice: number, day, issuing body and what it changes."""

    so: Number
    ngay: Day
    co_quan: Text
    trang_thai: Literal["chinh-thuc", "du-kien"] = "chinh-thuc"
    muc_chac: Certainty
    ghi_chu: Lines | None = None
    cong_bo_nam: tuple[Year, ...] = ()
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
    return parse_notices(read_bytes(path), path)


def parse_notices(raw: bytes, path: Path) -> tuple[NoticeKeys, ...]:
    """The notices in `raw`, the bytes of `path`. Raises OfficeFileError."""
    source = Source(path, parse_document(raw, path))
    notices = validate(CalendarDocument, source.document, path).thong_bao
    refuse(source.fault(place, text) for place, text in _faults(notices))
    return tuple(
        notice.read_from(Source(path, source.document, ("thong-bao", place))) for place, notice in enumerate(notices)
    )


def _faults(notices: tuple[NoticeKeys, ...]) -> Iterator[tuple[Place, str]]:
    for place, _ in repeats([notice.so for notice in notices]):
        yield ("thong-bao", place, "so"), f"thông báo «{notices[place].so}» đã có ở trên; mỗi số chỉ ghi một lần."
    for place, notice in enumerate(notices):
        for index, swap in enumerate(notice.hoan_doi):
            where = ("thong-bao", place, "hoan-doi", index)
            if swap.nghi.weekday() >= _SATURDAY:
                yield (
                    (*where, "nghi"),
                    f"{weekday_dmy(swap.nghi)} vốn là ngày nghỉ; cần một ngày từ thứ Hai đến thứ Sáu.",
                )
            if swap.lam_bu.weekday() < _SATURDAY:
                yield (*where, "lam-bu"), f"{weekday_dmy(swap.lam_bu)} vốn là ngày làm việc; cần thứ Bảy hoặc Chủ nhật."


def calendar_of(notices: tuple[NoticeKeys, ...], as_of: date | None = None) -> WorkingCalendar:
    """The working calendar of these notices; with `as_of`, only of those issued by that day."""
    return calendar_from(keys.notice() for keys in notices if as_of is None or keys.ngay <= as_of)


def laid_over(notices: tuple[NoticeKeys, ...], more: tuple[NoticeKeys, ...]) -> tuple[NoticeKeys, ...]:
    """`notices` with `more`: a notice of a number already there takes its place, another is added."""
    changed = {notice.so: notice for notice in more}
    return (*(changed.pop(notice.so, notice) for notice in notices), *changed.values())
