"""`dunghan links`: make every link a person was sent so far open nothing."""

import typer

from deployments.office_commands import open_office
from deployments.options import OFFICE, By, Named, Reason, text_given
from deployments.overview import SAID


def add_to(app: typer.Typer) -> None:
    """Add the `links` group."""
    group = typer.Typer(help=SAID["links"], no_args_is_help=True, rich_markup_mode=None)
    group.command("revoke", help="Thu hồi mọi liên kết đã gửi cho một người (mất máy, lộ hộp thư).")(revoke)
    app.add_typer(group, name="links")


def revoke(person: Named, reason: Reason = "", by: By = OFFICE) -> None:
    """Revoke what was sent; mails sent later carry new links."""
    from deployments.people_named import find_person
    from models.links import revoke_links
    from models.store import transaction

    said, who = text_given("--reason", reason), text_given("--by", by)
    engine, _, now = open_office(None)
    with transaction(engine) as session:
        _, found = find_person(session, person)
        count = revoke_links(session, found, who, said, now)
    print(f"Đã thu hồi {count} liên kết đã gửi cho {found.name}; thư gửi sau có liên kết mới.")
