"""The keys under «thoi-han»: when a task falls due, in the plan's own kinds, and the rules they stand for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from models.office_keys import Code, Count, Day, Keys, Text
from rules.deadlines import (
    BeforeDate,
    BeforeDay,
    ByDate,
    ByDay,
    DaysAfter,
    DaysBefore,
    MonthsAfter,
    OnTheDay,
    Posting,
    Rule,
    Window,
    WorkingDaysAfter,
    WorkingDaysBefore,
)
from rules.law.disclosures import item_named
from rules.law.terms import deadline_rule, duty_named
from rules.periods import CutOffs, PeriodKind
from rules.schedule import ByLaw, Counted, Due, Each, Once, OnEvent, Standing, Stated, Times, When

PERIODS: dict[str, PeriodKind] = {
    "ngay": "day",
    "tuan": "week",
    "thang": "month",
    "quy": "quarter",
    "nua-nam": "half_year",
    "chin-thang": "nine_months",
    "nam": "year",
}
PERIOD_WORDS = {kind: word for word, kind in PERIODS.items()}
PeriodWord = Literal["ngay", "tuan", "thang", "quy", "nua-nam", "chin-thang", "nam"]


def _known_duty(name: str) -> str:
    """`name` when the law data has such a duty and it fixes a number of days."""
    try:
        for term in duty_named(name).terms:
            deadline_rule(term)
    except LookupError as error:
        raise ValueError(str(error)) from None
    return name


def known_item(name: str) -> str:
    """`name` when the closed list of disclosures has it."""
    try:
        return item_named(name).slug
    except LookupError as error:
        raise ValueError(str(error)) from None


def _named_duty(name: str) -> str:
    """`name` when the law data has such a duty."""
    try:
        return duty_named(name).slug
    except LookupError as error:
        raise ValueError(str(error)) from None


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


Span = WorkingDaysAfter | DaysAfter | MonthsAfter | WorkingDaysBefore | DaysBefore
SPANS: dict[str, type[Span]] = {
    "ngay-lam-viec-sau": WorkingDaysAfter,
    "ngay-sau": DaysAfter,
    "thang-sau": MonthsAfter,
    "ngay-lam-viec-truoc": WorkingDaysBefore,
    "ngay-truoc": DaysBefore,
}
SPAN_WORDS = {span: word for word, span in SPANS.items()}


class SpanKeys(Keys):
    """A number of days, working days or months counted from the event or the period's end."""

    kieu: Literal["ngay-lam-viec-sau", "ngay-sau", "thang-sau", "ngay-lam-viec-truoc", "ngay-truoc"]
    so: Count

    def rule(self) -> Rule:
        """The rule these keys stand for."""
        return SPANS[self.kieu](self.so)


class PostingKeys(Keys):
    """«niêm yết ít nhất 30 ngày»."""

    kieu: Literal["niem-yet"]
    so: Count
    ngay_lam_viec: bool = False

    def rule(self) -> Rule:
        """The rule these keys stand for."""
        return Posting(self.so, self.ngay_lam_viec)


class LawKeys(Keys):
    """«theo quy định»: the term of this duty in force on the day of the fact (rules/law/duties)."""

    kieu: Literal["theo-luat"]
    nghia_vu: Annotated[Code, AfterValidator(_known_duty)]

    def rule(self) -> Counted:
        """The term these keys stand for."""
        return ByLaw(self.nghia_vu)


class OnTheDayKeys(Keys):
    """«ngay trong ngày»: the dialogue itself, a disclosure made when the papers are submitted."""

    kieu: Literal["dung-ngay"]

    def rule(self) -> Rule:
        """The rule these keys stand for."""
        return OnTheDay()


class StatedKeys(Keys):
    """«có thời hạn cụ thể»: the day the event's own document names."""

    kieu: Literal["theo-van-ban"]

    def rule(self) -> Due:
        """The rule these keys stand for."""
        return Stated()


Offset = Annotated[BeforeDayKeys | ByDayKeys | SpanKeys | PostingKeys | LawKeys, Field(discriminator="kieu")]
EventOffset = Annotated[
    BeforeDayKeys | ByDayKeys | SpanKeys | PostingKeys | LawKeys | OnTheDayKeys | StatedKeys,
    Field(discriminator="kieu"),
]


class ExtensionKeys(Keys):
    """How far the law lets this be extended: the term that caps it, and how many times."""

    theo: Annotated[Code, AfterValidator(_known_duty)]
    so_lan: Count = 1


class _Entry(Keys):
    ten: Text | None = None  # what this one schedule asks, when the task's own name does not say it
    noi_bo: bool = False  # the office chose this date: shown as a checkpoint, never as law
    tinh_theo: Code | None = None  # the event whose holding makes up this count
    gia_han: ExtensionKeys | None = None
    noi_dung: tuple[Annotated[Code, AfterValidator(known_item)], ...] | None = None  # of the task's items, this one's
    can_cu_luat: Annotated[Code, AfterValidator(_named_duty)] | None = None  # law without which the event means nothing


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
    han: EventOffset | None = None

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
