"""What was published over some days, and whether the links to it still answer."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.date_commands import Json
from deployments.office_commands import open_office
from deployments.options import OFFICE, By, day_given, text_given

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from flows.portal import LinkCheck
    from models.family_tables import Posting
    from models.tables import Obligation

From = Annotated[str, typer.Option("--from", help="Từ ngày; mặc định đầu năm của --to.", metavar="DATE")]
To = Annotated[str, typer.Option("--to", help="Đến ngày; mặc định hôm nay.", metavar="DATE")]


def add_to(group: typer.Typer) -> None:
    """Add this module's commands to the `disclosure` group."""
    group.command("list", help="Danh mục đã công khai trong một khoảng ngày.")(list_postings)
    group.command("check", help="Hỏi Cổng xem các đường dẫn đã ghi còn trả lời không; mã thoát 1 khi không.")(check)


def list_postings(first: From = "", last: To = "", as_json: Json = False) -> None:
    """Print what was published: the list that must itself be posted every quarter."""
    from deployments.printing import print_json, print_table

    engine, _, now = open_office(None)
    found = _between(engine, _days(first, last, now))
    if as_json:
        return print_json([_posting_json(posting, row) for posting, row in found])
    headings = ("Số", "Ngày", "Nội dung", "Hình thức", "Giữ", "Gỡ", "Nghĩa vụ", "Nơi công khai, lưu ý")
    return print_table(headings, [_cells(posting, row) for posting, row in found])


def _days(first: str, last: str, now: datetime) -> tuple[date, date]:
    from rules.rule_json import RuleError
    from rules.vietnamese import local_day

    end = day_given("--to", last) if last else local_day(now)
    start = day_given("--from", first) if first else date(end.year, 1, 1)
    if end < start:
        raise RuleError(f"--to {end} đứng trước --from {start}.")
    return start, end


def _between(engine: "Engine", days: tuple[date, date]) -> "Sequence[tuple[Posting, Obligation]]":
    from sqlmodel import Session

    from models.postings import disclosed_between

    with Session(engine) as session:
        return disclosed_between(session, *days)


def _posting_json(posting: "Posting", row: "Obligation") -> dict[str, Any]:
    from models.postings import kept_words
    from rules.law.disclosures import item_named

    days = {name: getattr(posting, name) for name in ("posted_on", "keep_until", "taken_down_on")}
    said = ("id", "item", "channel", "place", "link", "times", "kept", "finding", "checks")
    return {
        "obligation": row.code,
        **{name: getattr(posting, name) for name in said},
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "name": item_named(posting.item).name,
        "keep": kept_words(posting),
    }


def _cells(posting: "Posting", row: "Obligation") -> tuple[str, ...]:
    from models.postings import kept_words
    from rules.law.disclosures import CHANNELS, item_named
    from rules.vietnamese import dmy

    gone = dmy(posting.taken_down_on) if posting.taken_down_on else ""
    where = "; ".join(filter(None, (posting.place, posting.link, posting.times, posting.finding)))
    what, how = item_named(posting.item).name, CHANNELS[posting.channel]
    return str(posting.id), dmy(posting.posted_on), what, how, kept_words(posting), gone, row.code, where


def check(first: From = "", last: To = "", by: By = OFFICE) -> None:
    """Ask for the link of everything still published, and write down how each answered; exit 1 when one does not."""
    import asyncio

    from flows.portal import check_links
    from rules.rule_json import RuleError

    who = text_given("--by", by)
    engine, settings, now = open_office(None)
    if not settings.portal_hosts:
        raise RuleError("chưa cho phép hỏi máy chủ nào; khai tên máy chủ của Cổng ở portal_hosts trong cấu hình.")
    postings = [p for p, _ in _between(engine, _days(first, last, now)) if p.link and not p.taken_down_on]
    checks = asyncio.run(check_links([posting.link for posting in postings], settings.portal_hosts))
    _note(engine, postings, checks, who)
    for posting, found in zip(postings, checks, strict=True):
        print(f"{posting.id}: {found.link}: {found.said}")
    bad = sum(found.outcome != "tra-loi" for found in checks)
    print(f"{len(checks)} đường dẫn, {bad} không trả lời đúng.")
    if bad:
        raise typer.Exit(1)


def _note(engine: "Engine", postings: "Sequence[Posting]", checks: "Sequence[LinkCheck]", by: str) -> None:
    """Write the answers down, once they have all come."""
    from flows import clock
    from models.family_tables import Posting
    from models.postings import note_check
    from models.store import transaction

    now = clock.now(engine)
    with transaction(engine) as session:
        for posting, found in zip(postings, checks, strict=True):
            row = session.get_one(Posting, posting.id, with_for_update=True)
            said = {"link": found.link, "outcome": found.outcome, "said": found.said, "sha256": found.sha256}
            note_check(session, row, said, by, now)
