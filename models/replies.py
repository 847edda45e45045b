"""What an officer answers from a mail: seen, why late, more time, handed over, not mine; each with its entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.actions import NoMoreTime, extension_left
from models.acts import ActRefused, locked, needed
from models.answers import HANDED, LATE, MORE_TIME, NOT_MINE, SEEN, answers_of
from models.audit import Act, record
from models.audit_actions import Action
from models.obligations import OPEN, reminded_for
from models.outbox import ASKED, tell
from models.outbox import HANDED as HANDED_NEWS
from models.people import Roster, Told, roster_on
from models.reply_tables import Reply
from models.tables import Authority, Obligation, Person, PlanTask, key_of
from rules.occurrences import KEEP
from rules.reminders import Audience, DatedRung
from rules.vietnamese import dmy, local_day

_WITH_A_PART: tuple[Audience, ...] = ("implementing", "lead", "lead_head", "chair")


def acknowledge(session: Session, code: str, person: Person, now: datetime) -> Reply:
    """Say that the work is known: reminders before its day stop for this person. Raises ActRefused."""
    row, _ = own_open(session, code, person, now)
    if key_of(person) in answers_of(session, key_of(row)).seen:
        raise ActRefused("Đồng chí đã xác nhận nhận việc này rồi.")
    return _keep(session, row, person, Reply(**_facts(row, person, SEEN, now)), Action.SEEN, {}, now)


def explain_lateness(session: Session, code: str, person: Person, words: str, now: datetime) -> Reply:
    """Say why it is late; the day stays and so do its rungs. Raises ActRefused."""
    row, _ = own_open(session, code, person, now)
    if row.nature == KEEP or local_day(now) <= row.target:
        raise ActRefused("Việc này chưa chậm nên chưa cần báo lý do.")
    said = needed("Lý do chậm", words, "Cần ghi lý do chậm.")
    reply = Reply(**_facts(row, person, LATE, now), words=said)
    return _keep(session, row, person, reply, Action.LATENESS_EXPLAINED, {"reason": said}, now)


def ask_more_time(session: Session, code: str, person: Person, day: date, words: str, now: datetime) -> Reply:
    """Ask a second person for time until `day`. Raises ActRefused.

    Where the law gives more time, at most that much; where it gives none, the due day stays and only the day the
    office itself waits for may become later.
    """
    row, _ = own_open(session, code, person, now)
    if row.nature == KEEP:
        raise ActRefused("Thời gian giữ niêm yết do quy định định; gỡ muộn hơn không cần xin.")
    if waiting(session, row, MORE_TIME):
        raise ActRefused("Đã có một đề nghị thêm thời gian đang chờ quyết định.")
    said = needed("Lý do", words, "Cần ghi lý do xin thêm thời gian.")
    reply = Reply(**_facts(row, person, MORE_TIME, now), words=said, day=day, waits=True)
    reply.lawful = _is_lawful(session, row, day, local_day(now))
    _keep(session, row, person, reply, Action.TIME_ASKED, {"day": dmy(day), "reason": said}, now)
    _tell_deciders(session, row, person, reply, now)
    return reply


def _is_lawful(session: Session, row: Obligation, day: date, today: date) -> bool:
    """Whether the law itself gives the time asked for. Raises ActRefused for a day that cannot be asked for."""
    known = reminded_for(row)
    if day <= max(known, today):
        raise ActRefused(f"Ngày đề nghị {dmy(day)} phải sau hôm nay và sau ngày hiện nay {dmy(known)}.")
    if (day - known).days > 366:
        raise ActRefused(f"Ngày đề nghị {dmy(day)} xa quá một năm; xin kiểm tra lại.")
    try:
        left = extension_left(session, row)
    except NoMoreTime:
        return False
    if today > row.legal:
        raise ActRefused(f"Đã quá hạn {dmy(row.legal)} nên không gia hạn được nữa; xin báo lý do chậm.")
    if (last := row.nominal + timedelta(days=left)) < day:
        raise ActRefused(f"Quy định chỉ cho gia hạn đến ngày {dmy(last)}; xin chọn ngày không muộn hơn.")
    return day > row.legal


def hand_over(session: Session, code: str, person: Person, to: str, words: str, now: datetime) -> Reply:
    """Give the work to a colleague of the unit, who is told with the next mail. Raises ActRefused."""
    row, task = own_open(session, code, person, now)
    colleague = next((one for one in colleagues(session, row, task, person, now) if one.code == to), None)
    if colleague is None:
        raise ActRefused("Chỉ chuyển được cho người đang giữ vai trò trong đơn vị được giao việc này.")
    said = needed("Lý do chuyển", words, "Cần ghi lý do chuyển việc.")
    reply = None
    for doer in _doing(session, row, task, person, now):
        facts = _facts(row, person, HANDED, now)
        given = Reply(**facts, words=said, for_id=doer, to_id=colleague.id)
        reply = _keep(session, row, person, given, Action.HANDED_OVER, {"to": to, "reason": said}, now)
    assert reply is not None  # noqa: S101  _doing refuses somebody who does nothing of it
    tell(session, row, {key_of(colleague): Told("implementing")}, f"{HANDED_NEWS}{reply.id}", local_day(now))
    return reply


def say_not_mine(session: Session, code: str, person: Person, words: str, now: datetime) -> Reply:
    """Say that the work belongs to somebody else; the office decides. Raises ActRefused."""
    row, task = own_open(session, code, person, now)
    doer = _doing(session, row, task, person, now)[0]
    if waiting(session, row, NOT_MINE, person):
        raise ActRefused("Ý kiến này đã được ghi và đang chờ văn phòng quyết định.")
    said = needed("Lý do", words, "Cần ghi vì sao, và theo đồng chí việc này của ai.")
    reply = Reply(**_facts(row, person, NOT_MINE, now), words=said, waits=True, for_id=doer)
    _keep(session, row, person, reply, Action.SAID_NOT_MINE, {"reason": said}, now)
    _tell_deciders(session, row, person, reply, now)
    return reply


def _doing(session: Session, row: Obligation, task: PlanTask, person: Person, now: datetime) -> list[int]:
    """Whose work `person` does today: their own, or that of whom they stand in for. Raises ActRefused for nobody's."""
    roster, answers = roster_of(session, row, now), answers_of(session, key_of(row))
    now_doing = dict.fromkeys(answers.doer(one) for one in roster.doers(row, task))
    mine = [one for one in now_doing if one is not None and person.id in (one, roster.stand_ins.get(one))]
    if not mine:
        raise ActRefused("Chỉ người đang được giao làm việc này (hoặc người thay) mới chuyển hoặc trả việc được.")
    return mine


