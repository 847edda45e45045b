"""The `dunghan` command: light to start, one Vietnamese line per error, exit 0 ok, 1 a finding, 2 bad input."""

from __future__ import annotations

import sys

import typer

from deployments import date_commands, due_command, office_commands, plan_commands, record_commands, run_commands

app = typer.Typer(
    name="dunghan",
    help="Đúng hạn: kế hoạch của cơ quan thành nghĩa vụ có hạn, thư nhắc và nhật ký kiểm tra được.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
date_commands.add_to(app)
due_command.add_to(app)
plan_commands.add_to(app)
office_commands.add_to(app)
record_commands.add_to(app)
run_commands.add_to(app)


def main() -> None:
    """Run the command; an expected error is one line on stderr for each fault."""
    try:
        app()
    except Exception as error:
        lines = _explain(error)
        if lines is None:
            raise
        for line in lines:
            print(f"dunghan: {line}", file=sys.stderr)
        sys.exit(2)


def _explain(error: Exception) -> list[str] | None:
    """The lines for an error a person can mend, or None for one that is ours."""
    from sqlalchemy.exc import OperationalError

    from models.actions import ActRefused
    from models.office_file import OfficeFileError
    from models.settings import SettingsError
    from rules.deadlines import EventMissing
    from rules.law.terms import NoDeadlineInLaw, NoTermInForce, UnknownDuty
    from rules.rule_json import RuleError
    from rules.working_days import CalendarNotKnown

    if isinstance(error, OfficeFileError):
        return [str(fault) for fault in error.faults]
    if isinstance(error, RuleError | EventMissing | CalendarNotKnown | SettingsError | ActRefused):
        return [str(error)]
    if isinstance(error, NoTermInForce | NoDeadlineInLaw | UnknownDuty):
        return [str(error)]
    if isinstance(error, OperationalError):
        return [f"không nối được cơ sở dữ liệu: {str(error.orig).splitlines()[0]}"]
    return None


if __name__ == "__main__":
    main()
