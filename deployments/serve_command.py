"""`dunghan serve PART`: one part of the house alone, in the foreground, for a service manager or another machine."""

from enum import StrEnum
from typing import Annotated

import typer

from deployments.overview import SAID


class Part(StrEnum):
    """What runs alone; deployments/parts.py says how."""

    DATABASE = "database"
    PREFECT = "prefect"
    WORKER = "worker"
    WEB = "web"


def add_to(app: typer.Typer) -> None:
    """Add the `serve` command."""
    app.command("serve", help=SAID["serve"])(serve)


def serve(
    part: Annotated[
        Part, typer.Argument(help="database: PostgreSQL nhúng; prefect: máy chủ Prefect; worker: bộ chạy; web: trang.")
    ],
) -> None:
    """Run one part until it is asked to stop; exit 0 then, 1 when it failed, 2 for settings that cannot be used."""
    from deployments.parts import serve_part
    from models.settings import read_settings

    raise typer.Exit(serve_part(part.value, read_settings()))
