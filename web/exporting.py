"""The page on which an auditor or the office takes the whole record home: begun, watched, downloaded."""

from __future__ import annotations

from threading import Thread
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from models.acts import ActRefused
from models.exports import Exports, begin_export, find_package, made_exports, make_export
from web.files import as_attachment
from web.refusal import Refusal
from web.security import checked_form
from web.site import READ, TheSite, site_of
from web.trail import TRAIL, desk_of

EXPORT = f"{TRAIL}/xuat"


def _allowed(request: Request) -> Exports:
    """The exports of this site, for whoever may. Raises Refusal."""
    site = site_of(request)
    if site.exports is None:
        raise Refusal(404, "Nơi giữ các bản xuất chưa được khai báo.")
    if not site.may_export:
        raise Refusal(403, "Chỉ văn phòng và người kiểm tra xuất được nhật ký.")
    return site.exports


Allowed = Annotated[Exports, Depends(_allowed)]
pages = APIRouter()


@pages.api_route(EXPORT, methods=[*READ])
def export_page(request: Request, site: TheSite, exports: Allowed) -> Response:
    """What was exported this week, what is being exported now, and the button."""
    with site.reading() as session:
        desk = desk_of(session, site, request.query_params.get("co-quan", ""))
    running, made = exports.running.get(desk.key), made_exports(exports, desk.key)
    watched = bool(request.query_params.get("theo-doi"))  # loading itself again is the reader's choice
    return site.render(request, "exporting", desk=desk, running=running, made=made, action=EXPORT, watched=watched)


@pages.post(EXPORT)
def start(site: TheSite, exports: Allowed, form: Annotated[dict[str, str], Depends(checked_form)]) -> Response:
    """Say in the trail that it is exported, and begin; the page shows how far it is."""
    with site.reading() as session:
        desk = desk_of(session, site, form.get("co-quan", ""))
    now = site.now()
    try:
        name = begin_export(exports, site.engine, desk.office, site.actor, now)
    except ActRefused as refused:
        raise Refusal(409, str(refused)) from None
    Thread(target=make_export, args=(exports, site.engine, desk.office, name, now), daemon=True).start()
    return RedirectResponse(desk.link("/xuat", **{"theo-doi": "1"}), 303)


@pages.api_route(f"{EXPORT}/{{name}}/nhat-ky.zip", methods=[*READ])
def download(request: Request, name: str, site: TheSite, exports: Allowed) -> Response:
    """A finished export as one file, streamed from the disk."""
    with site.reading() as session:
        desk = desk_of(session, site, request.query_params.get("co-quan", ""))
    found = find_package(exports, desk.key, name)
    if found is None:
        raise Refusal(404, "Không có bản xuất này, hoặc đã quá 7 ngày.")
    package, made = found
    headers = {"Content-Disposition": as_attachment(f"nhat-ky-{desk.office.code}-{made.at:%Y%m%d}.zip")}
    return FileResponse(package, headers=headers, media_type="application/zip")
