"""A periodic report's life: figures frozen after the cut-off, a draft from them, handed in, accepted or returned."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select
from sqlmodel import Session, col

from models.actions import close, reopen
from models.acts import ActRefused, check_past, clean, locked, needed
from models.audit import Act, record
from models.audit_actions import Action
from models.documents import report_docx
from models.evidence import Proof, add_proofs
from models.family_tables import Report
from models.files import Kept, keep_file, read_file
from models.hindsight import bound_of
from models.obligations import BEFORE, DONE, OPEN, WITHDRAWN
from models.planned import REPORT, is_report
from models.report_facts import facts_at, report_facts
from models.report_sheet import report_xlsx
from models.settings import Settings
from models.tables import Authority, Obligation, PlanTask, key_of
from rules.vietnamese import dmy, local_day

TEMPLATE = "bao-cao-papi"


@dataclass(frozen=True, slots=True)
class Shelves:
    """Where the office's templates are, and where files are kept under their hash."""

    templates: Path
    files: Path


def shelves_of(settings: Settings) -> Shelves:
    """The shelves of an installation."""
    return Shelves(settings.plans_dir / "mau", settings.files_dir)


@dataclass(frozen=True, slots=True)
class Draft:
    """A report ready for signature: what it is made of, and whether its figures can still change."""

    facts: dict[str, Any]
    template: bytes
    frozen: bool

    def docx(self) -> bytes:
        """The document; the same facts and template give the same bytes."""
        return report_docx(self.facts, self.template)

    def xlsx(self) -> bytes:
        """The details behind each figure."""
        return report_xlsx(self.facts)


def draft_report(session: Session, code: str, now: datetime, shelves: Shelves) -> Draft:
    """The draft of report `code` from its frozen figures, or from those known now. Changes nothing.

    Raises ActRefused when `code` is no such report or the office has no template for it.
    """
    row, task = _report(session, code)
    if report := session.get(Report, row.id):
        return Draft(report.facts, read_file(shelves.files, report.template_sha256), True)
    facts = facts_at(session, row, task, now)
    return Draft(facts, _template(task, shelves), bool(facts["frozen"]))


def freeze_due(session: Session, authority: Authority, shelves: Shelves, now: datetime) -> list[str]:
    """Freeze the figures of every report whose cut-off has passed; the reports' codes."""
    query = (
        select(Obligation, PlanTask)
        .join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))
        .join(Report, col(Report.obligation_id) == col(Obligation.id), isouter=True)
        .where(col(Obligation.authority_id) == authority.id, col(Report.obligation_id).is_(None))
        .where(col(Obligation.cut_off) < local_day(now), col(Obligation.whole_id).is_(None))
        .where(col(PlanTask.kind) == REPORT, col(Obligation.status).not_in((BEFORE, WITHDRAWN)))
        .order_by(col(Obligation.cut_off), col(Obligation.code))
        .with_for_update(of=Obligation)
    )
    rows = session.execute(query).all()
    return [freeze(session, row, task, shelves, now).facts["report"]["code"] for row, task in rows]


def freeze(session: Session, row: Obligation, task: PlanTask, shelves: Shelves, now: datetime) -> Report:
    """Freeze the figures of `row` as they stood at the end of its cut-off day, with the template of today."""
    facts = report_facts(session, row, task)
    template = keep_file(shelves.files, f"{_template_name(task)}.docx", _template(task, shelves))
    digest = hashlib.sha256(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)).hexdigest()
    report = Report(
        obligation_id=key_of(row), authority_id=row.authority_id, frozen_at=now, facts=facts, facts_sha256=digest,
        template_sha256=template.sha256,
    )  # fmt: skip
    session.add(report)
    session.flush()
    detail = {"cut_off": dmy(row.cut_off or row.legal), "lines": len(facts["lines"]), "facts_sha256": digest}
    record(session, row.authority_id, now, [Act(Action.FIGURES_FROZEN, row.code, detail)])
    return report


@dataclass(frozen=True, slots=True)
class Submission:
    """A report as it left: số, ký hiệu, ngày, nơi nhận, and the file that was signed."""

    number: str
    day: date
    receiver: str
    file: Kept | None = None


