"""A digest composed: its letters as lines with their reasons, each with its signed link; grouped by urgency."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from flows.letters import DigestMail, Line, Section
from models.links import Purpose, Wanted, issue_links
from models.news import is_news, news_words
from models.obligations import OPEN
from models.outbox import ASKED
from models.overview import Overview, overview_of
from models.record_tables import Digest, Letter
from models.settings import Settings
from models.tables import Authority, Obligation, Person, PlanTask, key_of
from models.urging import receiver_words
from rules.occurrences import KEEP
from rules.reminders import offset_of, rung_words
from rules.vietnamese import dmy
from rules.working_days import WorkingCalendar

_Told = tuple[Letter, Obligation, PlanTask]


def compose(
    session: Session, digest: Digest, calendar: WorkingCalendar, settings: Settings, now: datetime, key: bytes
) -> DigestMail:
    """The digest's letters as lines, one an obligation, grouped and sorted by urgency, each with its signed link."""
    authority = session.get_one(Authority, digest.authority_id)
    person = session.get_one(Person, digest.person_id)
    groups = _groups(session, digest)
    overview = overview_of(session, authority, calendar, digest.day) if digest.overview else None
    reviewed = _reviewed(session, overview)
    wanted: list[Wanted] = [*map(_wanted, groups.values()), *reviewed.values(), ("tuy-chon", None)]
    urls = _urls(session, person, wanted, settings, now, key)
    lines = [_line(session, group, calendar, digest.day, _url(group, urls)) for group in groups.values()]
    reviews = {code: urls[wanted] for code, wanted in reviewed.items()}
    return DigestMail(
        authority.name, person, digest.day, tuple(_sections(lines)), overview, reviews,
        urls["tuy-chon", None],
    )  # fmt: skip


def _groups(session: Session, digest: Digest) -> dict[str, list[_Told]]:
    """The letters of a digest by obligation, in order of its day."""
    query = (
        select(Letter, Obligation, PlanTask)
        .join(Obligation, col(Obligation.id) == col(Letter.obligation_id))
        .join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))
        .where(col(Letter.digest_id) == digest.id)
        .order_by(col(Obligation.target), col(Obligation.code), col(Letter.rung_day), col(Letter.id))
    )
    groups: dict[str, list[_Told]] = {}
    for letter, obligation, task in session.execute(query):
        groups.setdefault(obligation.code, []).append((letter, obligation, task))
    return groups


def _reviewed(session: Session, overview: Overview | None) -> dict[str, Wanted]:
    """The links with which a leader looks at what was reported done."""
    if overview is None:
        return {}
    codes = [done.code for done in overview.done]
    query = select(col(Obligation.code), col(Obligation.id)).where(col(Obligation.code).in_(codes))
    return {code: ("duyet", number) for code, number in session.execute(query)}


def _wanted(group: Sequence[_Told]) -> Wanted:
    """What the button of these letters opens: deciding for who leads or is asked, answering for who does the work."""
    asked = any(letter.rung.startswith(ASKED) for letter, *_ in group)
    leads = {letter.audience for letter, *_ in group} <= {"chair"}
    purpose: Purpose = "duyet" if asked or leads else "tra-loi"
    return purpose, key_of(group[0][1])


def _url(group: Sequence[_Told], urls: dict[Wanted, str]) -> str:
    """Where the button leads; a superior body is only told."""
    return "" if {letter.audience for letter, *_ in group} == {"superior"} else urls[_wanted(group)]


def _urls(
    session: Session, person: Person, wanted: Sequence[Wanted], settings: Settings, now: datetime, key: bytes
) -> dict[Wanted, str]:
    ordered = sorted(set(wanted), key=lambda one: (one[0], one[1] or 0))
    tokens = issue_links(session, person, ordered, now, key)
    return {one: f"{settings.pages_url}/{one[0]}/{token}" for one, token in tokens.items()}


