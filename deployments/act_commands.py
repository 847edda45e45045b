"""What people say of one obligation: done, not well done, more time needed, who was reached."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.date_commands import Json
from deployments.office_commands import open_office
from deployments.options import (
    OFFICE,
    By,
    Code,
    Day,
    Document,
    ProofFile,
    Reason,
    day_given,
    keep_given,
    option,
    text_given,
)
from deployments.overview import SAID

if TYPE_CHECKING:
    from models.quotas import Coverage, Reached


def add_to(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("done", help=SAID["done"])(done)
    app.command("return", help=SAID["return"])(give_back)
    app.command("extend", help=SAID["extend"])(extend)
    app.command("coverage", help=SAID["coverage"])(coverage)


def done(
    obligation: Code,
    day: Day = "",
    document: Document = "",
    summary: Annotated[str, option("--summary", "Một dòng đã làm được gì (việc thường xuyên).")] = "",
    reason: Annotated[str, option("--reason", "Vì sao chậm, khi chậm.")] = "",
    link: Annotated[str, option("--link", "Đường dẫn minh chứng.", "URL")] = "",
    file: ProofFile = None,
    by: By = OFFICE,
) -> None:
    """Report an obligation done, with its evidence."""
    from models.actions import report_done
    from models.evidence import Proof
    from models.store import transaction
    from rules.vietnamese import dmy

    on, who = day_given("--day", day), text_given("--by", by)
    _check_link(link)
    engine, settings, now = open_office(None)
    kept = keep_given(settings, file)
    proofs = [Proof(link=link.strip(), file=kept)] if link.strip() or kept else []
    with transaction(engine) as session:
        said = {"summary": summary, "reason": reason}
        row = report_done(session, obligation, who, on, document, now, **said, proofs=proofs)
    late = f", sau hạn {dmy(row.legal)}" if on > row.legal and not row.internal else ""
    print(f"Đã ghi hoàn thành {row.code} ngày {dmy(on)}{late}: {document.strip()}.")
    if kept:
        print(f"  Tệp {kept.name} giữ trong kho, SHA-256 {kept.sha256}.")


def _check_link(link: str) -> None:
    from urllib.parse import urlsplit

    from rules.rule_json import RuleError

    try:
        parts = urlsplit(link.strip())
        whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        whole = False
    if link.strip() and not whole:
        raise RuleError(f"--link: cần đường dẫn http(s) đầy đủ; đọc được «{link[:80]}».")


def give_back(obligation: Code, reason: Reason = "", by: By = OFFICE) -> None:
    """Open a reported obligation again."""
    from models.actions import return_evidence
    from models.store import transaction
    from rules.vietnamese import dmy

    who = text_given("--by", by)
    engine, _, now = open_office(None)
    with transaction(engine) as session:
        row = return_evidence(session, obligation, who, reason, now)
    print(f"Đã trả lại {row.code}: theo dõi tiếp, hạn vẫn {dmy(row.legal)}.")


def extend(
    obligation: Code,
    reason: Reason = "",
    document: Annotated[str, option("--document", "Số, ký hiệu quyết định gia hạn.")] = "",
    days: Annotated[int | None, typer.Option("--days", help="Số ngày; mặc định tất cả số còn được.", min=1)] = None,
    approved_by: Annotated[str, option("--approved-by", "Mã lãnh đạo đã ký quyết định.", "PERSON")] = "",
    by: By = OFFICE,
) -> None:
    """Give an obligation the more time the law allows, once a leader has decided so."""
    from models.actions import extend_obligation
    from models.approvals import leader_named
    from models.store import transaction
    from rules.vietnamese import dmy

    who, decider = text_given("--by", by), text_given("--approved-by", approved_by)
    engine, _, now = open_office(None)
    with transaction(engine) as session:
        leader = leader_named(session, obligation, decider, now)
        move = extend_obligation(session, obligation, leader.code, reason, document, now, days, asked_by=who)
    to = move.after or move.before
    print(f"Đã gia hạn {move.code}: hạn {dmy(move.before[1])} -> {dmy(to[1])}, nên xong {dmy(to[0])}.")


def coverage(
    obligation: Code,
    reached: Annotated[
        str, typer.Option("--reached", help="Mã những người đã đạt, cách nhau dấu phẩy; hoặc «all».")
    ] = "",
    day: Day = "",
    document: Document = "",
    by: By = OFFICE,
    as_json: Json = False,
) -> None:
    """Print who of a list was reached; or record who was."""
    from rules.rule_json import RuleError

    if not reached and (day or document):
        raise RuleError("--day và --document chỉ dùng cùng --reached.")
    if reached:
        return _reach(obligation, reached, day_given("--day", day), document, text_given("--by", by))
    return _print_coverage(obligation, as_json)


def _reach(obligation: str, reached: str, day: date, document: str, by: str) -> None:
    from models.quotas import record_attendance
    from models.store import transaction
    from rules.vietnamese import local_day

    engine, _, now = open_office(None)
    with transaction(engine) as session:
        codes = [code.strip() for code in reached.split(",") if code.strip()]
        if codes == ["all"]:
            codes = [person.code for person in _listed(session, obligation, local_day(now)).people if not person.day]
        found = record_attendance(session, obligation, by, day, document, codes, now)
    closed = "; đã đủ, nghĩa vụ hoàn thành" if found.covered == len(found.people) else ""
    print(f"Đã ghi {obligation}: đạt {found}{closed}.")


def _print_coverage(obligation: str, as_json: bool) -> None:
    from sqlmodel import Session

    from deployments.printing import print_json, print_table
    from rules.vietnamese import local_day

    engine, _, now = open_office(None)
    with Session(engine) as session:
        found = _listed(session, obligation, local_day(now))
    if as_json:
        return print_json([_person_json(person) for person in found.people])
    print(f"{obligation}: đạt {found}.")
    rows = [(person.code, person.name, person.unit, _when(person)) for person in found.people]
    return print_table(("Mã", "Họ tên", "Đơn vị", "Đã đạt"), rows)


def _listed(session: Any, obligation: str, day: date) -> "Coverage":
    """Who the obligation counts. Raises ActRefused."""
    from models.acts import ActRefused
    from models.obligation_page import find_obligation

    page = find_obligation(session, obligation, day)
    if page is None:
        raise ActRefused(f"Không có nghĩa vụ {obligation}; xem mã bằng lệnh dunghan obligations.")
    if page.family.coverage is None:
        raise ActRefused(f"{obligation} không đếm theo danh sách người.")
    return page.family.coverage


def _person_json(person: "Reached") -> dict[str, Any]:
    day = person.day.isoformat() if person.day else None
    return {"code": person.code, "name": person.name, "unit": person.unit, "day": day, "document": person.document}


def _when(person: "Reached") -> str:
    from rules.vietnamese import dmy

    return f"{dmy(person.day)}, {person.document}" if person.day else "chưa"
