"""A digest as people read it: what is due, why that date, and one link for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy import select
from sqlmodel import Session, col

from models.outbox import MOVED
from models.record_tables import Digest, Letter
from models.settings import Settings
from models.tables import Authority, Obligation, Person, PlanTask, Unit
from rules.occurrences import KEEP
from rules.reminders import rung_words
from rules.vietnamese import ZONE, dmy, weekday_dmy
from rules.working_days import WorkingCalendar

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Line:
    """One obligation in a digest."""

    title: str
    period: str
    state: str
    days_left: int  # working days to the target; negative: past it
    overdue: bool  # past the legal day; a checkpoint of the office's own never is
    target: date
    legal: date
    internal: bool
    keeps: bool  # something posted that must stay, not something to do
    standing: bool  # no term in law or plan: evidence and one line are asked for
    provisional: bool
    because: tuple[str, ...]
    basis: tuple[str, ...]
    late_rungs: tuple[str, ...]
    moved: str
    audience: str
    draft: str
    url: str


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of one urgency."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class DigestMail:
    """A digest ready to be rendered."""

    authority: str
    person: Person
    day: date
    sections: tuple[Section, ...]
    pages_url: str

    @property
    def lines(self) -> list[Line]:
        """Every line, most urgent first."""
        return [line for section in self.sections for line in section.lines]

    @property
    def subject(self) -> str:
        """«Nhắc hạn: 3 việc, gần nhất 02/07/2024»: kind, count and nearest date."""
        overdue = sum(line.overdue for line in self.lines)
        nearest = dmy(min(line.target for line in self.lines))
        if not overdue:
            return f"Nhắc hạn: {len(self.lines)} việc, gần nhất {nearest}"
        rest = f", {len(self.lines) - overdue} việc khác" if overdue < len(self.lines) else ""
        return f"Đôn đốc: {overdue} việc quá hạn{rest}, sớm nhất {nearest}"


def compose(session: Session, digest: Digest, calendar: WorkingCalendar, settings: Settings) -> DigestMail:
    """The digest's letters as lines, one an obligation, grouped and sorted by urgency."""
    query = (
        select(Letter, Obligation, PlanTask, col(Unit.name))
        .join(Obligation, col(Obligation.id) == col(Letter.obligation_id))
        .join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))
        .join(
            Unit, (col(Unit.code) == col(PlanTask.lead)) & (col(Unit.authority_id) == digest.authority_id), isouter=True
        )
        .where(col(Letter.digest_id) == digest.id)
        .order_by(col(Obligation.target), col(Obligation.code), col(Letter.rung_day))
    )
    letters: dict[str, list[tuple[Letter, Obligation, PlanTask, str]]] = {}
    for letter, obligation, task, unit in session.execute(query):
        letters.setdefault(obligation.code, []).append((letter, obligation, task, unit))
    lines = [_line(group, calendar, digest.day, settings) for group in letters.values()]
    authority = session.get_one(Authority, digest.authority_id)
    person = session.get_one(Person, digest.person_id)
    return DigestMail(authority.name, person, digest.day, tuple(_sections(lines)), settings.pages_url)


def _line(
    group: Sequence[tuple[Letter, Obligation, PlanTask, str]], calendar: WorkingCalendar, day: date, settings: Settings
) -> Line:
    newest, row, task, unit = group[-1]
    told = [letter for letter, *_ in group if not letter.rung.startswith(MOVED)]
    left = calendar.count(day, row.target) if row.target >= day else -calendar.count(row.target, day)
    receipt = row.receipt
    return Line(
        title=row.title,
        period=row.period_name,
        state=_state(left, row, day),
        days_left=left,
        overdue=day > row.legal and not row.internal and row.nature != KEEP,
        target=row.target,
        legal=row.legal,
        internal=row.internal,
        keeps=row.nature == KEEP,
        standing=row.internal and task.kind == "thuong-xuyen",
        provisional=row.provisional,
        because=tuple(receipt["because"]),
        basis=tuple(_ground(ground) for ground in receipt["basis"]),
        late_rungs=tuple(
            f"{rung_words(letter.rung)} ({dmy(letter.rung_day)})"
            for letter in told
            if row.opened_on <= letter.rung_day < day  # before it was opened there was nothing to be late with
        ),
        moved=_moved(row) if len(told) < len(group) else "",
        audience=newest.audience,
        draft=_draft(row, task, unit) if newest.rung == "+5" and newest.audience == "chair" else "",
        url=f"{settings.pages_url}/nghia-vu/{row.code}",
    )


