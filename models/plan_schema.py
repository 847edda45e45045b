"""The keys of a plan file: unaccented Vietnamese outside, rules inside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from rules.deadlines import (
    BeforeDate,
    BeforeDay,
    ByDate,
    ByDay,
    DaysAfter,
    DaysBefore,
    MonthsAfter,
    Posting,
    Rule,
    Window,
    WorkingDaysAfter,
    WorkingDaysBefore,
)
from rules.periods import CutOffs, PeriodKind
from rules.rule_json import parse_day
from rules.schedule import Each, Once, OnEvent, Standing, Times, When

Day = Annotated[date, BeforeValidator(parse_day)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Count = Annotated[int, Field(strict=True, ge=1, le=1000)]

PERIODS: dict[str, PeriodKind] = {
    "ngay": "day",
    "tuan": "week",
    "thang": "month",
    "quy": "quarter",
    "nua-nam": "half_year",
    "chin-thang": "nine_months",
    "nam": "year",
}
PeriodWord = Literal["ngay", "tuan", "thang", "quy", "nua-nam", "chin-thang", "nam"]
TaskKind = Literal["bao-cao", "cong-khai", "doi-thoai", "chi-tieu", "su-kien", "thuong-xuyen", "khoang", "mot-lan"]
Certainty = Literal["S", "2", "M", "?"]


class Keys(BaseModel):
    """A group of keys: unknown ones are refused, names are written with hyphens."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=lambda name: name.rstrip("_").replace("_", "-")
    )


class BeforeDayKeys(Keys):
    """«trước ngày 03 tháng sau»."""

    kieu: Literal["truoc-ngay-thang"]
    ngay: Annotated[int, Field(strict=True, ge=1, le=31)]
    thang_sau: Annotated[int, Field(strict=True, ge=0, le=24)] = 0

    def rule(self) -> Rule:
        """The rule these keys stand for."""
        return BeforeDay(self.ngay, self.thang_sau)


class ByDayKeys(Keys):
    """«ngày 15 tháng cuối quý»."""

    kieu: Literal["den-ngay-thang"]
    ngay: Annotated[int, Field(strict=True, ge=1, le=31)]
    thang_sau: Annotated[int, Field(strict=True, ge=0, le=24)] = 0

    def rule(self) -> Rule:
        """The rule these keys stand for."""
        return ByDay(self.ngay, self.thang_sau)


class SpanKeys(Keys):
    """A number of days, working days or months counted from the event or the period's end."""

    kieu: Literal["ngay-lam-viec-sau", "ngay-sau", "thang-sau", "ngay-lam-viec-truoc", "ngay-truoc"]
    so: Count

    def rule(self) -> Rule:
        """The rule these keys stand for."""
        makers: dict[str, Callable[[int], Rule]] = {
            "ngay-lam-viec-sau": WorkingDaysAfter,
            "ngay-sau": DaysAfter,
            "thang-sau": MonthsAfter,
            "ngay-lam-viec-truoc": WorkingDaysBefore,
            "ngay-truoc": DaysBefore,
        }
        return makers[self.kieu](self.so)


class PostingKeys(Keys):
    """«niêm yết ít nhất 30 ngày»."""

    kieu: Literal["niem-yet"]
    so: Count
    ngay_lam_viec: bool = False

    def rule(self) -> Rule:
        """The rule these keys stand for."""
        return Posting(self.so, self.ngay_lam_viec)


Offset = Annotated[BeforeDayKeys | ByDayKeys | SpanKeys | PostingKeys, Field(discriminator="kieu")]


class _Entry(Keys):
    noi_bo: bool = False  # the office chose this date: shown as a checkpoint, never as law


class DateEntry(_Entry):
    """A date of its own: «trước ngày 03/7/2024», «chậm nhất ngày …»."""

    kieu: Literal["truoc-ngay", "cham-nhat-ngay"]
    ngay: Day

    def when(self) -> When:
        """What the entry means."""
        return Once(BeforeDate(self.ngay) if self.kieu == "truoc-ngay" else ByDate(self.ngay))


