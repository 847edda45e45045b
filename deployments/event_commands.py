"""`dunghan event`: record what tasks wait for, list it, give it its true day, take it back."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.date_commands import Json
from deployments.office_commands import open_office
from deployments.options import OFFICE, By, Document, Reason, argument, day_given, option, text_given
from deployments.overview import SAID

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlmodel import Session

    from models.moves import Move
    from models.tables import Event, Obligation

Key = Annotated[str, argument("Mã lần xảy ra, xem bằng event list.", "KEY")]
_ON = typer.Argument(help="Ngày xảy ra, YYYY-MM-DD.", metavar="DATE")


def add_to(app: typer.Typer) -> None:
    """Add the `event` group."""
    event = typer.Typer(help=SAID["event"], no_args_is_help=True, rich_markup_mode=None)
    event.command("record", help="Ghi một sự kiện đã xảy ra.")(record)
    event.command("list", help="Các sự kiện đã ghi, mới nhất trước.")(list_events)
    event.command("names", help="Các sự kiện mà kế hoạch chờ: mã dùng khi ghi.")(names)
    event.command("correct", help="Sửa ngày của một sự kiện; việc đang mở chuyển hạn theo.")(correct)
    event.command("withdraw", help="Rút một sự kiện ghi nhầm; việc đang mở thôi áp dụng.")(withdraw)
    app.add_typer(event, name="event")


def record(
    name: Annotated[str, argument("Mã sự kiện trong kế hoạch.", "NAME")],
    day: Annotated[str, _ON],
    document: Document = "",
    case: Annotated[str, option("--case", "Số đơn, số hồ sơ; phân biệt các vụ cùng ngày.")] = "",
    words: Annotated[str, option("--words", "Nội dung văn bản đòi, lời đã hứa.")] = "",
    due: Annotated[str, typer.Option("--due", help="Hạn do chính văn bản định, YYYY-MM-DD.", metavar="DATE")] = "",
    person: Annotated[str, option("--person", "Mã người phải trả lời.")] = "",
    by: By = OFFICE,
) -> None:
    """Record an event and open what it triggers, once."""
    from models.events import Happening, record_event
    from models.store import transaction
    from rules.vietnamese import dmy

    on, demanded = day_given("DATE", day), day_given("--due", due) if due else None
    happening = Happening(name, on, document, case, words, demanded, person)
    engine, _, now = open_office(None)
    with transaction(engine) as session:
        known = _how_many(session, name)
        opened = record_event(session, happening, now, text_given("--by", by))
        done = "Đã ghi" if _how_many(session, name) > known else "Từ trước đã có"
        tasks = _due_at_once(session, opened, now)
    print(f"{done} sự kiện {name} ngày {dmy(on)}: mở {len(opened)} nghĩa vụ.")
    for row in opened:
        print(f"  {row.code}: nên xong {dmy(row.target)}, hạn {dmy(row.legal)}")
    _tell_at_once(tasks, engine)


def _how_many(session: "Session", code: str) -> int:
    """How many events `code` are recorded: the same one again is not another."""
    from sqlalchemy import func, select
    from sqlmodel import col

    from models.tables import Event

    return int(session.execute(select(func.count()).where(col(Event.code) == code)).scalar_one())


def list_events(as_json: Json = False) -> None:
    """Print every event, those taken back too."""
    from sqlmodel import Session

    from deployments.printing import print_json, print_table
    from models.events import events_of
    from rules.vietnamese import dmy

    engine, _, _ = open_office(None)
    with Session(engine) as session:
        events = list(events_of(session))
    if as_json:
        return print_json([_event_json(row) for row in events])
    rows = [(row.key, dmy(row.day), row.name, row.document, _about(row)) for row in events]
    return print_table(("Mã", "Ngày", "Sự kiện", "Văn bản", "Vụ việc, nội dung"), rows)


def names(as_json: Json = False) -> None:
    """Print every event the plans wait for, by the code to record it under."""
    from sqlmodel import Session

    from deployments.printing import print_json, print_table
    from models.events import names_of

    engine, _, _ = open_office(None)
    with Session(engine) as session:
        known = names_of(session)
    if as_json:
        return print_json([{"code": code, "name": name} for code, name in known])
    return print_table(("Mã", "Sự kiện"), known)


def _event_json(row: "Event") -> dict[str, Any]:
    said = {"key": row.key, "code": row.code, "name": row.name, "day": row.day.isoformat(), "document": row.document}
    due = row.due.isoformat() if row.due else None
    kept = {"withdrawn": row.withdrawn, "recorded_at": row.recorded_at.isoformat()}
    return {**said, "case": row.case, "words": row.words, "due": due, **kept}


def _about(row: "Event") -> str:
    from rules.vietnamese import dmy

    due = f"hạn trong văn bản {dmy(row.due)}" if row.due else ""
    return "; ".join(filter(None, (row.case, row.words, due, "ĐÃ RÚT" if row.withdrawn else "")))


def correct(
    key: Key,
    day: Annotated[str, typer.Argument(help="Ngày đúng, YYYY-MM-DD.", metavar="DATE")],
    reason: Reason = "",
    document: Annotated[str, option("--document", "Văn bản đúng, khi văn bản cũng ghi sai.")] = "",
    by: By = OFFICE,
) -> None:
    """Give an event its true day and print what moved."""
    from models.events import correct_event
    from models.store import transaction
    from rules.vietnamese import dmy

    to = day_given("DATE", day)
    engine, _, now = open_office(None)
    with transaction(engine) as session:
        moves = correct_event(session, key, to, reason, document, now, text_given("--by", by))
        rows = _rows_of(session, key)
        tasks = _due_at_once(session, rows, now)
    print(f"Đã sửa sự kiện {key} thành ngày {dmy(to)}.")
    _print_moves(moves, rows)
    _tell_at_once(tasks, engine)


def withdraw(key: Key, reason: Reason = "", by: By = OFFICE) -> None:
    """Take an event back and print what no longer applies."""
    from models.events import withdraw_event
    from models.store import transaction

    engine, _, now = open_office(None)
    with transaction(engine) as session:
        moves = withdraw_event(session, key, reason, now, text_given("--by", by))
        rows = _rows_of(session, key)
    print(f"Đã rút sự kiện {key}.")
    _print_moves(moves, rows)


def _rows_of(session: "Session", key: str) -> "Sequence[Obligation]":
    """Everything event `key` ever opened."""
    from sqlalchemy import select
    from sqlmodel import col

    from models.tables import Event, Obligation

    mine = select(Obligation).join(Event, col(Event.id) == col(Obligation.event_id)).where(col(Event.key) == key)
    return session.execute(mine.order_by(col(Obligation.target), col(Obligation.code))).scalars().all()


def _print_moves(moves: "Sequence[Move]", rows: "Sequence[Obligation]") -> None:
    """What moved, and what did not because it was settled before."""
    from models.obligations import OPEN, STATUSES

    for move in moves:
        print(f"  {move.code}: {_way(move)}")
    gone = {move.code for move in moves}
    settled = [row for row in rows if row.status != OPEN and row.code not in gone]
    for row in settled:
        print(f"  {row.code}: giữ nguyên ({STATUSES[row.status].lower()}).")
    if not moves:
        print("  Không nghĩa vụ đang mở nào thay đổi.")


def _way(move: "Move") -> str:
    from rules.vietnamese import dmy

    if move.after is None:
        return f"thôi áp dụng (hạn cũ {dmy(move.before[1])})."
    if not move.dates_change:
        return f"giữ ngày {dmy(move.after[0])}, tính lại căn cứ."
    days = [
        f"nên xong {dmy(move.before[0])} -> {dmy(move.after[0])}",
        f"hạn {dmy(move.before[1])} -> {dmy(move.after[1])}",
    ]
    return f"{', '.join(days)}."


def _due_at_once(session: "Session", rows: "Iterable[Obligation]", now: "datetime") -> list[str]:
    """The plan tasks of which something in `rows` is to be told now."""
    from models.tables import PlanTask

    at_once = {row.plan_task_id for row in rows if row.next_wakeup_at and row.next_wakeup_at <= now}
    return sorted(session.get_one(PlanTask, task).slug for task in at_once)


def _tell_at_once(slugs: list[str], engine: "Engine") -> None:
    """Run the plan tasks' own deployments; without Prefect the next sweep tells them."""
    if not slugs:
        return
    import asyncio

    import httpx

    from deployments.prefect_env import use_prefect
    from models.settings import read_settings

    use_prefect(read_settings())
    from deployments.register import start_plan_tasks

    try:
        print(f"Đã yêu cầu Prefect nhắc ngay {asyncio.run(start_plan_tasks(slugs, engine))} nhiệm vụ.")
    except (httpx.HTTPError, RuntimeError):
        print("Prefect không trả lời; lượt quét tới sẽ nhắc.")
