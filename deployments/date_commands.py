"""`dunghan calendar`: a year's days off, working weekends and the instruments behind them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.overview import SAID

if TYPE_CHECKING:
    from rules.working_days import WorkingCalendar

Json = Annotated[bool, typer.Option("--json", help="In JSON cho máy đọc.")]


def add_to(app: typer.Typer) -> None:
    """Add the `calendar` command."""
    app.command("calendar", help=SAID["calendar"])(calendar)


def calendar(
    what: Annotated[str, typer.Argument(help="Năm, ví dụ 2024; hoặc «add».", metavar="YEAR|add")],
    notice: Annotated[Path | None, typer.Argument(help="Tệp thông báo, khi là «add».", metavar="NOTICE")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Ghi thông báo và chuyển hạn; không có thì chỉ xem.")] = False,
    authority: Annotated[str | None, typer.Option("--authority", help="Chỉ cho một cơ quan (đóng cửa do bão).")] = None,
    as_json: Json = False,
) -> None:
    """Print the working calendar of a year, or add a notice."""
    from rules.rule_json import RuleError

    if what == "add" and notice:
        from deployments.notice_command import add_notice

        return add_notice(notice, apply, authority, as_json)
    if not (what.isdigit() and len(what) == 4) or notice:
        raise RuleError(f"cần một năm, hoặc «add» và tệp thông báo; đọc được {what!r}.")
    return _print_year(int(what), as_json)


def _print_year(year: int, as_json: bool) -> None:
    from deployments.printing import print_json, print_table

    found = _year(office_calendar(), year)
    if as_json:
        return print_json(found)
    sure = "tạm tính" if found["status"] == "provisional" else "chính thức"
    print(f"Lịch làm việc năm {year} ({sure}), phiên bản {found['version']}:")
    rows = [(_weekday(off["day"]), off["name"], off["instrument"]) for off in found["off"]]
    print_table(("Ngày nghỉ", "Tên", "Căn cứ"), rows)
    for made_up in found["working_weekends"]:
        print(f"Làm bù {_weekday(made_up['day'])} cho ngày {_weekday(made_up['for'])} ({made_up['instrument']}).")
    return None


def office_calendar(file: Path | None = None) -> "WorkingCalendar":
    """The working calendar of the notices in `file`; without one, of the office's own."""
    from models.calendar_file import calendar_of, read_notices
    from models.settings import read_settings

    return calendar_of(read_notices(file or read_settings().plans_dir / "calendar.yaml"))


def _year(calendar: "WorkingCalendar", year: int) -> dict[str, Any]:
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
