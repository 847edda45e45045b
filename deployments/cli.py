"""The `dunghan` command: light to start, one Vietnamese line per error, exit 0 ok, 1 a finding, 2 bad input."""

from __future__ import annotations

import sys

from deployments.overview import overview

# Errors whose message says what was found and what to do; by name, so that explaining one loads nothing.
_MENDABLE = {
    "flows.portal.HostNotReadable",
    "models.appendix.proposing.NoAppendix",
    "models.appendix.proposing.NotEnoughKnown",
    "models.acts.ActRefused",
    "models.documents.TemplateFault",
    "models.backup_file.BackupRefused",
    "models.files.FileDamaged",
    "models.files.FileMissing",
    "models.files.FileNotKept",
    "models.files.FileRefused",
    "models.schema.SchemaFault",
    "models.settings.SettingsError",
    "rules.deadlines.EventMissing",
    "rules.law.disclosures.UnknownItem",
    "rules.law.terms.NoDeadlineInLaw",
    "rules.law.terms.NoTermInForce",
    "rules.law.terms.UnknownDuty",
    "rules.rule_json.RuleError",
    "rules.working_days.CalendarNotKnown",
}


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
    kinds = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__}
    if kinds & _MENDABLE:
        return [" ".join(str(error).split())]
    if "models.office_file.OfficeFileError" in kinds:
        return [str(fault) for fault in getattr(error, "faults", ())]
    if kinds & {"sqlalchemy.exc.OperationalError", "sqlalchemy.exc.TimeoutError"}:
        from models.store_faults import store_fault

        return [store_fault(error)]
    return None


if __name__ == "__main__":
    main()
