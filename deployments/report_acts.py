"""A periodic report's way after its draft: handed in, taken or sent back by its receiver."""

from typing import Annotated

import typer

from deployments.office_commands import open_office
from deployments.options import OFFICE, By, Day, Document, ProofFile, Reason, day_given, keep_given, option, text_given
from deployments.report_names import Period, Task


def add_to(report: typer.Typer) -> None:
    """Add this module's commands to the `report` group."""
    report.command("submit", help="Ghi báo cáo đã nộp; nghĩa vụ hoàn thành.")(submit)
    report.command("accept", help="Ghi nơi nhận đã chấp nhận báo cáo.")(accept)
    report.command("return", help="Ghi nơi nhận trả lại báo cáo; nghĩa vụ mở lại.")(send_back)


def submit(
    task: Task,
    period: Period,
    number: Annotated[str, option("--number", "Số, ký hiệu báo cáo đã ký.")] = "",
    day: Day = "",
    receiver: Annotated[str, option("--receiver", "Nơi nhận.")] = "",
    file: ProofFile = None,
    reason: Annotated[str, option("--reason", "Vì sao nộp chậm, khi chậm.")] = "",
    by: By = OFFICE,
) -> None:
    """Write down that a report was handed in."""
    from deployments.report_names import find_report
    from models.reports import Submission, shelves_of, submit_report
    from models.store import transaction
    from rules.vietnamese import dmy

    on, who = day_given("--day", day), text_given("--by", by)
    signed, to = text_given("--number", number), text_given("--receiver", receiver)
    engine, settings, now = open_office(None)
    with transaction(engine) as session:
        row = find_report(session, task, period)
        sent = Submission(signed, on, to, keep_given(settings, file))
        submit_report(session, row.code, who, sent, now, shelves_of(settings), reason)
    late = f", sau hạn {dmy(row.legal)}" if on > row.legal else ""
    print(f"Đã ghi nộp {row.code}: số {signed} ngày {dmy(on)}{late}, gửi {to}.")
    if sent.file:
        print(f"  Tệp {sent.file.name} giữ trong kho, SHA-256 {sent.file.sha256}.")


def accept(task: Task, period: Period, day: Day = "", document: Document = "", by: By = OFFICE) -> None:
    """Write down that the receiver took a report."""
    from deployments.report_names import find_report
    from models.reports import accept_report
    from models.store import transaction
    from rules.vietnamese import dmy

    on, who = day_given("--day", day), text_given("--by", by)
    engine, _, now = open_office(None)
    with transaction(engine) as session:
        code = find_report(session, task, period).code
        accept_report(session, code, who, on, document, now)
    print(f"Đã ghi nơi nhận chấp nhận {code} ngày {dmy(on)}.")


def send_back(task: Task, period: Period, reason: Reason = "", by: By = OFFICE) -> None:
    """Write down that the receiver sent a report back."""
    from deployments.report_names import find_report
    from models.reports import return_report
    from models.store import transaction
    from rules.vietnamese import dmy

    who = text_given("--by", by)
    engine, _, now = open_office(None)
    with transaction(engine) as session:
        row = find_report(session, task, period)
        return_report(session, row.code, who, reason, now)
    print(f"Đã ghi nơi nhận trả lại {row.code}: theo dõi tiếp, hạn vẫn {dmy(row.legal)}.")
