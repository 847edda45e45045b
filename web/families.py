"""What an obligation's page shows of its family beside its record: items to publish, meetings, what may be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from models.actions import extension_left, own_way
from models.acts import ActRefused
from models.dialogues import EventName, events_like, promise_event_of, scheduling_of
from models.event_lines import EventLine, event_lines, people_choices
from models.family_tables import Posting
from models.obligation_page import ObligationPage, names_of
from models.obligations import OPEN
from models.published import BOARD, PORTAL
from models.replies import roster_of
from models.reply_views import ReplyLine, replies_of
from models.tables import Obligation, Person, PlanTask
from rules.deadlines import Posting as PostingRule
from rules.law.disclosures import (
    CHANNELS,
    WITHOUT_DAYS,
    Channel,
    Item,
    channels_on,
    item_named,
    keeping,
    keeping_basis,
    missing_channels,
)
from rules.law.instruments import grounds_on
from rules.law.terms import NoDeadlineInLaw, NoTermInForce
from rules.receipts import Basis
from rules.vietnamese import dmy, local_day


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One way to publish an item as the law stands today, and whether it was used."""

    row: Channel
    name: str
    keep: str
    keep_basis: Basis | None
    unless: tuple[str, ...]
    state: str  # da | thieu | thoi | them


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A matter to publish, by each channel, and the required channels still missing."""

    item: Item
    grounds: tuple[Basis, ...]
    channels: tuple[ChannelLine, ...]
    missing: tuple[str, ...]
    started: bool


@dataclass(frozen=True, slots=True)
class PostingLine:
    """One disclosure made, and what may still be said of it."""

    row: Posting
    item: str
    channel: str
    may_come_down: bool
    may_stay_on: bool
    made_for: str  # code of the obligation it was made for
    kept_by: str  # code of the one that follows how long it stays


@dataclass(frozen=True, slots=True)
class Extension:
    """How many days the law still gives and who may grant them (code, name), or why it gives none."""

    left: int
    why_not: str = ""
    leaders: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """Everything that stands beside one obligation's record."""

    own_way: str = ""  # how it is closed, when not by reporting it done
    items: tuple[ItemLine, ...] = ()
    postings: tuple[PostingLine, ...] = ()
    extension: Extension | None = None
    agreed_on: date | None = None  # the later day a leader agreed to; the due day stays
    replies: tuple[ReplyLine, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)  # what people are called, by the code of who recorded
    scheduling: EventName | None = None
    meetings: Sequence[EventLine] = ()
    promise: EventName | None = None
    promises: Sequence[EventLine] = ()
    people: Sequence[tuple[str, str]] = ()

    @property
    def offered(self) -> list[tuple[str, str]]:
        """Every item, by its slug."""
        return [(line.item.slug, line.item.name) for line in self.items]

    @property
    def channels(self) -> dict[str, str]:
        """Every channel some item may use today, by its slug."""
        used = {line.row.channel for item in self.items for line in item.channels}
        return {slug: name for slug, name in CHANNELS.items() if slug in used}


def beside(session: Session, page: ObligationPage, code: str, now: datetime) -> Beside:
    """What stands beside obligation `code`, shown as `page`."""
    today = local_day(now)
    row, family = session.execute(select(Obligation).where(col(Obligation.code) == code)).scalar_one(), page.family
    scheduling, promise = scheduling_of(session, code), promise_event_of(session, code)
    return Beside(
        own_way=own_way(row, session.get_one(PlanTask, row.plan_task_id)),
        items=item_lines(family.items, family.postings, today),
        postings=posting_lines(session, family.postings, today),
        extension=_extension(session, row, now),
        agreed_on=row.agreed_on,
        replies=replies_of(session, row),
        named=names_of(session, row.authority_id),
        scheduling=scheduling,
        meetings=_events(session, code, scheduling, today),
        promise=promise,
        promises=_events(session, code, promise, today),
        people=people_choices(session) if promise else (),
    )


def _events(session: Session, code: str, event: EventName | None, today: date) -> Sequence[EventLine]:
    return event_lines(session, events_like(session, code, event), today) if event else ()


def item_lines(slugs: Sequence[str], postings: Sequence[Posting], today: date) -> tuple[ItemLine, ...]:
    """Each matter to publish with its channels, and what of it was published."""
    return tuple(_item(item_named(slug), postings, today) for slug in slugs)


def _item(item: Item, postings: Sequence[Posting], today: date) -> ItemLine:
    used = {posting.channel for posting in postings if posting.item == item.slug}
    missing = missing_channels(item, today, used)
    lines = tuple(_channel(item, channel, used, missing, today) for channel in channels_on(item, today))
    names = tuple(CHANNELS[slug] for slug in missing)
    return ItemLine(item, grounds_on(item, today), lines, names, bool(used))


def _channel(item: Item, row: Channel, used: set[str], missing: Sequence[str], today: date) -> ChannelLine:
    state = "thoi" if row.required else "them"
    state = "da" if row.channel in used else "thieu" if row.channel in missing else state
    keep, ground = _kept(item, row.channel, today)
    return ChannelLine(row, CHANNELS[row.channel], keep, ground, tuple(CHANNELS[slug] for slug in row.unless), state)


def _kept(item: Item, channel: str, today: date) -> tuple[str, Basis | None]:
    """How long what is put there today stays, in words, and the law that says so."""
    try:
        rule, ground = keeping(item, channel, today), keeping_basis(item, channel, today)
    except (NoTermInForce, NoDeadlineInLaw) as unknown:
        return str(unknown), None
    if isinstance(rule, PostingRule):
        return f"ít nhất {rule.n:02} ngày{' làm việc' if rule.working else ''} liên tục", ground
    return (WITHOUT_DAYS[rule] if rule else "không định số ngày"), ground


def posting_lines(session: Session, rows: Sequence[Posting], today: date) -> tuple[PostingLine, ...]:
    """Each disclosure made, and what may still be said of it today."""
    wanted = {number for row in rows for number in (row.obligation_id, row.keep_id)}
    found = session.execute(select(col(Obligation.id), col(Obligation.code)).where(col(Obligation.id).in_(wanted)))
    codes: dict[int | None, str] = dict(found.tuples().all())
    return tuple(_posting(row, codes, today) for row in rows)


def _posting(row: Posting, codes: Mapping[int | None, str], today: date) -> PostingLine:
    up = row.taken_down_on is None and row.channel in (BOARD, PORTAL)
    over = row.keep_until is not None and row.keep_until < today
    stays = up and over and not row.kept
    both = codes.get(row.obligation_id, ""), codes.get(row.keep_id, "")
    return PostingLine(row, item_named(row.item).name, CHANNELS[row.channel], up, stays, *both)


def _extension(session: Session, row: Obligation, now: datetime) -> Extension | None:
    if row.status != OPEN or not row.extension:
        return None
    if local_day(now) > row.legal:
        return Extension(0, f"Đã quá hạn {dmy(row.legal)}: gia hạn phải quyết định trước khi hết hạn.")
    try:
        left = extension_left(session, row)
    except (ActRefused, NoTermInForce, NoDeadlineInLaw) as none_left:
        return Extension(0, str(none_left))
    leaders = (session.get_one(Person, one) for one in roster_of(session, row, now).leaders())
    return Extension(left, leaders=tuple((leader.code, leader.name) for leader in leaders))
