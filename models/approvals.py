"""What a second person decides: more time, whose work it is, whether what was shown will do."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from models.actions import extend_obligation, own_way, return_evidence
from models.acts import ActRefused, clean, locked, needed
from models.answers import MORE_TIME, NOT_MINE
from models.audit import Act, record
from models.audit_actions import Action
from models.moves import occurrence_of, tell_anew
from models.obligations import DONE, OPEN, ladder_json, reminded_for, stored_calendar
from models.outbox import ANSWERED, HANDED, tell
from models.people import Roster, Told
from models.planned import ladder_for
from models.replies import deciders, roster_of, second_persons
from models.reply_tables import Reply
from models.tables import Obligation, Person, Plan, PlanTask, key_of
from rules.occurrences import Skipped
from rules.vietnamese import dmy, local_day


def decide_time(
    session: Session, number: int, by: Person, granted: bool, words: str, now: datetime, document: str = ""
) -> Reply:
    """Grant or refuse the time asked for in reply `number`. Raises ActRefused.

    Where the law gives it, the due day moves and the decision's number is needed; where it does not, the due day
    stays and the rungs lie around the day agreed to.
    """
    reply, row, task = _waiting(session, number, MORE_TIME, by, now)
    if granted and reply.day and reply.day <= max(reminded_for(row), local_day(now)):
        raise ActRefused(f"Ngày đề nghị {_day(reply)} đã qua hoặc không muộn hơn ngày nay; xin đề nghị lại.")
    said = clean("Ý kiến", words) if granted else needed("Lý do", words, "Cần ghi lý do không đồng ý.")
    _settle(session, reply, by, granted, said, now, clean("Số, ký hiệu quyết định", document))
    if not granted:
        _say(session, row, Action.TIME_REFUSED, by, {"day": _day(reply), "reason": said}, now)
    elif reply.lawful:
        _extend(session, reply, row, by, now)
    else:
        _agree(session, reply, row, task, by, now)
    _tell_asker(session, reply, row, now)
    return reply


def decide_owner(
    session: Session, number: int, by: Person, granted: bool, words: str, now: datetime, to: Person | None = None
) -> Reply:
    """Agree that the work is not theirs and give it to `to`, or say that it is. Raises ActRefused."""
    reply, row, _ = _waiting(session, number, NOT_MINE, by, now)
    asker = session.get_one(Person, reply.for_id or reply.person_id)
    if granted and (to is None or to.id in (reply.person_id, asker.id) or not _holds_a_role(session, row, to, now)):
        raise ActRefused("Cần chọn người nhận việc đang giữ vai trò, khác người vừa báo.")
    said = clean("Ý kiến", words) if granted else needed("Lý do", words, "Cần ghi vì sao việc vẫn thuộc người này.")
    reply.to_id = to.id if granted and to else None
    _settle(session, reply, by, granted, said, now)
    action = Action.REASSIGNED if granted else Action.NOT_REASSIGNED
    facts = {"person": asker.code, "to": to.code if to else "", "reason": said}
    _say(session, row, action, by, facts, now)
    if granted and to:
        tell(session, row, {key_of(to): Told("implementing")}, f"{HANDED}{reply.id}", local_day(now))
    _tell_asker(session, reply, row, now)
    return reply


def send_back(session: Session, code: str, by: Person, reason: str, now: datetime) -> Obligation:
    """Return what was shown for `code` with the reason. Raises ActRefused."""
    row, _ = locked(session, code)
    if _reported(row, by.code):
        raise ActRefused("Kết quả do chính đồng chí báo; người khác xem lại và trả lại.")
    if by.id not in roster_of(session, row, now).leaders():
        raise ActRefused("Chỉ lãnh đạo (hoặc người thay) được trả lại kết quả.")
    return return_evidence(session, code, by.code, reason, now)


def reviewers(roster: Roster, row: Obligation, task: PlanTask) -> tuple[int, ...]:
    """The leaders of `roster` who may send back what was shown for `row`: never who reported it."""
    if row.status != DONE or own_way(row, task):
        return ()
    return tuple(one for one in roster.leaders() if not _reported(row, roster.codes[one]))


def who_decides(session: Session, row: Obligation, now: datetime) -> tuple[int, ...]:
    """Everybody who may decide something about `row` today: an answer that waits, or a result to be looked at."""
    roster, task = roster_of(session, row, now), session.get_one(PlanTask, row.plan_task_id)
    waiting = select(Reply).where(col(Reply.obligation_id) == row.id, col(Reply.decided_at).is_(None), col(Reply.waits))
    asked = session.exec(waiting.order_by(col(Reply.id))).all() if row.status == OPEN else ()
    deciding = (one for reply in asked for one in second_persons(roster, reply))
    return tuple(dict.fromkeys((*deciding, *reviewers(roster, row, task))))


def leader_named(session: Session, obligation: str, person: str, now: datetime) -> Person:
    """The leader with this code who may decide about `obligation` today. Raises ActRefused naming those who may."""
    row, _ = locked(session, obligation)
    leaders = [session.get_one(Person, one) for one in roster_of(session, row, now).leaders()]
    if found := next((one for one in leaders if one.code == person), None):
        return found
    names = ", ".join(f"{one.code} ({one.name})" for one in leaders) or "chưa có ai"
    raise ActRefused(f"Người quyết định phải là lãnh đạo đang giữ vai trò: {names}; đọc được «{person}».")


def waiting_replies(session: Session, authority_id: int) -> list[Reply]:
    """Every reply about open work of an authority that waits for a second person, oldest first."""
    mine = (
        select(Reply)
        .join(Obligation, col(Obligation.id) == col(Reply.obligation_id))
        .where(col(Reply.authority_id) == authority_id, col(Reply.decided_at).is_(None), col(Reply.waits))
        .where(col(Obligation.status) == OPEN)
    )
    return list(session.exec(mine.order_by(col(Reply.id))).all())


def _reported(row: Obligation, person: str) -> bool:
    return bool((row.evidence or {}).get("by") == person)


def _holds_a_role(session: Session, row: Obligation, person: Person, now: datetime) -> bool:
    return any(person.id in people for people in roster_of(session, row, now).holders.values())


def _waiting(session: Session, number: int, kind: str, by: Person, now: datetime) -> tuple[Reply, Obligation, PlanTask]:
    """The reply that waits, its obligation locked; `by` is someone who may decide on it. Raises ActRefused."""
    reply = session.get(Reply, number)
    if reply is None or reply.kind != kind or reply.authority_id != by.authority_id:
        raise ActRefused(f"Không có đề nghị số {number} loại này.")
    row, task = locked(session, session.get_one(Obligation, reply.obligation_id).code)
    session.refresh(reply)  # decided meanwhile by who held the row
    if reply.decided_at:
        raise ActRefused(f"Đề nghị này đã được quyết định ngày {dmy(local_day(reply.decided_at))}.")
    if row.status != OPEN:
        raise ActRefused("Việc này không còn ở trạng thái đang theo dõi nên không cần quyết định nữa.")
    if reply.person_id == by.id:
        raise ActRefused("Đề nghị của chính đồng chí phải do người thứ hai quyết định.")
    if by.id not in deciders(session, row, reply, now):
        raise ActRefused("Đồng chí không phải người quyết định đề nghị này; xin liên hệ văn phòng.")
    return reply, row, task


def _settle(
    session: Session, reply: Reply, by: Person, granted: bool, words: str, now: datetime, document: str = ""
) -> None:
    reply.granted, reply.decided_at, reply.decided_by_id = granted, now, by.id
    reply.verdict, reply.document = words, document
    session.add(reply)
    session.flush()


def _extend(session: Session, reply: Reply, row: Obligation, by: Person, now: datetime) -> None:
    assert reply.day is not None  # noqa: S101  a reply that asks for time names a day
    asker = session.get_one(Person, reply.person_id)
    days = (reply.day - row.nominal).days
    extend_obligation(
        session, row.code, by.code, reply.words, reply.document, now, days, asked_by=asker.code
    )  # fmt: skip


def _agree(session: Session, reply: Reply, row: Obligation, task: PlanTask, by: Person, now: datetime) -> None:
    calendar = stored_calendar(session, row.authority_id)
    found = occurrence_of(session, task, session.get_one(Plan, task.plan_id), calendar, row.period_key)
    if found is None or isinstance(found, Skipped):
        raise ActRefused("Không còn tính được hạn gốc của việc này; xin kiểm tra kế hoạch đã nạp.")
    row.agreed_on = reply.day
    row.ladder = ladder_json(ladder_for(task, found, calendar, reply.day))
    tell_anew(row, calendar, local_day(now))
    session.add(row)
    facts = {"day": _day(reply), "legal": dmy(row.legal), "reason": reply.words, "document": reply.document}
    _say(session, row, Action.TIME_AGREED, by, facts, now)


def _say(session: Session, row: Obligation, action: Action, by: Person, facts: dict[str, str], now: datetime) -> None:
    record(session, row.authority_id, now, [Act(action, row.code, {"by": by.code, **facts}, actor=by.code)])


def _tell_asker(session: Session, reply: Reply, row: Obligation, now: datetime) -> None:
    people = {reply.person_id: Told("implementing")}
    tell(session, row, people, f"{ANSWERED}{reply.id}", local_day(now))


def _day(reply: Reply) -> str:
    return dmy(reply.day) if reply.day else ""
