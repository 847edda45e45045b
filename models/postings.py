"""Disclosures as they were really made: where, from when, kept how long, taken down when, with proof."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.actions import close, reopen
from models.acts import ActRefused, check_past, clean, flag, locked, needed
from models.audit import Act, record
from models.audit_actions import Action
from models.evidence import Proof, add_proofs
from models.family_tables import Posting
from models.files import Kept
from models.obligations import DONE, OPEN, WITHDRAWN, open_obligations, stored_calendar
from models.planned import key_of_keep
from models.published import LOUDSPEAKER, Published, checked
from models.tables import Obligation, Plan, PlanTask, key_of
from rules.deadlines import Posting as PostingRule
from rules.deadlines import fall_due
from rules.law.disclosures import CHANNELS, WITHOUT_DAYS, Item, item_named, keeping, missing_channels
from rules.postings import TakenDownBeforePosted, shortfall
from rules.vietnamese import dmy, weekday_dmy


def publish(session: Session, code: str, by: str, made: Published, now: datetime) -> Posting:
    """Record that something of obligation `code` was published; the last required channel closes it.

    What must stay up opens the obligation to keep it up. Raises ActRefused.
    """
    row, task = locked(session, code)
    made, item = checked(row, made, now)
    posting = _store(session, row, item, made, now)
    proof = Proof(made.document, made.link, made.file)
    add_proofs(session, row, [proof] if proof.name else [], by, now)
    if posting.keep_until:
        _open_keep(session, task, posting, now)
    _say_posted(session, row, item, posting, by, now)
    _close_when_complete(session, row, item, made, by, now)
    return posting


def take_down(
    session: Session, posting_id: int, by: str, day: date, document: str, now: datetime, file: Kept | None = None
) -> Posting:
    """Record that a posting came down on `day`; too early is flagged there and on its duty. Raises ActRefused."""
    posting, row = _posting(session, posting_id)
    check_past("Ngày gỡ", day, row, now)
    document = clean("Biên bản gỡ", document)
    finding = _early(session, posting, day)
    posting.taken_down_on, posting.finding = day, finding
    session.add(posting)
    detail = {"by": by, "item": item_named(posting.item).name, "day": dmy(day), "finding": finding}
    record(session, row.authority_id, now, [Act(Action.TAKEN_DOWN, row.code, detail, by)])
    if keep := session.get(Obligation, posting.keep_id) if posting.keep_id else None:
        for flagged in (keep, row) if finding else ():
            flag(flagged, finding, now)
            session.add(flagged)
        if keep.status == OPEN:
            close(session, keep, by, day, document or f"gỡ ngày {dmy(day)}", now)
        add_proofs(session, keep, [Proof(document, file=file)] if document or file else [], by, now)
    return posting


def keep_on(session: Session, posting_id: int, by: str, reason: str, now: datetime) -> Posting:
    """Record that a posting whose time is over stays up; nothing more is asked of it. Raises ActRefused."""
    posting, row = _posting(session, posting_id)
    keep = session.get(Obligation, posting.keep_id) if posting.keep_id else None
    if keep is None or keep.status != OPEN:
        raise ActRefused("Lần niêm yết này không còn được theo dõi ngày gỡ.")
    why = needed("Lý do", reason, "Cần ghi vì sao niêm yết tiếp, ví dụ vẫn còn giá trị áp dụng.")
    check_past("Ngày đủ thời gian niêm yết", keep.legal, row, now)
    posting.kept = "tiep"
    session.add(posting)
    close(session, keep, by, keep.legal, f"niêm yết tiếp: {why}", now)
    return posting


def withdraw_posting(session: Session, posting_id: int, by: str, reason: str, now: datetime) -> Posting:
    """Take back a posting recorded by mistake, and open its duty again when it is not fulfilled without it.

    Raises ActRefused.
    """
    posting, row = _posting(session, posting_id, up=False)
    why = needed("Lý do", reason, "Cần ghi vì sao rút lần công khai này.")
    posting.withdrawn, posting.keep_until = True, None
    session.add(posting)
    session.flush()
    item = item_named(posting.item)
    detail = {"by": by, "item": item.name, "posted_on": dmy(posting.posted_on), "reason": why}
    record(session, row.authority_id, now, [Act(Action.POSTING_WITHDRAWN, row.code, detail, by)])
    if keep := session.get(Obligation, posting.keep_id) if posting.keep_id else None:
        keep.status, keep.next_wakeup_at, keep.closed_at = WITHDRAWN, None, now
        session.add(keep)
    if row.status == DONE and still_missing(session, row, item, posting.posted_on):
        reopen(session, row, by, f"rút lần công khai ghi nhầm: {why}", now)
    return posting


def note_check(session: Session, posting: Posting, check: dict[str, Any], by: str, now: datetime) -> None:
    """Keep what came of trying a posting's link: link, outcome, said, sha256."""
    row = session.get_one(Obligation, posting.obligation_id)
    posting.checks = [*posting.checks, {**check, "at": now.isoformat()}]
    session.add(posting)
    record(session, row.authority_id, now, [Act(Action.LINK_CHECKED, row.code, {**check, "by": by}, by)])


