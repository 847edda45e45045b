"""The office's own first page: what waits for it, whether the house does its work, and the way to its other pages."""

from __future__ import annotations

import shutil

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.checks import Check, house_checks, office_checks
from web.site import READ, Site, TheSite

pages = APIRouter()
HOUSE = "/van-phong"
_ENOUGH = 1024  # MiB free


@pages.api_route(HOUSE, methods=[*READ])
def house_page(request: Request, site: TheSite) -> Response:
    """What the office should look at today."""
    with site.reading() as session:
        waiting, standing = list(office_checks(session, site.now())), list(house_checks(session, site.now()))
    standing += _disk(site)
    return site.render(request, "house", waiting=waiting, standing=standing, today=site.today())


def _disk(site: Site) -> list[Check]:
    if site.files is None or not site.files.exists():
        return []
    free = shutil.disk_usage(site.files).free // 2**20
    return [Check("đĩa trống nơi giữ minh chứng", free > _ENOUGH, f"{free} MiB", "" if free > _ENOUGH else "dọn đĩa")]
