"""The `dunghan` command: light to start, one Vietnamese line per error, exit 0 ok, 1 a finding, 2 bad input."""

from __future__ import annotations

import sys

from deployments.overview import overview


def main() -> None:
    """Run the command; an expected error is one line on stderr for each fault."""
    if sys.argv[1:] == ["--help"]:
        print(overview())
        sys.exit(0)
    from deployments.commands import app  # builds every command: not needed to say what there is

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

    from models.acts import ActRefused
    from models.office_file import OfficeFileError
    from models.settings import SettingsError
    from rules.deadlines import EventMissing
    from rules.law.terms import NoDeadlineInLaw, NoTermInForce, UnknownDuty
    from rules.rule_json import RuleError
    from rules.working_days import CalendarNotKnown

    if isinstance(error, OfficeFileError):
        return [str(fault) for fault in error.faults]
    mendable = RuleError | EventMissing | CalendarNotKnown | NoTermInForce | NoDeadlineInLaw | UnknownDuty
    if isinstance(error, mendable | SettingsError | ActRefused):
        return [str(error)]
    if isinstance(error, OperationalError):
        return [f"không nối được cơ sở dữ liệu: {str(error.orig).splitlines()[0]}"]
    return None


if __name__ == "__main__":
    main()
