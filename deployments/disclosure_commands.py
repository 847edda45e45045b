"""`dunghan disclosure`: what was published where, taken down when, and kept on with which reason."""

from typing import TYPE_CHECKING, Annotated

import typer

from deployments import disclosure_items, disclosure_lists
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
    from datetime import date

    from rules.law.disclosures import Item

Posted = Annotated[
    int,
    typer.Argument(help="Số của lần công khai, xem bằng disclosure list.", metavar="POSTING_ID", min=1, max=2**63 - 1),
]


def add_to(app: typer.Typer) -> None:
    """Add the `disclosure` group."""
    group = typer.Typer(help=SAID["disclosure"], no_args_is_help=True, rich_markup_mode=None)
    disclosure_items.add_to(group)
    group.command("post", help="Ghi một lần công khai; đủ hình thức bắt buộc thì nghĩa vụ hoàn thành.")(post)
    group.command("down", help="Ghi đã gỡ; mã thoát 1 khi gỡ sớm.")(down)
    group.command("keep", help="Ghi niêm yết tiếp khi đã đủ thời gian.")(keep)
    group.command("withdraw", help="Rút một lần công khai ghi nhầm.")(withdraw)
    disclosure_lists.add_to(group)
    app.add_typer(group, name="disclosure")


def post(
    obligation: Code,
    item: Annotated[str, option("--item", "Nội dung, xem bằng disclosure items.")] = "",
    channel: Annotated[str, option("--channel", "cong, bang-tin, truyen-thanh, hop hoặc van-ban.")] = "",
    day: Day = "",
    place: Annotated[str, option("--place", "Nơi niêm yết, nơi họp.")] = "",
    link: Annotated[str, option("--link", "Đường dẫn trên Cổng.", "URL")] = "",
    times: Annotated[str, option("--times", "Giờ phát thanh.")] = "",
    until: Annotated[str, typer.Option("--until", help="Ngày phát cuối, YYYY-MM-DD.", metavar="DATE")] = "",
    document: Document = "",
    file: ProofFile = None,
    by: By = OFFICE,
) -> None:
    """Record one disclosure: how long it stays, what is still missing; exit 1 when it falls short."""
    from models.acts import locked
    from models.postings import kept_words, publish, still_missing
    from models.published import Published
    from models.store import transaction
    from rules.law.disclosures import CHANNELS, item_named
    from rules.vietnamese import dmy

    on, last, who = day_given("--day", day), day_given("--until", until) if until else None, text_given("--by", by)
    named = item_named(text_given("--item", item))
    text_given("--channel", channel)
    engine, settings, now = open_office(None)
    kept = keep_given(settings, file)
    made = Published(named.slug, channel, on, place, link, times, last, document, kept)
    with transaction(engine) as session:
        posting = publish(session, obligation, who, made, now)
        missing = still_missing(session, locked(session, obligation)[0], named, on)
    print(f"Đã ghi lần công khai số {posting.id}: «{named.name}», {CHANNELS[channel]}, từ {dmy(on)}.")
    print(f"  Thời gian giữ: {kept_words(posting)}.")
    print(f"  {_missing_words(named, on, missing)}")
    _finish(posting.finding)


def _missing_words(item: "Item", day: "date", missing: tuple[str, ...]) -> str:
    """The channels still required, each with the condition under which it is."""
    from rules.law.disclosures import CHANNELS, channels_on

    if not missing:
        return "Đã đủ các hình thức bắt buộc."
    when = {channel.channel: channel.when for channel in channels_on(item, day)}
    said = [f"{CHANNELS[slug]} ({slug}{f'; {when[slug]}' if when[slug] else ''})" for slug in missing]
    return f"Còn thiếu: {', '.join(said)}."


def _finish(finding: str) -> None:
    if finding:
        print(f"  LƯU Ý: {finding}")
        raise typer.Exit(1)


def down(posting: Posted, day: Day = "", document: Document = "", file: ProofFile = None, by: By = OFFICE) -> None:
    """Record that a posting came down; exit 1 when it had not stayed long enough."""
    from models.postings import take_down
    from models.store import transaction
    from rules.vietnamese import dmy

    on, who = day_given("--day", day), text_given("--by", by)
    engine, settings, now = open_office(None)
    kept = keep_given(settings, file)
    with transaction(engine) as session:
        row = take_down(session, posting, who, on, document, now, kept)
    print(f"Đã ghi gỡ lần công khai số {posting} ngày {dmy(on)}.")
    _finish(row.finding)


def withdraw(posting: Posted, reason: Reason = "", by: By = OFFICE) -> None:
    """Take back a posting recorded by mistake."""
    from models.postings import withdraw_posting
    from models.store import transaction

    who = text_given("--by", by)
    engine, _, now = open_office(None)
    with transaction(engine) as session:
        withdraw_posting(session, posting, who, reason, now)
    print(f"Đã rút lần công khai số {posting} ghi nhầm.")


def keep(posting: Posted, reason: Reason = "", by: By = OFFICE) -> None:
    """Record that a posting stays up after its time."""
    from models.postings import keep_on
    from models.store import transaction

    who = text_given("--by", by)
    engine, _, now = open_office(None)
    with transaction(engine) as session:
        keep_on(session, posting, who, reason, now)
    print(f"Đã ghi lần công khai số {posting} niêm yết tiếp; không nhắc ngày gỡ nữa.")
