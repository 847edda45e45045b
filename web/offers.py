"""Which answers a person may give to one open obligation today, what each would lead to, and whom to ask otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from models.actions import NoMoreTime, extension_left, own_way
from models.acts import ActRefused
from models.answers import MORE_TIME, NOT_MINE, answers_of
from models.hindsight import bound_of
from models.obligations import ladder_of, reminded_for
from models.planned import is_report
from models.replies import colleagues, deciders, roster_of, waiting
from models.reply_tables import Reply
from models.tables import Obligation, Person, PlanTask, key_of
from rules.law.terms import NoDeadlineInLaw, NoTermInForce
from rules.occurrences import KEEP
from rules.vietnamese import dmy, local_day
from web.families import ItemLine, PostingLine, item_lines, posting_lines
from web.matters import Matter
from web.site import Site


@dataclass(frozen=True, slots=True)
class HandIn:
    """A report to be handed in: to whom as the plan says, and once its figures have closed."""

    receiver: str
    closes: date
    ready: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """A question a second person would decide: who that is, and the day already asked for when one waits."""

    deciders: tuple[str, ...]
    waits: bool
    day: date | None = None
    law: str = ""  # what the law says of more time
    barred: bool = False  # nobody may give any


@dataclass(frozen=True, slots=True)
class Offers:
    """Everything that may be said of one open obligation today."""

    way: str  # how it is closed when none of our forms does
    hand_in: HandIn | None
    postings: tuple[PostingLine, ...]
    items: tuple[ItemLine, ...]
    quiet: bool  # whether saying «seen» would spare a reminder
    late: bool
    time: Asking | None
    not_mine: Asking
    colleagues: tuple[tuple[str, str], ...]
    office: tuple[Person, ...]


def offers_in(session: Session, site: Site, matter: Matter) -> Offers:
    """What the person of `matter` may say of it now."""
    row, task, person, now = matter.row, matter.task, matter.person, site.now()
    today, family = local_day(now), matter.page.family
    hand_in = _hand_in(row, task, now) if is_report(row, task) and site.shelves else None
    postings = posting_lines(session, family.postings, today) if row.nature == KEEP else ()
    return Offers(
        way="" if hand_in or postings else own_way(row, task),
        hand_in=hand_in,
        postings=postings,
        items=item_lines(family.items, family.postings, today) if row.nature != KEEP else (),
        quiet=_spares_a_reminder(row, today) and not _said_seen(session, row, person),
        late=today > row.target and row.nature != KEEP,
        time=_more_time(session, row, person, now) if row.nature != KEEP else None,
        not_mine=_asking(session, row, person, NOT_MINE, waiting(session, row, NOT_MINE, person), now),
        colleagues=tuple(named(colleagues(session, row, task, person, now))),
        office=_people(session, roster_of(session, row, now).office()),
    )


def named(people: Iterable[Person]) -> Iterable[tuple[str, str]]:
    """People as they are chosen from a list: code, and name with what they are."""
    return ((person.code, f"{person.name} – {person.title}") for person in people)


def _hand_in(row: Obligation, task: PlanTask, now: datetime) -> HandIn:
    return HandIn(task.family.get("receiver", ""), row.cut_off or row.legal, now >= bound_of(row))


def _spares_a_reminder(row: Obligation, today: date) -> bool:
    """Whether a reminder before the day is still to come."""
    told = row.last_offset
    ahead = (rung for rung in ladder_of(row).rungs if rung.offset < 0 and (told is None or rung.offset > told))
    return today < reminded_for(row) and any(ahead)


def _said_seen(session: Session, row: Obligation, person: Person) -> bool:
    return key_of(person) in answers_of(session, key_of(row)).seen


def _more_time(session: Session, row: Obligation, person: Person, now: datetime) -> Asking:
    asked = _asking(session, row, person, MORE_TIME, waiting(session, row, MORE_TIME), now)
    law, barred = _law_on_time(session, row, local_day(now))
    return Asking(asked.deciders, asked.waits, asked.day, law, barred)


def _law_on_time(session: Session, row: Obligation, today: date) -> tuple[str, bool]:
    """What the law says of more time for `row`, in words, and whether nobody may give any."""
    try:
        left = extension_left(session, row)
    except NoMoreTime as none_left:
        return _agreement_only(row, none_left), False
    except (ActRefused, NoTermInForce, NoDeadlineInLaw) as unknown:
        return str(unknown), True
    if today > row.legal:
        return f"Đã quá hạn {dmy(row.legal)} nên không gia hạn được nữa; xin báo lý do chậm.", True
    last = dmy(row.nominal + timedelta(days=left))
    return f"Quy định cho gia hạn đến hết ngày {last}, bằng quyết định ký trước khi hết hạn {dmy(row.legal)}.", False


def _agreement_only(row: Obligation, none_left: NoMoreTime) -> str:
    agreed = "lãnh đạo có thể đồng ý để cơ quan chờ đến một ngày muộn hơn"
    if row.internal:
        return f"Đây là mốc nội bộ của cơ quan; {agreed}."
    ground = str(none_left) if row.extension else "Không có quy định nào cho gia hạn việc này."
    return f"{ground} Hạn theo quy định giữ nguyên, hết ngày {dmy(row.legal)}; {agreed}, quá hạn vẫn là quá hạn."


def _asking(session: Session, row: Obligation, person: Person, kind: str, waits: Reply | None, now: datetime) -> Asking:
    asked = waits or Reply(
        authority_id=row.authority_id, obligation_id=key_of(row), person_id=key_of(person), kind=kind, at=now
    )
    people = _people(session, deciders(session, row, asked, now))
    return Asking(tuple(one.name for one in people), waits is not None, asked.day)


def _people(session: Session, numbers: Iterable[int]) -> tuple[Person, ...]:
    return tuple(session.get_one(Person, number) for number in numbers)
