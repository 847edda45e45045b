"""A report as files: the draft for signature, the lines behind its figures, and the draft công văn đôn đốc."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.acts import ActRefused
from models.documents import TemplateFault
from models.files import FileDamaged, FileMissing
from models.report_sheet import report_xlsx
from models.report_views import OverdueUnit, ReportPage, overdue_units
from models.reports import Shelves, draft_report
from models.urging import draft_urging
from rules.vietnamese import fold
from web.files import as_attachment
from web.refusal import Refusal
from web.reports import known_report
from web.site import READ, Site, TheSite

pages = APIRouter()
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


@pages.api_route("/bao-cao/don-doc", methods=[*READ])
def urging_page(request: Request, site: TheSite) -> Response:
    """The terms that have passed, by the unit that owes them."""
    with site.reading() as session:
        units = overdue_units(session, site.today())
    return site.render(request, "urging", units=units, today=site.today())


@pages.api_route("/bao-cao/don-doc.docx", methods=[*READ])
def urging_draft(request: Request, site: TheSite) -> Response:
    """A draft công văn to one unit (`don-vi`) of one plan (`ke-hoach`), for the chair to read and sign."""
    unit, shelves = _asked_unit(site, request), shelves_of(site)
    with site.reading() as session:
        codes = [line.code for line in unit.lines]
        content = made(lambda: draft_urging(session, codes, site.now(), shelves))
    return attached(content, DOCX, site.today(), f"cong van don doc {unit.name}", "du-thao.docx")


@pages.api_route("/bao-cao/{code}/du-thao.docx", methods=[*READ])
def report_draft(code: str, site: TheSite) -> Response:
    """The report for signature, from its frozen figures or those known now."""
    page, shelves = known_report(site, code), shelves_of(site)
    with site.reading() as session:
        content = made(lambda: draft_report(session, code, site.now(), shelves).docx())
    return _report_file(page, content, DOCX, "du-thao.docx")


@pages.api_route("/bao-cao/{code}/chi-tiet.xlsx", methods=[*READ])
def report_details(code: str, site: TheSite) -> Response:
    """The lines behind each figure; it takes no template, so it never waits for one."""
    page = known_report(site, code)
    return _report_file(page, report_xlsx(page.facts), XLSX, "chi-tiet.xlsx")


def _asked_unit(site: Site, request: Request) -> OverdueUnit:
    wanted = (request.query_params.get("ke-hoach"), request.query_params.get("don-vi"))
    with site.reading() as session:
        units = overdue_units(session, site.today())
    for unit in units:
        if unit.code == wanted[1] and wanted[0] in (None, unit.plan):
            return unit
    raise Refusal(404, "Đơn vị này không có nhiệm vụ nào quá hạn để đôn đốc.")


def shelves_of(site: Site) -> Shelves:
    """The office's templates. Raises Refusal when this server has none."""
    if site.shelves is None:
        raise Refusal(404, "Máy chủ này không có mẫu văn bản nên chưa lập dự thảo được.")
    return site.shelves


def made(document: Callable[[], bytes]) -> bytes:
    """The document, or a page that says what is wrong with its template. Raises Refusal."""
    try:
        return document()
    except (ActRefused, TemplateFault, FileMissing, FileDamaged) as fault:
        raise Refusal(424, str(fault)) from fault


def _report_file(page: ReportPage, content: bytes, kind: str, ending: str) -> Response:
    return attached(content, kind, page.summary.line.legal, page.summary.line.title, ending)


def attached(content: bytes, kind: str, day: date, title: str, ending: str) -> Response:
    """«2024-07-02_bao-cao-ket-qua-papi_du-thao.docx»: files sort by day, in any program, on any machine."""
    name = f"{day.isoformat()}_{_NOT_PLAIN.sub('-', fold(title)).strip('-')[:80]}_{ending}"
    return Response(content, media_type=kind, headers={"Content-Disposition": as_attachment(name)})
