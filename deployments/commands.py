"""Every command of `dunghan`, put together."""

from __future__ import annotations

import typer

from deployments import (
    access_commands,
    act_commands,
    audit_commands,
    backup_commands,
    date_commands,
    disclosure_commands,
    due_command,
    event_commands,
    leave_commands,
    link_commands,
    mail_commands,
    office_commands,
    people_command,
    plan_commands,
    quota_command,
    record_commands,
    reply_commands,
    report_commands,
    run_commands,
    serve_command,
    sweep_command,
    watchdog_command,
)
from deployments.overview import ABOUT

app = typer.Typer(
    name="dunghan",
    help=ABOUT,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for commands in (
    date_commands,
    due_command,
    plan_commands,
    event_commands,
    office_commands,
    act_commands,
    disclosure_commands,
    report_commands,
    quota_command,
    people_command,
    leave_commands,
    reply_commands,
    mail_commands,
    link_commands,
    access_commands,
    sweep_command,
    record_commands,
    audit_commands,
    backup_commands,
    run_commands,
    serve_command,
    watchdog_command,
):
    commands.add_to(app)