def _line(session: Session, group: Sequence[_Told], calendar: WorkingCalendar, day: date, url: str) -> Line:
    _, row, task = group[-1]
    told = [letter for letter, *_ in group if not is_news(letter.rung)]
    aim = row.agreed_on or row.target
    left = calendar.count(day, aim) if aim >= day else -calendar.count(aim, day)
    receipt, closed = row.receipt, row.status != OPEN
    drafted = not closed and any(_asks_for_draft(letter) for letter in told)
    receiver = receiver_words(session, row, task, day) if drafted else ""
    return Line(
        code=row.code,
        title=row.title,
        period=row.period_name,
        state="đã khép lại" if closed else _state(left, row, calendar, day),
        days_left=left,
        overdue=day > row.legal and not row.internal and row.nature != KEEP and not closed,
        target=row.target,
        legal=row.legal,
        agreed=row.agreed_on,
        internal=row.internal,
        keeps=row.nature == KEEP,
        standing=row.internal and task.kind == "thuong-xuyen" and not closed,
        provisional=row.provisional and not closed,
        closed=closed,
        because=tuple(receipt["because"]),
        basis=tuple(_ground(ground) for ground in receipt["basis"]),
        late_rungs=tuple(
            f"{rung_words(letter.rung)} ({dmy(letter.rung_day)})"
            for letter in told
            if row.opened_on <= letter.rung_day < day  # before it was opened there was nothing to be late with
        ),
        news=tuple(news_words(session, row, letter.rung) for letter, *_ in group if is_news(letter.rung)),
        stands_for=_absent(session, group),
        asked=any(letter.rung.startswith(ASKED) for letter, *_ in group) and not closed,
        leads=_wanted(group)[0] == "duyet",
        draft=_draft(row, receiver) if receiver else "",
        draft_for=receiver,
        url=url,
    )


def _absent(session: Session, group: Sequence[_Told]) -> str:
    away = next((letter.stands_for_id for letter, *_ in group if letter.stands_for_id), None)
    return session.get_one(Person, away).name if away else ""


def _asks_for_draft(letter: Letter) -> bool:
    return letter.audience == "chair" and offset_of(letter.rung) == 5


def _state(left: int, row: Obligation, calendar: WorkingCalendar, day: date) -> str:
    if row.nature == KEEP:
        return "đã đủ thời gian, gỡ được hoặc giữ tiếp" if day > row.legal else "chưa được gỡ"
    if left > 0:
        return f"còn {left} ngày làm việc"
    if left == 0:
        return "hôm nay là ngày cuối nên hoàn thành"
    if day > row.legal and not row.internal:
        return f"đã quá hạn {calendar.count(row.legal, day)} ngày làm việc"
    return f"đã quá {'mốc nội bộ' if row.internal else 'ngày nên hoàn thành'} {-left} ngày làm việc"


def _ground(ground: dict[str, str]) -> str:
    doubt = "" if ground["certainty"] == "S" else " (cần đối chiếu)"
    return f"{ground['article']} {ground['instrument']}".strip() + doubt


def _draft(row: Obligation, receiver: str) -> str:
    """The words of a công văn đôn đốc for the chair to sign; a mail is never the document itself."""
    return (
        f"Kính gửi: {receiver}. Nhiệm vụ «{row.title}» ({row.period_name}) có hạn {dmy(row.legal)}, "
        "đến nay chưa có kết quả. Đề nghị đơn vị khẩn trương hoàn thành, báo cáo rõ nguyên nhân chậm và thời điểm "
        "hoàn thành."
    )


def _sections(lines: Iterable[Line]) -> Iterable[Section]:
    ordered = sorted(lines, key=lambda line: (line.days_left, line.title, line.period))
    for heading, test in _URGENCIES:
        if found := tuple(line for line in ordered if test(line)):
            yield Section(heading, found)
        ordered = [line for line in ordered if not test(line)]


_URGENCIES: tuple[tuple[str, Callable[[Line], bool]], ...] = (
    ("Chờ đồng chí quyết định", lambda line: line.asked),
    ("Quá hạn", lambda line: line.overdue),
    ("Để biết", lambda line: line.closed),
    ("Niêm yết", lambda line: line.keeps),
    ("Cần làm ngay", lambda line: line.days_left < 0),
    ("Hôm nay", lambda line: line.days_left == 0),
    ("Sắp đến hạn", lambda line: line.days_left <= 5),
    ("Thời gian tới", lambda line: True),
)
