"""`dunghan calendar` and `dunghan due`: a year's calendar, and the deadline of a phrase or a rule."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from datetime import date

    from rules.deadlines import Deadline
    from rules.working_days import WorkingCalendar

Json = Annotated[bool, typer.Option("--json", help="In JSON cho máy đọc.")]


def add_to(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("calendar", help="Lịch làm việc của một năm: ngày nghỉ, ngày làm bù và căn cứ.")(calendar)
    app.command("due", help="Tính hạn từ cụm từ chỉ thời gian, hoặc từ một quy tắc JSON.")(due)


def calendar(year: Annotated[int, typer.Argument(help="Năm, ví dụ 2024.")], as_json: Json = False) -> None:
    """Print the working calendar of a year."""
    from deployments.printing import print_json, print_table

    found = _year(office_calendar(), year)
    if as_json:
        return print_json(found)
    print(f"Lịch làm việc năm {year} ({found['status']}), phiên bản {found['version']}:")
    rows = [(_weekday(off["day"]), off["name"], off["instrument"]) for off in found["off"]]
    print_table(("Ngày nghỉ", "Tên", "Căn cứ"), rows)
    for made_up in found["working_weekends"]:
        print(f"Làm bù {_weekday(made_up['day'])} cho ngày {_weekday(made_up['for'])} ({made_up['instrument']}).")
    return None


def office_calendar() -> WorkingCalendar:
    """The working calendar of the office's notices file."""
    from models.calendar_file import calendar_of, read_notices
    from models.settings import read_settings

    return calendar_of(read_notices(read_settings().plans_dir / "calendar.yaml"))


def _year(calendar: WorkingCalendar, year: int) -> dict[str, Any]:
    from datetime import date

    from rules.working_days import CalendarNotKnown

    if not calendar.first.year <= year <= calendar.last.year:
        raise CalendarNotKnown(f"năm {year}", calendar.first, calendar.last)
    provisional = calendar.is_provisional(date(year, 12, 31))
    return {
        "year": year,
        "version": calendar.version,
        "known_through": calendar.known_through.isoformat(),
        "status": "provisional" if provisional else "confirmed",
        "off": [
            {"day": off.day.isoformat(), "name": off.name, "kind": off.kind, "instrument": off.instrument}
            for off in calendar.off.values()
            if off.day.year == year
        ],
        "working_weekends": [
            {"day": w.day.isoformat(), "for": w.for_day.isoformat(), "instrument": w.instrument}
            for w in calendar.working_weekends.values()
            if w.day.year == year
        ],
    }


def _weekday(iso: str) -> str:
    from rules.rule_json import parse_day
    from rules.vietnamese import weekday_dmy

    return weekday_dmy(parse_day(iso))


def due(
    phrase: Annotated[str | None, typer.Argument(help="Cụm từ, ví dụ «trước ngày 03/7/2024».")] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", help='Quy tắc JSON, ví dụ {"kind":"days_after","n":30}.')
    ] = None,
    event: Annotated[str | None, typer.Option("--event", help="Ngày xảy ra sự kiện, YYYY-MM-DD.")] = None,
    year: Annotated[int | None, typer.Option("--year", help="Năm của kế hoạch.")] = None,
    batch: Annotated[str | None, typer.Option("--batch", help="Tệp JSON lines, hoặc - để đọc từ đầu vào.")] = None,
    as_json: Json = False,
) -> None:
    """Print the deadlines of a phrase, a rule, or every line of a batch."""
    from rules.rule_json import RuleError, parse_day

    if sum(given is not None for given in (phrase, rule, batch)) != 1:
        raise RuleError("cần đúng một trong: cụm từ, --rule hoặc --batch.")
    if batch is not None:
        raise typer.Exit(_batch(batch))
    day = parse_day(event) if event else None
    if rule is not None:
        return _due_rule(rule, day, as_json)
    raise RuleError("chưa đọc được cụm từ; hãy dùng --rule.")


def _due_rule(rule: str, event: date | None, as_json: bool) -> None:
    from deployments.printing import print_json
    from rules.rule_json import RuleError, print_deadline

    try:
        value = json.loads(rule)
    except ValueError as error:
        raise RuleError(f"--rule không phải JSON: {error}") from None
    deadline = evaluate(value, event, office_calendar())
    if as_json:
        return print_json(print_deadline(deadline))
    return print_receipt(deadline)


def evaluate(value: object, event: date | None, calendar: WorkingCalendar) -> Deadline:
    """The deadline of a JSON rule; a «cut_off» beside it is checked against the deadline."""
    from rules.deadlines import fall_due
    from rules.rule_json import parse_day, parse_rule

    cut_off = None
    if isinstance(value, dict) and "cut_off" in value:
        cut_off = parse_day(value["cut_off"])
        value = {name: item for name, item in value.items() if name != "cut_off"}
    return fall_due(parse_rule(value), calendar, event, cut_off)


def print_receipt(deadline: Deadline) -> None:
    """A deadline as people read it."""
    from rules.vietnamese import weekday_dmy

    print(f"Hạn theo quy định:  {weekday_dmy(deadline.legal)} (hết 24 giờ)")
    print(f"Nên hoàn thành:     {weekday_dmy(deadline.target)}")
    if deadline.nominal != deadline.legal:
        print(f"Theo câu chữ:       {weekday_dmy(deadline.nominal)}")
    for sentence in deadline.receipt.because:
        print(f"  - {sentence}")
    if deadline.receipt.basis:
        print(f"Căn cứ: {'; '.join(str(ground) for ground in deadline.receipt.basis)}.")
    for finding in deadline.findings:
        print(f"{'MÂU THUẪN' if finding.level == 'error' else 'LƯU Ý'}: {finding.text}")


def _batch(source: str) -> int:
    """Every line of `source` answered in order; 1 when some line could not be."""
    calendar, failed = office_calendar(), False
    with sys.stdin if source == "-" else Path(source).open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                answer = _answer(line, calendar)
                failed = failed or "error" in answer
                print(json.dumps(answer, ensure_ascii=False))
    return 1 if failed else 0


def _answer(line: str, calendar: WorkingCalendar) -> dict[str, Any]:
    from rules.rule_json import parse_day, print_deadline

    identity: Any = None
    try:
        asked = json.loads(line)
        identity = asked.get("id")
        event = parse_day(asked["event"]) if asked.get("event") else None
        return {"id": identity, **print_deadline(evaluate(asked.get("rule"), event, calendar))}
    except (ValueError, AttributeError) as error:
        return {"id": identity, "error": str(error)}
