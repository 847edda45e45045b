"""`dunghan sweep`: one round, through Prefect or in this process; and letting sweeps go on that were held."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.office_commands import On, open_office
from deployments.options import OFFICE, By, Reason, text_given
from deployments.overview import SAID

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from flows.sweep import Swept
    from models.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the `sweep` command."""
    app.command("sweep", help=SAID["sweep"])(sweep)


def sweep(
    on: On = None,
    plain: Annotated[bool, typer.Option("--plain", help="Không qua Prefect (khi máy chủ Prefect hỏng).")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Cho quét tiếp sau khi tạm giữ; cần --reason.")] = False,
    reason: Reason = "",
    by: By = OFFICE,
) -> None:
    """One round; with --on or --plain in this process, otherwise through Prefect's sweep deployment."""
    from rules.rule_json import RuleError

    if not resume and (reason or by != OFFICE):
        raise RuleError("--reason và --by chỉ dùng cùng --resume.")
    who, said = (text_given("--by", by), text_given("--reason", reason)) if resume else ("", "")
    if resume or plain or on is not None:
        engine, settings, now = open_office(on)
        _check_day(engine, on, now)
        if resume:
            _resume(engine, who, said)
        if plain or on is not None:
            return _tell(_sweep_here(engine, settings, now))
    return _sweep_through_prefect()


def _check_day(engine: "Engine", on: str | None, now: "datetime") -> None:
    from flows import clock
    from rules.rule_json import RuleError
    from rules.vietnamese import dmy, local_day

    if local_day(now) > (today := local_day(clock.now(engine))):
        raise RuleError(f"--on {on} ở sau hôm nay {dmy(today)}; quét trước ngày sẽ chốt số liệu khi kỳ chưa hết.")


def _resume(engine: "Engine", by: str, reason: str) -> None:
    """Let every authority on hold be swept again, from the true present on. Raises ActRefused."""
    from flows import clock
    from models.acts import ActRefused
    from models.people import authorities
    from models.store import transaction
    from models.sweep_marks import held_since, resume_sweeps

    now = clock.now(engine)
    with transaction(engine) as session:
        held = [office for office in authorities(session) if held_since(session, office)]
        if not held:
            raise ActRefused("Không có lượt quét nào đang bị tạm giữ.")
        for office in held:
            resume_sweeps(session, office, by, reason, now)
    print(f"Đã cho quét tiếp: {', '.join(office.name for office in held)}.")


def _sweep_here(engine: "Engine", settings: "Settings", now: "datetime") -> "Swept":
    """In practice one round stands for a whole day, as it does through Prefect."""
    import asyncio

    from flows import clock
    from flows.mail import SmtpMailer
    from flows.sending import Office
    from flows.sweep import sweep as run

    office = Office(engine, settings, SmtpMailer(settings), clock.practised(engine), pause=_wait)
    return asyncio.run(run(office, now))


async def _wait(seconds: float) -> None:
    import asyncio

    said = "máy chủ thư chưa nhận hết; thử lại sau"
    print(f"dunghan: {said} {seconds:g} giây (Ctrl-C để thôi: thư chưa gửi chờ lượt quét sau).", file=sys.stderr)
    await asyncio.sleep(seconds)


def _tell(swept: "Swept") -> None:
    """Say what a round did; what a person must look at goes to stderr. Exit 1 when there is any."""
    print(f"{len(swept.reached)} nghĩa vụ đến mốc, {swept.sent} thư đã gửi, {swept.unsent} thư chưa gửi.")
    for person in swept.unknown:
        print(f"KHÔNG RÕ: thư cho {person} đứt khi đang truyền lần trước; cần người quyết định gửi lại hay không.")
    for trouble in (*(f"TẠM GIỮ {why}" for why in swept.held), *filter(None, [swept.mailbox])):
        print(f"dunghan: {trouble}", file=sys.stderr)
    if swept.unsent or swept.unknown or swept.held or swept.mailbox:
        raise typer.Exit(1)


def _sweep_through_prefect() -> None:
    import asyncio

    import httpx

    from deployments.prefect_env import use_prefect
    from models.settings import read_settings
    from rules.rule_json import RuleError

    settings = read_settings()
    use_prefect(settings)
    from deployments.register import start_sweep

    try:
        print(f"Đã yêu cầu Prefect quét: lượt chạy {asyncio.run(start_sweep()).name}.")
    except (httpx.HTTPError, RuntimeError):
        raise RuleError(
            f"Prefect không trả lời ở {settings.prefect_api_url}. Cần nhắc ngay: dunghan sweep --plain (quét tại đây, "
            "không qua Prefect, không gửi trùng). Để yên thì dunghan watchdog quét thay lúc 09:00 và 11:00."
        ) from None