class WindowEntry(_Entry):
    """«Quý II, III năm 2024»."""

    kieu: Literal["khoang"]
    tu: Day
    den: Day

    def when(self) -> When:
        """What the entry means. Raises ValueError when it ends before it starts."""
        if self.den < self.tu:
            raise ValueError(f"«den» {self.den} đứng trước «tu» {self.tu}.")
        return Once(Window(self.tu, self.den))


class EachEntry(_Entry):
    """«hằng quý», «6 tháng, năm»."""

    kieu: Literal["moi-ky"]
    ky: PeriodWord
    han: Offset | None = None
    chi_ky: tuple[Count, ...] = ()
    chot_so_lieu: bool = False
    moc_chot: Literal["duong-lich", "nd09"] = "duong-lich"

    def when(self) -> When:
        """What the entry means."""
        cut_offs: CutOffs = "nd09" if self.moc_chot == "nd09" else "calendar"
        return Each(PERIODS[self.ky], self.han.rule() if self.han else None, self.chi_ky, self.chot_so_lieu, cut_offs)


class TimesEntry(_Entry):
    """«ít nhất 2 lần/năm»."""

    kieu: Literal["so-lan"]
    so_lan: Count
    moi: PeriodWord

    def when(self) -> When:
        """What the entry means."""
        return Times(self.so_lan, PERIODS[self.moi])


class EventEntry(_Entry):
    """«sau khi … được phê duyệt»."""

    kieu: Literal["su-kien"]
    su_kien: Code
    han: Offset | None = None

    def when(self) -> When:
        """What the entry means."""
        return OnEvent(self.su_kien, self.han.rule() if self.han else None)


class StandingEntry(_Entry):
    """«Thường xuyên»."""

    kieu: Literal["thuong-xuyen"]

    def when(self) -> When:
        """What the entry means."""
        return Standing()


Entry = Annotated[
    DateEntry | WindowEntry | EachEntry | TimesEntry | EventEntry | StandingEntry, Field(discriminator="kieu")
]


class Ground(Keys):
    """A legal or plan ground, and how sure it is."""

    van_ban: Text
    dieu: str = ""
    muc_chac: Certainty


class Done(Keys):
    """Evidence the plan itself already gives."""

    ngay: Day
    van_ban: Text


class UnitKeys(Keys):
    """A unit and whether it may be urged: a body that is no subordinate is only informed."""

    ma: Code
    ten: Text
    quan_he: Literal["noi-bo", "phoi-hop", "cap-tren"] = "noi-bo"


class EventKeys(Keys):
    """An event tasks wait for; its day only when the source gives it."""

    ma: Code
    ten: Text
    ngay: Day | None = None
    van_ban: Text | None = None


class TaskKeys(Keys):
    """One plan task (nhiệm vụ)."""

    ma: Code
    ten: Text
    loai: TaskKind
    chi_so: Annotated[int, Field(strict=True, ge=1, le=9)] | None = None
    thanh_phan: Text | None = None
    nguon: Text
    trich: Text | None = None
    chu_tri: Code | None = None
    thuc_hien: tuple[Code, ...] = ()
    ket_qua: Text | None = None
    thoi_han: tuple[Entry, ...] = ()
    can_cu: tuple[Ground, ...] = ()
    moc_nhac: Literal["day-du", "noi-bo", "tuan"] | None = None
    da_xong: Done | None = None
    cho_xac_nhan: bool = False
    gop: tuple[Code, ...] = ()
    phat_hien: tuple[Text, ...] = ()


class AuthorityKeys(Keys):
    """The office that promises."""

    ma: Code
    ten: Text


class SourceKeys(Keys):
    """The document the plan was taken from."""

    ten: Text
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class PlanKeys(Keys):
    """The plan's own facts."""

    ma: Code
    so: Text
    ngay: Day
    nam: Annotated[int, Field(strict=True, ge=2018, le=2050)]
    ten: Text
    co_quan: AuthorityKeys
    nguon: SourceKeys | None = None
    phat_hien: tuple[Text, ...] = ()


class PlanDocument(Keys):
    """A whole plan file."""

    ke_hoach: PlanKeys
    don_vi: tuple[UnitKeys, ...]
    su_kien: tuple[EventKeys, ...] = ()
    nhiem_vu: tuple[TaskKeys, ...]
