"""One entry of the trail: what it says, the bytes that were hashed, its neighbours, and its proof to take home."""

from __future__ import annotations

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.entry_proof import NoProof, prove_entry
from models.trail_entry import find_entry
from web.files import FILE_POLICY, as_attachment
from web.obligations import obligation_path, run_link
from web.refusal import Refusal
from web.site import READ, TheSite
from web.trail import TRAIL, desk_of, number_in

pages = APIRouter()
PROOF = "bang-chung.json"


@pages.api_route(f"{TRAIL}/{{number}}", methods=[*READ])
def entry_page(request: Request, number: str, site: TheSite) -> Response:
    """Entry `number` of the trail."""
    seq = number_in(number)
    with site.reading() as session:
        desk = desk_of(session, site, request.query_params.get("co-quan", ""))
        page = find_entry(session, desk.key, seq)
    if page is None:
        raise Refusal(404, f"Nhật ký không có bản ghi số {seq}.")
    return site.render(
        request, "trail_entry", desk=desk, page=page, seq=seq, obligation_path=obligation_path,
        run=run_link(site, page.line), proof=desk.link(f"/{seq}/{PROOF}"),
    )  # fmt: skip


@pages.api_route(f"{TRAIL}/{{number}}/{PROOF}", methods=[*READ])
def proof(request: Request, number: str, site: TheSite) -> Response:
    """The proof of entry `number`, made and checked when it is asked for."""
    seq = number_in(number)
    with site.reading() as session:
        desk = desk_of(session, site, request.query_params.get("co-quan", ""))
        if find_entry(session, desk.key, seq) is None:
            raise Refusal(404, f"Nhật ký không có bản ghi số {seq}.")
        try:
            made = prove_entry(session, desk.key, seq)
        except NoProof as refused:
            raise Refusal(409, str(refused)) from None
    name = as_attachment(f"bang-chung-{seq}.json")
    headers = {"Content-Disposition": name, "Content-Security-Policy": FILE_POLICY}
    return Response(orjson.dumps(made, option=orjson.OPT_INDENT_2), headers=headers, media_type="application/json")