def postings_of(session: Session, row: Obligation) -> Sequence[Posting]:
    """The postings made for `row`, or the one it keeps up, oldest first."""
    mine = (col(Posting.obligation_id) == row.id) | (col(Posting.keep_id) == row.id)
    mine &= col(Posting.withdrawn).is_(False)
    return (
        session.execute(select(Posting).where(mine).order_by(col(Posting.posted_on), col(Posting.id))).scalars().all()
    )


def disclosed_between(session: Session, first: date, last: date) -> Sequence[tuple[Posting, Obligation]]:
    """What was published from `first` to `last`: the list that Luật 10/2022 Đ13.2 wants posted every quarter."""
    query = (
        select(Posting, Obligation)
        .join(Obligation, col(Obligation.id) == col(Posting.obligation_id))
        .where(col(Posting.posted_on).between(first, last), col(Posting.withdrawn).is_(False))
        .order_by(col(Posting.posted_on), col(Posting.id))
    )
    return session.execute(query).tuples().all()


def still_missing(session: Session, row: Obligation, item: Item, day: date) -> tuple[str, ...]:
    """The channels that `item` still needs for `row`, as the law stood on `day`."""
    used = {posting.channel for posting in postings_of(session, row) if posting.item == item.slug}
    return missing_channels(item, day, used)


def _store(session: Session, row: Obligation, item: Item, made: Published, now: datetime) -> Posting:
    rule = keeping(item, made.channel, made.day)
    spoken = made.channel == LOUDSPEAKER
    calendar = stored_calendar(session, row.authority_id)
    stays = isinstance(rule, PostingRule) and not spoken
    posting = Posting(
        authority_id=row.authority_id, obligation_id=key_of(row), item=item.slug, channel=made.channel,
        place=made.place, link=made.link, times=made.times, posted_on=made.day,
        kept=rule if isinstance(rule, str) else "",
        keep_until=fall_due(rule, calendar, made.day).legal if isinstance(rule, PostingRule) and stays else None,
        taken_down_on=made.until if spoken else None,
        finding=_few_broadcasts(rule, made) if spoken and isinstance(rule, PostingRule) else "",
        recorded_at=now,
    )  # fmt: skip
    session.add(posting)
    session.flush()
    return posting


def _few_broadcasts(rule: PostingRule, made: Published) -> str:
    """The law counts days in a row on which it was broadcast, the first among them (Luật 10/2022 Đ13.3)."""
    days = ((made.until or made.day) - made.day).days + 1
    return "" if days >= rule.n else f"Phát thanh mới {days}/{rule.n} ngày liên tục, từ {dmy(made.day)}."


