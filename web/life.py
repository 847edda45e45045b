"""One obligation from the plan's words to its end, on one page to be read, checked and printed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.files import FileDamaged, FileMissing, read_file
from models.life import Moment, life_of
from models.obligation_page import find_obligation
from web.obligations import known_code, run_path, unknown_code
from web.site import READ, TheSite

pages = APIRouter()
WHOLE, GONE, DAMAGED = "nguyen-ven", "mat", "hong"


@pages.api_route("/nghia-vu/{code}/qua-trinh", methods=[*READ])
def life_page(request: Request, code: str, site: TheSite) -> Response:
    """The plan's words, every entry of the trail with what stands behind it, and how the files stand today."""
    with site.reading() as session:
        page = find_obligation(session, known_code(code), site.today())
        if page is None:
            raise unknown_code(code)
        life = life_of(session, code)
    files = _checked(site.files, life.moments) if site.files else {}
    unfolded = request.query_params.get("mo") == "het"
    return site.render(
        request, "life", page=page, life=life, files=files, unfolded=unfolded, today=site.today(), code=code,
        run_path=run_path,
    )  # fmt: skip


def _checked(folder: Path, moments: Iterable[Moment]) -> dict[str, str]:
    """How each file the trail names stands in the store at this moment."""
    return {sha256: _stands(folder, sha256) for sha256 in {one.file.sha256 for one in moments if one.file}}


def _stands(folder: Path, sha256: str) -> str:
    try:
        read_file(folder, sha256)
    except FileMissing:
        return GONE
    except FileDamaged:
        return DAMAGED
    return WHOLE
