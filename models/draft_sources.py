"""A signed document as it was given, read and proposed as a plan: kept nowhere before all of it was read."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from models.acts import ActRefused
from models.appendix.facts import Facts
from models.appendix.opening import open_document
from models.appendix.proposal import Proposal
from models.appendix.proposing import NoAppendix, NotEnoughKnown, propose
from models.office_file import OfficeFileError
from models.tables import Authority


def propose_plan(name: str, content: bytes, authority: Authority, stated: dict[str, Any]) -> Proposal:
    """What is proposed from the document called `name`; `stated` is believed over what it says. Raises ActRefused."""
    office = {"office": authority.name, "place": authority.place, "superior": authority.parent}
    with TemporaryDirectory(prefix="dunghan-nhap-") as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        try:
            return read_proposal(path, {**office, **stated})
        except OfficeFileError as error:
            raise ActRefused(" ".join(f"{name}: {fault.text}" for fault in error.faults)) from None


def read_proposal(path: Path, known: dict[str, Any]) -> Proposal:
    """What is proposed from the document in `path`. Raises OfficeFileError, ActRefused."""
    try:
        return propose(open_document(path), Facts(**known))
    except (NotEnoughKnown, NoAppendix) as error:
        raise ActRefused(str(error)) from None