def _open_keep(session: Session, task: PlanTask, posting: Posting, now: datetime) -> None:
    plan = session.get_one(Plan, task.plan_id)
    open_obligations(session, plan, stored_calendar(session, posting.authority_id), now)
    mine = select(col(Obligation.id)).where(col(Obligation.plan_task_id) == task.id)
    posting.keep_id = session.execute(mine.where(col(Obligation.period_key) == key_of_keep(posting))).scalar_one()
    session.add(posting)


def _say_posted(session: Session, row: Obligation, item: Item, posting: Posting, by: str, now: datetime) -> None:
    where = posting.place or posting.link or posting.times
    detail = {
        "by": by, "item": item.name, "channel": CHANNELS[posting.channel], "posted_on": dmy(posting.posted_on),
        "where": f", {where}" if where else "", "keep": kept_words(posting), "finding": posting.finding,
    }  # fmt: skip
    record(session, row.authority_id, now, [Act(Action.POSTED, row.code, detail, by)])
    if posting.finding:
        flag(row, posting.finding, now)
        session.add(row)


def kept_words(posting: Posting) -> str:
    """«đến hết thứ Tư, 31/07/2024», or for how long when no number of days is set."""
    if posting.keep_until:
        return f"đến hết {weekday_dmy(posting.keep_until)}"
    return next((words for kept, words in WITHOUT_DAYS.items() if kept == posting.kept), "không định số ngày")


def _close_when_complete(
    session: Session, row: Obligation, item: Item, made: Published, by: str, now: datetime
) -> None:
    """Done on the day the last required channel was used."""
    if row.status != OPEN:
        return
    wanted = [item] if row.event_id else [item_named(slug) for slug in row.items]  # a fact is about one matter
    mine = [one for one in postings_of(session, row) if one.item in {each.slug for each in wanted}]
    missing = {each.name: still_missing(session, row, each, made.day) for each in wanted}
    how = "; ".join(f"{item_named(one.item).name}: {CHANNELS[one.channel]} {dmy(one.posted_on)}" for one in mine)
    if not any(missing.values()):
        close(session, row, by, max(one.posted_on for one in mine), how, now)
        return
    names = "; ".join(f"{name}: {', '.join(map(CHANNELS.__getitem__, left))}" for name, left in missing.items() if left)
    detail = {"by": by, "done_on": dmy(made.day), "document": how, "missing": names}
    record(session, row.authority_id, now, [Act(Action.REPORTED_PART, row.code, detail, by)])


def _posting(session: Session, posting_id: int, up: bool = True) -> tuple[Posting, Obligation]:
    query = select(Posting).where(col(Posting.id) == posting_id).with_for_update()
    posting: Posting | None = session.execute(query).scalar_one_or_none()
    if posting is None:
        raise ActRefused(f"Không có lần công khai số {posting_id}.")
    if posting.withdrawn:
        raise ActRefused("Lần công khai này đã rút vì ghi nhầm.")
    if up and posting.taken_down_on:
        raise ActRefused(f"Lần công khai này đã ghi gỡ ngày {dmy(posting.taken_down_on)}.")
    return posting, session.get_one(Obligation, posting.obligation_id)


def _early(session: Session, posting: Posting, day: date) -> str:
    rule = keeping(item_named(posting.item), posting.channel, posting.posted_on)
    if posting.kept in WITHOUT_DAYS:
        return f"Gỡ ngày {dmy(day)} trong khi phải giữ {kept_words(posting)}; chỉ gỡ khi hết kỳ hoặc có bản thay thế."
    if not isinstance(rule, PostingRule):
        return ""
    try:
        found = shortfall(rule, posting.posted_on, day, stored_calendar(session, posting.authority_id))
    except TakenDownBeforePosted as error:
        raise ActRefused(str(error)) from None
    return found.text if found else ""