def _state(left: int, row: Obligation, day: date) -> str:
    if row.nature == KEEP:
        return "đã đủ thời gian, gỡ được hoặc giữ tiếp" if day > row.legal else "chưa được gỡ"
    if left > 0:
        return f"còn {left} ngày làm việc"
    if left == 0:
        return "hôm nay là ngày cuối nên hoàn thành"
    passed = "mốc nội bộ" if row.internal else "hạn" if day > row.legal else "ngày nên hoàn thành"
    return f"đã quá {passed} {-left} ngày làm việc"


def _moved(row: Obligation) -> str:
    """Why a day people knew is another one now."""
    last = row.moves[-1]
    if last["to"] is None:
        return f"Thôi áp dụng theo {last['cause']}; ngày cũ {dmy(date.fromisoformat(last['from']))}."
    old, new = (dmy(date.fromisoformat(last[name])) for name in ("from", "to"))
    return f"Đã chuyển từ {old} sang {new} theo {last['cause']}."


def _ground(ground: dict[str, str]) -> str:
    doubt = "" if ground["certainty"] == "S" else " (cần đối chiếu)"
    return f"{ground['article']} {ground['instrument']}".strip() + doubt


def _draft(row: Obligation, task: PlanTask, unit: str | None) -> str:
    """The words of a công văn đôn đốc for the chair to sign; a mail is never the document itself."""
    return (
        f"Kính gửi: {unit or 'đơn vị chủ trì'}. Nhiệm vụ «{row.title}» ({row.period_name}) có hạn {dmy(row.legal)}, "
        "đến nay chưa có kết quả. Đề nghị đơn vị khẩn trương hoàn thành, báo cáo rõ nguyên nhân chậm và thời điểm "
        "hoàn thành."
    )


def _sections(lines: Iterable[Line]) -> Iterable[Section]:
    ordered = sorted(lines, key=lambda line: (line.days_left, line.title, line.period))
    for heading, test in _URGENCIES:
        if found := tuple(line for line in ordered if test(line)):
            yield Section(heading, found)


_URGENCIES: tuple[tuple[str, Callable[[Line], bool]], ...] = (
    ("Quá hạn", lambda line: line.overdue),
    ("Cần làm ngay", lambda line: line.days_left < 0 and not line.overdue and not line.keeps),
    ("Hôm nay", lambda line: line.days_left == 0 and not line.overdue and not line.keeps),
    ("Sắp đến hạn", lambda line: 0 < line.days_left <= 5 and not line.keeps),
    ("Thời gian tới", lambda line: line.days_left > 5 and not line.keeps),
    ("Niêm yết", lambda line: line.keeps),
)


def build_message(mail: DigestMail, digest: Digest, settings: Settings, at: datetime) -> Message:
    """The mail as sent: plain text and HTML of equal content, stable Message-ID and boundary.

    Built with the standard library's older classes: the newer ones cost eight times as much per mail.
    """
    facts = {"mail": mail, "dmy": dmy, "weekday_dmy": weekday_dmy}
    message = MIMEMultipart("alternative", boundary=f"=_{digest.message_id.strip('<>').replace('@', '_')}")
    message["Subject"] = Header(one_line(mail.subject), "utf-8", header_name="Subject").encode()
    message["From"] = _address(settings.mail_from_name, settings.mail_from)
    message["To"] = _address(mail.person.name, mail.person.email)
    message["Date"] = format_datetime(at.astimezone(ZoneInfo(ZONE)))
    message["Message-ID"] = digest.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "vi"
    message.attach(MIMEText(_templates().get_template("digest.txt.j2").render(facts), "plain", "utf-8"))
    message.attach(MIMEText(_templates().get_template("digest.html.j2").render(facts), "html", "utf-8"))
    return message


def _address(name: str, email: str) -> str:
    return f"{Header(one_line(name), 'utf-8').encode()} <{one_line(email)}>"


def one_line(text: str) -> str:
    """`text` on one line: nothing a person typed can start a header of its own."""
    return " ".join("".join(" " if ord(char) < 32 or ord(char) == 127 else char for char in text).split())


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html.j2"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
