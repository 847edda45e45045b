"""What people say of an obligation: done, not well done, more time needed; each act with its entry in the trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from models.acts import ActRefused, check_past, clean, flag, locked, needed
from models.audit import Act, record
from models.audit_actions import Action
from models.evidence import Proof, add_proofs
from models.moves import Move, extended, moved, occurrence_of, redate, tell_anew
from models.obligations import DONE, OPEN, ladder_of, next_wakeup, reminded_for, stored_calendar
from models.outbox import tell_of_move, tell_of_return
from models.people import roster_on
from models.planned import is_report
from models.tables import Authority, Event, Obligation, Plan, PlanTask
from rules.law.terms import deadline_rule, term_in_force
from rules.occurrences import COUNT, KEEP, ON_ITS_DAY, Skipped
from rules.vietnamese import dmy, local_day


class NoMoreTime(ActRefused):
    """The law gives no time beyond what is granted already."""


def report_done(
    session: Session,
    code: str,
    by: str,
    done_on: date,
    document: str,
    now: datetime,
    *,
    summary: str = "",
    reason: str = "",
    proofs: Sequence[Proof] = (),
) -> Obligation:
    """Close obligation `code`: done on `done_on` with `document` (số văn bản). Raises ActRefused.

    A standing task's checkpoint asks in one line what was done; a late one may say why.
    """
    row, task = locked(session, code)
    _check_open(row)
    _check_has_no_way_of_its_own(row, task)
    check_past("Ngày hoàn thành", done_on, row, now)
    shown = needed("Minh chứng", document, "Cần ghi số, ký hiệu văn bản hoặc minh chứng.")
    said = clean("Đã làm gì", summary)
    if task.kind == "thuong-xuyen" and row.internal and not said:
        raise ActRefused("Việc thường xuyên không có hạn: xin ghi một dòng đã làm được gì trong kỳ.")
    close(session, row, by, done_on, shown, now, said, clean("Lý do chậm", reason))
    add_proofs(session, row, proofs, by, now)
    return row


def close(
    session: Session,
    row: Obligation,
    by: str,
    done_on: date,
    document: str,
    now: datetime,
    summary: str = "",
    reason: str = "",
) -> None:
    """Write `row` down as done, whoever has checked that it is; a meeting held makes up the count it belongs to."""
    row.status, row.done_on, row.closed_at, row.next_wakeup_at = DONE, done_on, now, None
    said = {"summary": summary, "reason": reason}
    row.evidence = {
        "day": done_on.isoformat(), "document": document, "recorded_at": now.isoformat(), "by": by,
        **{name: text for name, text in said.items() if text},
    }  # fmt: skip
    session.add(row)
    detail = {"by": by, "done_on": dmy(done_on), "document": document, **said}
    record(session, row.authority_id, now, [Act(Action.REPORTED_DONE, row.code, detail, actor=by)])
    if row.nature == ON_ITS_DAY and (counted := _count_of(session, row)):
        close(session, counted, by, done_on, f"{row.title}, {document}", now)
        counted.evidence = {**(counted.evidence or {}), "made_up_by": row.code}


def return_evidence(session: Session, code: str, by: str, reason: str, now: datetime) -> Obligation:
    """Open obligation `code` again because what was shown does not do; its day stays.

    Those who do the work hear of it. Raises ActRefused.
    """
    row, task = locked(session, code)
    if row.status != DONE:
        raise ActRefused("Việc này chưa được báo hoàn thành nên không có gì để trả lại.")
    _check_has_no_way_of_its_own(row, task)
    reopen(session, row, by, reason, now)
    roster = roster_on(session, session.get_one(Authority, row.authority_id), local_day(now))
    tell_of_return(session, row, task, roster)
    return row


def reopen(session: Session, row: Obligation, by: str, reason: str, now: datetime) -> Obligation:
    """Open `row` again with the reason, whoever has checked that it may be. Raises ActRefused."""
    said = needed("Lý do", reason, "Cần ghi lý do trả lại để đơn vị biết phải bổ sung gì.")
    calendar = stored_calendar(session, row.authority_id)
    row.status, row.done_on, row.closed_at, row.evidence = OPEN, None, None, None
    row.next_wakeup_at = next_wakeup(ladder_of(row), reminded_for(row), calendar, row.last_offset)
    flag(row, f"Bị trả lại ngày {dmy(local_day(now))}: {said}", now)
    session.add(row)
    detail = {"by": by, "reason": said}
    record(session, row.authority_id, now, [Act(Action.RETURNED, row.code, detail, actor=by)])
    for counted in _made_up_by(session, row):
        reopen(session, counted, by, f"{row.title} bị trả lại: {said}", now)
    return row


def extend_obligation(
    session: Session,
    code: str,
    by: str,
    reason: str,
    document: str,
    now: datetime,
    days: int | None = None,
    *,
    asked_by: str,
) -> Move:
    """Give `code` more time within the law's cap (`days`: all that is left of it), counted from its first day.

    `by` decides on what `asked_by` asked for: two persons. Raises ActRefused when they are one, the law gives no
    more, or the day has passed.
    """
    if by == asked_by:
        raise ActRefused("Người xin và người quyết định gia hạn phải là hai người.")
    row, task = locked(session, code)
    _check_open(row)
    left = extension_left(session, row)
    if local_day(now) > row.legal:
        raise ActRefused(f"Đã quá hạn {dmy(row.legal)}; gia hạn phải quyết định trước khi hết hạn.")
    wanted = "Gia hạn cần lý do và số, ký hiệu quyết định gia hạn."
    why, ground = needed("Lý do", reason, wanted), needed("Quyết định gia hạn", document, wanted)
    if not 1 <= (granted := days or left) <= left:
        raise ActRefused(f"Quy định chỉ cho gia hạn thêm từ 01 đến {left:02} ngày; đọc được {granted}.")
    return _grant(session, row, task, granted, (by, asked_by), why, ground, now)


def extension_left(session: Session, row: Obligation) -> int:
    """How many days the law still lets `row` be extended by at once. Raises NoMoreTime when it does not."""
    event = session.get(Event, row.event_id) if row.event_id else None
    if not row.extension or event is None:
        raise NoMoreTime("Không có quy định nào cho gia hạn việc này; nếu chậm, xin báo lý do chậm.")
    term = term_in_force(row.extension["duty"], event.day)
    most = int(term.value or 0)
    if term.fact == "resolve_max":  # the longest the whole may take, from the event
        deadline_rule(term)
        first = row.nominal - timedelta(days=row.extended_days)
        left = (event.day + timedelta(days=most) - first).days - row.extended_days
    else:
        left = min(most, most * int(row.extension["times"]) - row.extended_days)
    if left <= 0:
        raise NoMoreTime(f"Đã gia hạn hết mức {term.length} của {term.article} {term.instrument}.")
    return left


def _grant(
    session: Session,
    row: Obligation,
    task: PlanTask,
    days: int,
    who: tuple[str, str],
    reason: str,
    document: str,
    now: datetime,
) -> Move:
    calendar = stored_calendar(session, row.authority_id)
    found = occurrence_of(session, task, session.get_one(Plan, task.plan_id), calendar, row.period_key)
    if found is None or isinstance(found, Skipped):
        raise ActRefused("Không còn tính được hạn gốc của việc này; xin kiểm tra kế hoạch đã nạp.")
    before = (row.target, row.legal, row.provisional)
    row.extended_days += days
    occurrence = extended(row, found, calendar)
    redate(row, task, occurrence, calendar)
    tell_anew(row, calendar, local_day(now))
    move = Move(row.code, row.title, before, (row.target, row.legal, row.provisional), reason)
    row.moves = [*row.moves, moved(move, f"gia hạn tại {document}", local_day(now))]
    session.add(row)
    by, asked_by = who
    detail = {"by": by, "asked_by": asked_by, "days": days, "document": document, "reason": reason,
              "legal_from": dmy(before[1]), "legal_to": dmy(row.legal)}  # fmt: skip
    record(session, row.authority_id, now, [Act(Action.EXTENDED, row.code, detail, actor=by)])
    authority = session.get_one(Authority, row.authority_id)
    tell_of_move(session, row, task, roster_on(session, authority, local_day(now)), f"gia hạn tại {document}")
    return move


def _check_open(row: Obligation) -> None:
    if row.status != OPEN:
        raise ActRefused("Việc này không còn ở trạng thái đang theo dõi.")


def _check_has_no_way_of_its_own(row: Obligation, task: PlanTask) -> None:
    """A report is handed in, a posting taken down, a count made up by what was held: not by saying so."""
    if way := own_way(row, task):
        raise ActRefused(way)


def own_way(row: Obligation, task: PlanTask) -> str:
    """How `row` is closed when it is not by reporting it done; «» when it is."""
    if is_report(row, task):
        where = "ở trang báo cáo hoặc bằng lệnh dunghan report submit"
        return f"Đây là báo cáo có chốt số liệu: xin ghi nộp báo cáo (số, ngày, nơi nhận) {where}."
    if row.nature == KEEP and row.period_key.startswith("niem-yet-"):
        return "Đây là việc giữ niêm yết: xin ghi ngày gỡ hoặc việc niêm yết tiếp ở lần công khai ấy."
    if row.counted_by:
        return "Số lần được tính khi ghi buổi ấy đã tổ chức: xin lên lịch rồi báo hoàn thành việc tổ chức."
    if task.family.get("members") and row.nature == COUNT:
        return "Việc này đếm từng người: xin ghi những người đã dự."
    return ""


def _made_up_by(session: Session, row: Obligation) -> Sequence[Obligation]:
    """The counts that holding `row` had made up."""
    query = select(Obligation).where(
        col(Obligation.plan_task_id) == row.plan_task_id, col(Obligation.evidence)["made_up_by"].astext == row.code
    )
    return session.execute(query.with_for_update()).scalars().all()


def _count_of(session: Session, row: Obligation) -> Obligation | None:
    """The next open count that holding `row` makes up."""
    event = session.get(Event, row.event_id) if row.event_id else None
    query = select(Obligation).where(
        col(Obligation.plan_task_id) == row.plan_task_id, col(Obligation.status) == OPEN,
        col(Obligation.counted_by) == (event.code if event else ""),
    )  # fmt: skip
    found: Obligation | None = session.execute(
        query.order_by(col(Obligation.target)).limit(1).with_for_update()
    ).scalar_one_or_none()
    return found
