"""One task of a draft: the document's own rows beside what was read, with each date's receipt and what may be done."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from models.doers import names_of_people
from models.draft_states import STATES, UNDECIDED
from models.draft_tables import DraftTask
from models.draft_views import TaskView, Tried, task_view, times_of
from models.drafts import draft_tasks, is_open
from web.attempts import NONE, Attempt
from web.draft_reading import checkpoint_of, said_of
from web.drafts import draft_path, known_draft, number_in
from web.refusal import Refusal
from web.site import READ, Site, TheSite

pages = APIRouter()
DATES_SHOWN = 12
CHECKPOINTS = (("ke-hoach", "Kế hoạch hoặc pháp luật định"), ("noi-bo", "Cơ quan tự đặt (mốc nội bộ)"))
RUNNING = (("chay", "Chạy ngay khi nạp"), ("cho", "Ghi vào kế hoạch nhưng chưa chạy, chờ xác nhận"))


@pages.api_route(draft_path("{draft}", "{place}"), methods=[*READ])
def task_page(request: Request, draft: str, place: str, site: TheSite) -> Response:
    """The task at `place` of a draft."""
    return show_task(request, site, draft, place)


def show_task(
    request: Request, site: Site, number: str, place: str, attempt: Attempt = NONE, tried: Tried | None = None
) -> HTMLResponse:
    """The task; after a refused attempt with the reason, after a try with what it would mean."""
    with site.reading() as session:
        draft = known_draft(session, number)
        if (found := task_view(session, draft, number_in(place), tried)) is None:
            raise Refusal(404, f"Bản nhập số {draft.id} không có nhiệm vụ thứ «{place[:40]}».")
        just, people = _just_decided(request, draft_tasks(session, draft)), names_of_people(session)
    said = said_of(draft, found.task.keys)
    facts = {
        "said": said,
        "kept": times_of(draft, {"thoi-han": said.kept}),
        "checkpoint": checkpoint_of(found.task.keys),
        "checkpoints": _checkpoints(found),
        "running": RUNNING,
        "people": people,
        "shown": DATES_SHOWN,
    }
    return site.render(
        request, "drafts/task", 422 if attempt.reason else 200, view=found, task=found.task, draft=draft,
        attempt=attempt, tried=tried, states=STATES, undecided=UNDECIDED, at=draft_path(number, place), just=just,
        open=is_open(draft), **facts,
    )  # fmt: skip


def _checkpoints(found: TaskView) -> tuple[tuple[str, str], ...]:
    mixed = (("tung-moc", "Như từng mốc đang ghi"),) if checkpoint_of(found.task.keys) == "tung-moc" else ()
    return (*mixed, *CHECKPOINTS)


def _just_decided(request: Request, tasks: Sequence[DraftTask]) -> DraftTask | None:
    """The task whose decision led here, to be told."""
    asked = request.query_params.get("vua", "")
    return next((task for task in tasks if str(task.place) == asked), None)
