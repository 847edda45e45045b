"""`dunghan replay`: what would have been sent; and two such replays compared."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from deployments.date_commands import Json
from deployments.overview import SAID

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from models.plan_file import PlanFile
    from models.rehearsal_file import Away
    from models.settings import Settings

Folder = Annotated[Path, typer.Argument(help="Thư mục của một lần chạy thử.", metavar="DIR")]
_RUN = "run"
_LEAVE = "NGƯỜI:TỪ:ĐẾN[:NGƯỜI-THAY]"


class ReplayGroup(TyperGroup):
    """`replay PLAN …` runs a plan; only `replay diff …` needs its own word."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take what begins with no command of the group as a plan to run."""
        known = (*self.commands, *self.get_help_option_names(ctx))
        return super().parse_args(ctx, [_RUN, *args] if args and args[0] not in known else args)


def add_to(app: typer.Typer) -> None:
    """Add the `replay` group."""
    group = typer.Typer(cls=ReplayGroup, help=SAID["replay"], no_args_is_help=True, rich_markup_mode=None)
    group.command(_RUN, help="Chạy thử một kế hoạch; không cần viết chữ «run».")(replay)
    group.command("diff", help="So sánh hai lần chạy thử; mã thoát 1 khi có khác biệt.")(diff)
    app.add_typer(group, name="replay")


def replay(
    plan: Annotated[Path, typer.Argument(help="Tệp kế hoạch YAML.")],
    first: Annotated[str, typer.Option("--from", help="Ngày đầu, YYYY-MM-DD.", metavar="DATE")] = "",
    last: Annotated[str, typer.Option("--to", help="Ngày cuối, YYYY-MM-DD.", metavar="DATE")] = "",
    year: Annotated[int | None, typer.Option("--year", help="Cả năm của kế hoạch, thay cho --from và --to.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Thư mục kết quả, phải chưa có hoặc rỗng.")] = None,
    keep: Annotated[str, typer.Option("--keep", help="Giữ dưới tên này để xem trên trang Chạy thử.")] = "",
    calendar: Annotated[Path | None, typer.Option("--calendar", help="Tệp lịch khác.")] = None,
    notice: Annotated[
        list[Path] | None, typer.Option("--notice", help="Tệp thông báo thêm vào lịch, hoặc sửa; dùng được nhiều lần.")
    ] = None,
    people: Annotated[Path | None, typer.Option("--people", help="Tệp nhân sự khác.")] = None,
    leave: Annotated[
        list[str] | None,
        typer.Option("--leave", help="Giả định ai nghỉ, ai thay; dùng được nhiều lần.", metavar=_LEAVE),
    ] = None,
) -> None:
    """Run days of the plan through the real sweep; each letter becomes an .eml file."""
    from deployments.plan_commands import read_documents
    from flows.replay import replay as run
    from models.calendar_file import laid_over, read_notices
    from models.settings import read_settings
    from models.store import owner_url

    settings = read_settings()
    folder = _folder(settings, out, keep)
    document, staff, notices = read_documents(plan, people or settings.plans_dir / "people.yaml", calendar)
    days = _days(document, first, last, year)
    for file in notice or ():
        notices = laid_over(notices, read_notices(file))
    away = [_away(typed) for typed in leave or ()]
    summary = run(owner_url(settings), settings, document, staff, notices, days, folder, _month_by_month(days), away)
    mails = sum(len(person["mails"]) for person in summary["people"])
    letters = sum(len(row["letters"]) for row in summary["obligations"])
    print(
        f"{len(summary['obligations'])} nghĩa vụ, {letters} thư nhắc trong {mails} thư điện tử; "
        f"xem {folder}/summary.json{f' hoặc {settings.pages_url}/dien-tap/{keep}' if keep else ''}"
    )


def diff(
    before: Folder,
    after: Folder,
    most: Annotated[int, typer.Option("--most", min=1, help="Quá nhiều: hơn ngần này dòng cho một người.")] = 15,
    most_mails: Annotated[
        int, typer.Option("--most-mails", min=1, help="Quá nhiều: hơn ngần này thư cả cơ quan.")
    ] = 40,
    as_json: Json = False,
) -> None:
    """Say what the second of two replays does otherwise than the first."""
    from deployments.replay_diff import print_difference
    from models.rehearsal_burden import Measure

    if print_difference(before, after, Measure(most, most_mails), as_json):
        raise typer.Exit(1)


def _folder(settings: "Settings", out: Path | None, keep: str) -> Path:
    """Where the replay is written: a folder named, or one kept for the pages. Raises RuleError."""
    from models.rehearsal_file import is_name
    from rules.rule_json import RuleError

    if (out is None) == (not keep):
        raise RuleError("cần một trong --out THƯ-MỤC và --keep TÊN.")
    if keep and not is_name(keep):
        raise RuleError(f"--keep {keep!r}: cần tên gồm chữ thường không dấu, số và gạch nối, ví dụ bo-nghi-29-4.")
    folder = out or settings.rehearsals_dir / keep
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RuleError(f"{'--out' if out else '--keep'} {out or keep} đã có tệp; hãy chọn thư mục mới hoặc tên khác.")
    return folder


def _days(plan: "PlanFile", first: str, last: str, year: int | None) -> "tuple[date, date]":
    """The stretch asked for, from its first day to its last. Raises RuleError."""
    from datetime import date

    from deployments.options import day_given
    from rules.rule_json import RuleError

    if year and not (first or last):
        if year != (own := plan.document.ke_hoach.nam):
            raise RuleError(f"--year {year}: kế hoạch {plan.document.ke_hoach.so} là của năm {own}.")
        return date(year, 1, 1), date(year, 12, 31)
    if year:
        raise RuleError("--year đã là cả năm; xin bỏ --from và --to, hoặc bỏ --year.")
    days = day_given("--from", first), day_given("--to", last)
    if days[1] < days[0]:
        raise RuleError(f"--to {days[1]} đứng trước --from {days[0]}.")
    return days


def _away(typed: str) -> "Away":
    """Leave as typed: «le-thi-mau:2024-04-22:2024-05-03:tran-thi-vi-du». Raises RuleError."""
    from deployments.options import day_given
    from models.rehearsal_file import Away
    from rules.rule_json import RuleError

    parts = typed.split(":")
    if len(parts) not in (3, 4) or not all(parts):
        raise RuleError(f"--leave {typed!r}: cần {_LEAVE}, ví dụ le-thi-mau:2024-04-22:2024-05-03:tran-thi-vi-du.")
    person, first, last, *substitute = parts
    return Away(person, day_given("--leave", first), day_given("--leave", last), *substitute)


def _month_by_month(days: "tuple[date, date]") -> "Callable[[date], None]":
    """Say on stderr when a month is over; a short stretch says nothing."""
    from datetime import timedelta
    from time import monotonic

    began, long = monotonic(), days[1] - days[0] > timedelta(days=31)

    def ran(day: "date") -> None:
        if long and ((day + timedelta(days=1)).day == 1 or day == days[1]):
            typer.echo(f"Đã chạy xong tháng {day:%m/%Y}, {monotonic() - began:.0f} giây.", err=True)

    return ran
