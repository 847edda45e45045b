"""`dunghan watchdog`: look once, by a timer, whether this morning was swept; sweep in place of Prefect when not."""

import typer

from deployments.overview import SAID


def add_to(app: typer.Typer) -> None:
    """Add the `watchdog` command."""
    app.command("watchdog", help=SAID["watchdog"])(watchdog)


def watchdog() -> None:
    """Look once; exit 1 when something was found that the administrators could not be told of."""
    from deployments.watchdog import keep_watch
    from models.settings import read_settings

    raise typer.Exit(keep_watch(read_settings()))
