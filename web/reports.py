"""Periodic reports: which there are, one report with its figures, and the lines behind each number."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from models.report_views import REPORT_STATES, ReportPage, find_report, list_reports
from web.attempts import NONE, Attempt, is_link
from web.figures import Question, details_path, figures_of, stored_lines
from web.files import file_path
from web.obligations import known_code
from web.refusal import Refusal
from web.search import LONGEST
from web.site import READ, Site, TheSite

pages = APIRouter()
ACTS = ("nop", "duoc-nhan", "tra-lai")
_FILE = re.compile(r"(?P<name>.+) \(SHA-256 (?P<sha256>[0-9a-f]{64})\)")  # as models.report_facts writes it


@pages.api_route("/bao-cao", methods=[*READ])
def reports_page(request: Request, site: TheSite) -> Response:
    """Every periodic report and how it stands."""
    with site.reading() as session:
        reports = list_reports(session, site.now())
    return site.render(request, "reports", reports=reports, today=site.today(), report_states=REPORT_STATES)


@pages.api_route("/bao-cao/{code}", methods=[*READ])
def report_page(request: Request, code: str, site: TheSite) -> Response:
    """One report: its days, who handed in figures, the figures, and what became of it."""
    return show_report(request, site, code)


def show_report(request: Request, site: Site, code: str, attempt: Attempt = NONE) -> HTMLResponse:
    """The page of report `code`; after a refused attempt, with the reason and what was typed."""
    page, today = known_report(site, code), site.today()
    lines = stored_lines(page.facts)
    return site.render(
        request,
        "report",
        422 if attempt.reason else 200,
        page=page,
        today=today,
        report_states=REPORT_STATES,
        figures=figures_of(code, lines),
        behind=_behind(code, page),
        tokens={act: site.forms.token(report_path(code, act)) for act in ACTS},
        attempt=attempt,
    )


@pages.api_route("/bao-cao/{code}/chi-tiet", methods=[*READ])
def details_page(request: Request, code: str, site: TheSite) -> Response:
    """Exactly the lines, or the documents of the events, that one figure counts."""
    page = known_report(site, code)
    if event := request.query_params.get("su-kien"):
        return _events_page(request, site, page, event)
    if task := request.query_params.get("so-lan"):
        return _quota_page(request, site, page, task)
    lines = stored_lines(page.facts)
    question = Question.asked(request.query_params, lines)
    found = question.lines(lines)
    asked = list(question.words())
    return site.render(request, "report_lines", page=page, lines=found, asked=asked, proof_address=proof_address)


def known_report(site: Site, code: str) -> ReportPage:
    """Report `code` as it stands now. Raises Refusal when there is none."""
    with site.reading() as session:
        if page := find_report(session, known_code(code), site.now()):
            return page
    raise Refusal(404, f"Không có báo cáo định kỳ mang mã «{code[:LONGEST]}».", search=code[:LONGEST])


def report_path(code: str, act: str = "") -> str:
    """Where report `code` is shown, or where an act on it is posted."""
    return f"/bao-cao/{code}/{act}" if act else f"/bao-cao/{code}"


def proof_address(text: str) -> str:
    """Where a recorded proof can be opened: a file kept here, or a link; «» when it is only words."""
    if found := _FILE.fullmatch(text):
        return file_path(found["sha256"], found["name"])
    return text if is_link(text) else ""


def _behind(code: str, page: ReportPage) -> dict[str, dict[str, str]]:
    """The pages behind counts that are not of lines: by event, and by task of a quota."""
    events = {event["code"]: details_path(code, **{"su-kien": event["code"]}) for event in page.facts["events"]}
    return {
        "events": events,
        "quotas": {q["task"]: details_path(code, **{"so-lan": q["task"]}) for q in page.facts["quotas"]},
    }


def _quota_page(request: Request, site: Site, page: ReportPage, task: str) -> Response:
    quota: dict[str, Any] | None = next((found for found in page.facts["quotas"] if found["task"] == task), None)
    if quota is None:
        raise Refusal(422, f"Báo cáo này không có chỉ tiêu nào của nhiệm vụ «{task[:80]}».")
    return site.render(request, "report_quota", page=page, quota=quota, proof_address=proof_address)


def _events_page(request: Request, site: Site, page: ReportPage, code: str) -> Response:
    group: dict[str, Any] | None = next((found for found in page.facts["events"] if found["code"] == code), None)
    if group is None:
        raise Refusal(422, f"Báo cáo này không có sự kiện «{code[:80]}».")
    return site.render(request, "report_events", page=page, group=group)