def own_open(session: Session, code: str, person: Person, now: datetime) -> tuple[Obligation, PlanTask]:
    """Obligation `code`, locked, open, and one this person has a part in. Raises ActRefused."""
    row, task = locked(session, code)
    check_part(session, row, task, person, now)
    if row.status != OPEN:
        raise ActRefused("Việc này không còn ở trạng thái đang theo dõi.")
    return row, task


def check_part(session: Session, row: Obligation, task: PlanTask, person: Person, now: datetime) -> None:
    """Refuse somebody who no longer has a part in `row`: handed over, or in no role any more."""
    if key_of(person) in with_a_part(session, row, task, now):
        return
    taker = answers_of(session, key_of(row)).doer(key_of(person))
    if taker and taker != person.id:
        raise ActRefused(f"Việc này đã chuyển cho {session.get_one(Person, taker).name}.")
    if key_of(person) in roster_of(session, row, now).office():
        return
    raise ActRefused("Việc này nay do người khác phụ trách; xin liên hệ văn phòng nếu chưa đúng.")


def with_a_part(session: Session, row: Obligation, task: PlanTask, now: datetime) -> set[int]:
    """Who is in a role of `row` today, or stands in for one who is."""
    roster = roster_of(session, row, now)
    answers, rung = answers_of(session, key_of(row)), DatedRung(0, roster.day, _WITH_A_PART)
    acting = roster.recipients(row, task, rung, answers)
    themselves = replace(roster, stand_ins={}).recipients(row, task, rung, answers)
    return {*acting, *themselves}


def colleagues(session: Session, row: Obligation, task: PlanTask, person: Person, now: datetime) -> list[Person]:
    """Who else holds a role today in a unit that owes `row`, by name."""
    units = {row.unit} if row.unit else {*task.implementing, task.lead}
    roster = roster_of(session, row, now)
    held = {one for (unit, _), people in roster.holders.items() if unit in units for one in people}
    query = select(Person).where(col(Person.id).in_(held - {key_of(person)}))
    return list(session.execute(query.order_by(col(Person.name), col(Person.id))).scalars())


def waiting(session: Session, row: Obligation, kind: str, person: Person | None = None) -> Reply | None:
    """The reply of this kind about `row` that still waits for a decision."""
    mine = select(Reply).where(
        col(Reply.obligation_id) == row.id, col(Reply.kind) == kind, col(Reply.decided_at).is_(None)
    )
    if person:
        mine = mine.where(col(Reply.person_id) == person.id)
    found: Reply | None = session.execute(mine.limit(1)).scalar_one_or_none()
    return found


def deciders(session: Session, row: Obligation, reply: Reply, now: datetime) -> tuple[int, ...]:
    """The second persons who may decide on `reply`: leaders on time, the office on whose work it is; never who asked.

    Falls back from one to the other, and then to whoever is chair or deputy in the roles of today.
    """
    return second_persons(roster_of(session, row, now), reply)


def second_persons(roster: Roster, reply: Reply) -> tuple[int, ...]:
    """Who of `roster` may decide on `reply`."""
    first, then = roster.leaders(), roster.office()
    if reply.kind == NOT_MINE:
        first, then = then, first
    heads = tuple(one for (_, kind), people in roster.holders.items() if kind == "phu-trach" for one in people)
    for group in (first, then, heads):
        if others := tuple(dict.fromkeys(one for one in group if one != reply.person_id)):
            return others
    return ()


def roster_of(session: Session, row: Obligation, now: datetime) -> Roster:
    """Who holds which role in the authority of `row` today."""
    return roster_on(session, session.get_one(Authority, row.authority_id), local_day(now))


def _tell_deciders(session: Session, row: Obligation, person: Person, reply: Reply, now: datetime) -> None:
    who = deciders(session, row, reply, now)
    if not who:
        raise ActRefused("Chưa có người thứ hai nào để quyết định; xin liên hệ văn phòng.")
    tell(session, row, dict.fromkeys(who, Told("chair")), f"{ASKED}{reply.id}", local_day(now))


def _facts(row: Obligation, person: Person, kind: str, now: datetime) -> dict[str, Any]:
    return {"authority_id": row.authority_id, "obligation_id": row.id, "person_id": person.id, "kind": kind, "at": now}


def _keep(
    session: Session, row: Obligation, person: Person, reply: Reply, action: Action, said: dict[str, Any], now: datetime
) -> Reply:
    session.add(reply)
    session.flush()
    act = Act(action, row.code, {"by": person.code, **said}, actor=person.code)
    record(session, row.authority_id, now, [act])
    return reply