def submit_report(
    session: Session, code: str, by: str, sent: Submission, now: datetime, shelves: Shelves, reason: str = ""
) -> Report:
    """Write down that report `code` was handed in, which closes its obligation. Raises ActRefused."""
    row, task = locked(session, code)
    _check_is_report(row, task)
    if row.status != OPEN:
        raise ActRefused("Báo cáo này không còn ở trạng thái đang theo dõi nên không ghi nộp được nữa.")
    if now < bound_of(row):
        closes = dmy(row.cut_off or row.legal)
        raise ActRefused(f"Số liệu chốt hết ngày {closes}; chưa nộp báo cáo trước khi chốt được.")
    wanted = "Cần ghi số, ký hiệu báo cáo và nơi nhận."
    number, receiver = needed("Số báo cáo", sent.number, wanted), needed("Nơi nhận", sent.receiver, wanted)
    check_past("Ngày nộp", sent.day, row, now)
    report = session.get(Report, row.id) or freeze(session, row, task, shelves, now)
    said = {"number": number, "day": dmy(sent.day), "receiver": receiver,
            "sha256": sent.file.sha256 if sent.file else "", "by": by}  # fmt: skip
    report.submission = {**said, "recorded_at": now.isoformat()}
    session.add(report)
    record(session, row.authority_id, now, [Act(Action.REPORT_SUBMITTED, row.code, said, by)])
    close(session, row, by, sent.day, f"{said['number']}, gửi {said['receiver']}", now, reason=clean("Lý do", reason))
    if sent.file:
        add_proofs(session, row, [Proof(file=sent.file)], by, now)
    return report


def accept_report(session: Session, code: str, by: str, day: date, document: str, now: datetime) -> Report:
    """Write down that the receiver took report `code`. Raises ActRefused."""
    row, report = _handed_in(session, code)
    check_past("Ngày chấp nhận", day, row, now)
    said = {
        "verdict": "duoc-nhan",
        "day": dmy(day),
        "document": clean("Văn bản", document) or "không có văn bản",
        "by": by,
    }
    report.verdicts = [*report.verdicts, said]
    session.add(report)
    record(session, row.authority_id, now, [Act(Action.REPORT_ACCEPTED, row.code, said, by)])
    return report


def return_report(session: Session, code: str, by: str, reason: str, now: datetime) -> Report:
    """Write down that the receiver sent report `code` back: its obligation is open again. Raises ActRefused."""
    row, report = _handed_in(session, code)
    reopen(session, row, by, reason, now)
    said = {"verdict": "bi-tra-lai", "day": dmy(local_day(now)), "reason": clean("Lý do", reason), "by": by,
            "submission": report.submission}  # fmt: skip
    report.verdicts, report.submission = [*report.verdicts, said], None
    session.add(report)
    return report


def _handed_in(session: Session, code: str) -> tuple[Obligation, Report]:
    row, task = locked(session, code)
    _check_is_report(row, task)
    report = session.get(Report, row.id)
    if report is None or report.submission is None or row.status != DONE:
        raise ActRefused("Báo cáo này chưa được ghi là đã nộp.")
    return row, report


def _report(session: Session, code: str) -> tuple[Obligation, PlanTask]:
    row: Obligation | None = session.execute(select(Obligation).filter_by(code=code)).scalar_one_or_none()
    if row is None:
        raise ActRefused(f"Không có nghĩa vụ {code}.")
    task = session.get_one(PlanTask, row.plan_task_id)
    _check_is_report(row, task)
    return row, task


def _check_is_report(row: Obligation, task: PlanTask) -> None:
    if not is_report(row, task):
        raise ActRefused("Việc này không phải báo cáo định kỳ có chốt số liệu nên không có dự thảo báo cáo.")


def _template_name(task: PlanTask) -> str:
    return str(task.family.get("template", TEMPLATE))


def _template(task: PlanTask, shelves: Shelves) -> bytes:
    file = shelves.templates / f"{_template_name(task)}.docx"
    try:
        return file.read_bytes()
    except OSError:
        raise ActRefused(f"Không đọc được mẫu văn bản {file}; chép mẫu gốc của phần mềm vào đó.") from None


def reports_of(session: Session) -> Iterator[tuple[Obligation, PlanTask, Report | None]]:
    """Every periodic report that closes its figures, by its day, with what was frozen of it."""
    query = (
        select(Obligation, PlanTask, Report)
        .join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))
        .join(Report, col(Report.obligation_id) == col(Obligation.id), isouter=True)
        .where(col(PlanTask.kind) == REPORT, col(Obligation.cut_off).is_not(None), col(Obligation.whole_id).is_(None))
        .order_by(col(Obligation.target), col(Obligation.code))
    )
    yield from session.execute(query).tuples()
