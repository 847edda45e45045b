"""`dunghan disclosure items`: what must be published, on what ground, where, how soon and for how long."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.date_commands import Json
from deployments.office_commands import On, open_office
from deployments.options import argument

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlmodel import Session

    from rules.law.disclosures import Channel, Item


def add_to(group: typer.Typer) -> None:
    """Add this module's command to the `disclosure` group."""
    group.command("items", help="Phải công khai gì: căn cứ, hình thức, thời hạn, giữ bao lâu.")(items)


def items(
    task: Annotated[str | None, argument("Mã nhiệm vụ; không ghi thì mọi nội dung.", "TASK")] = None,
    on: On = None,
    as_json: Json = False,
) -> None:
    """Print the items of a task, or all that the law lists, as they stand on a day."""
    from sqlmodel import Session

    from deployments.printing import print_json
    from rules.law.disclosures import all_items, item_named
    from rules.vietnamese import local_day

    engine, _, now = open_office(on)
    with Session(engine) as session:
        owing = _tasks_by_item(session)
    wanted = _items_of(task, owing) if task else list(all_items())
    found = [_item_json(item_named(slug), local_day(now), owing.get(slug, {})) for slug in wanted]
    if as_json:
        return print_json(found)
    return print("\n\n".join("\n".join(_item_lines(item)) for item in found))


def _tasks_by_item(session: "Session") -> dict[str, dict[str, str]]:
    """The plan tasks that publish each item: «nhu-quynh-2024.P3c.2» -> «P3c.2»."""
    from sqlalchemy import select
    from sqlmodel import col

    from models.tables import Plan, PlanTask

    query = select(PlanTask, Plan).join(Plan, col(Plan.id) == col(PlanTask.plan_id)).order_by(col(PlanTask.id))
    found: dict[str, dict[str, str]] = {}
    for task, plan in session.execute(query):
        for slug in task.family.get("items", ()):
            found.setdefault(slug, {})[f"{plan.code}.{task.code}"] = task.code
    return found


def _items_of(task: str, owing: dict[str, dict[str, str]]) -> list[str]:
    """What `task` publishes. Raises ActRefused."""
    from models.acts import ActRefused

    wanted = [slug for slug, tasks in owing.items() if task in tasks or task in tasks.values()]
    if not wanted:
        codes = sorted({code for tasks in owing.values() for code in tasks.values()})
        raise ActRefused(f"Không nhiệm vụ công khai nào mang mã «{task}»; các mã: {', '.join(codes)}.")
    return wanted


def _item_json(item: "Item", day: "date", tasks: dict[str, str]) -> dict[str, Any]:
    from rules.law.disclosures import channels_on
    from rules.law.instruments import grounds_on

    return {
        "item": item.slug,
        "name": item.name,
        "tasks": list(dict.fromkeys(tasks.values())),
        "basis": [str(basis) for basis in grounds_on(item, day)],
        "within": _within(item, day),
        "channels": [_channel_json(item, channel, day) for channel in channels_on(item, day)],
        "note": item.note,
    }


def _channel_json(item: "Item", channel: "Channel", day: "date") -> dict[str, Any]:
    from rules.law.disclosures import CHANNELS

    return {
        "channel": channel.channel,
        "name": CHANNELS[channel.channel],
        "required": channel.required,
        "place": channel.place,
        "when": channel.when,
        "unless": list(channel.unless),
        "basis": str(channel.basis),
        "keep": _keep(item, channel.channel, day),
    }


def _within(item: "Item", day: "date") -> str:
    """How soon, with its ground; what is not known is said."""
    from rules.law.terms import NoTermInForce, basis_of, term_in_force

    if item.within is None:
        return "chưa thấy quy định thời hạn công khai"
    try:
        term = term_in_force(item.within, day)
    except NoTermInForce as missing:
        return str(missing).rstrip(".")
    return f"{term.length or 'không định số ngày'}, từ {term.event or 'khi có nội dung'}, theo {basis_of(term, day)}"


def _keep(item: "Item", channel: str, day: "date") -> str:
    """How long it stays, with its ground; empty where no rule is known."""
    from rules.deadlines import Posting
    from rules.law.disclosures import WITHOUT_DAYS, keeping, keeping_basis
    from rules.law.terms import NoDeadlineInLaw, NoTermInForce

    try:
        rule, ground = keeping(item, channel, day), keeping_basis(item, channel, day)
    except (NoTermInForce, NoDeadlineInLaw) as missing:
        return str(missing).rstrip(".")
    if rule is None:
        return ""
    if isinstance(rule, Posting):
        return f"ít nhất {rule.n:02} ngày{' làm việc' if rule.working else ''}, theo {ground}"
    return f"{WITHOUT_DAYS[rule]}, theo {ground}"


def _item_lines(item: dict[str, Any]) -> "Iterator[str]":
    tasks = f" [{', '.join(item['tasks'])}]" if item["tasks"] else ""
    yield f"{item['item']}: {item['name']}{tasks}"
    yield f"  Căn cứ: {'; '.join(item['basis'])}."
    yield f"  Công khai trong: {item['within']}."
    for channel in item["channels"]:
        yield f"  {'Bắt buộc' if channel['required'] else 'Được dùng'}: {_channel_words(channel)}."
    if not item["channels"]:
        yield "  Ngày này chưa có hình thức nào được quy định."
    if item["note"]:
        yield f"  Ghi chú: {item['note']}"


def _channel_words(channel: dict[str, Any]) -> str:
    """«Niêm yết (bang-tin): trụ sở …; giữ ít nhất 30 ngày (…)»."""
    from rules.law.disclosures import CHANNELS

    unless = " hoặc ".join(CHANNELS[slug] for slug in channel["unless"])
    parts = (
        channel["place"],
        channel["when"],
        f"trừ khi đã dùng {unless}" if unless else "",
        f"giữ {channel['keep']}" if channel["keep"] else "",
        f"căn cứ {channel['basis']}",
    )
    return f"{channel['name']} ({channel['channel']}): {'; '.join(filter(None, parts))}"
