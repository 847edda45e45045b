"""A signed document as it was given, read and proposed as a plan: kept nowhere before all of it was read."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from models.acts import ActRefused
from models.appendix.proposal import Proposal
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


def read_proposal(path: Path, known: dict[str, str | int | date]) -> Proposal:
    """What is proposed from the document in `path`. Raises OfficeFileError, ActRefused."""
    # Asked for by name until the readers of documents and the import itself are here.
    document = import_module("models.appendix.opening").open_document(path)
    proposing, facts = import_module("models.appendix.proposing"), import_module("models.appendix.facts")
    try:
        proposal: Proposal = proposing.propose(document, facts.Facts(**known))
    except (proposing.NotEnoughKnown, proposing.NoAppendix) as error:
        raise ActRefused(str(error)) from None
    return proposal
