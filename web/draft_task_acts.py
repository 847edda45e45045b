"""What the office decides of a task: taken as read, corrected and taken, asked about, left out, looked at again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from models.acts import ActRefused
from models.draft_acts import Seen, StaleForm, accept, ask, correct, leave_out, reopen
from models.draft_document import units_of
from models.draft_states import next_waiting
from models.draft_tables import DraftTask
from models.draft_views import Tried
from models.drafts import Decider, draft_tasks
from web.attempts import Attempt, Sent, SentList, carry_out, words_needed
from web.draft_reading import task_typed
from web.draft_task import show_task
from web.drafts import draft_path, known_draft, number_in, version_seen
from web.forms import Submission
from web.site import Site, TheSite

pages = APIRouter()
LONGEST = 1000


@pages.post(draft_path("{draft}", "{place}", "nhan"))
def take(request: Request, draft: str, place: str, site: TheSite, sent: Sent) -> Response:
    """Take the task as it was read."""

    def act(session: Session) -> str:
        return _onward(session, accept(session, _seen(draft, place, sent), _decider(site)))

    return _decided(request, site, draft, place, "nhan", sent, act)


@pages.post(draft_path("{draft}", "{place}", "sua"))
def take_corrected(request: Request, draft: str, place: str, site: TheSite, sent: SentList) -> Response:
    """Take the task as typed, or only show what that would mean."""
    if sent.fields.get("viec") == "thu":
        return _try_out(request, site, draft, place, sent)

    def act(session: Session) -> str:
        seen, tried = _seen(draft, place, sent), _typed(session, draft, place, sent)
        return _onward(session, correct(session, seen, tried.keys, tried.new_events, _decider(site)))

    return _decided(request, site, draft, place, "sua", sent, act)


@pages.post(draft_path("{draft}", "{place}", "hoi"))
def ask_about(request: Request, draft: str, place: str, site: TheSite, sent: Sent) -> Response:
    """Keep a question with the task, which stays open."""

    def act(session: Session) -> str:
        question = words_needed(sent, "cau-hoi", "Câu hỏi", LONGEST)
        return _onward(session, ask(session, _seen(draft, place, sent), question, _decider(site)))

    return _decided(request, site, draft, place, "hoi", sent, act)


@pages.post(draft_path("{draft}", "{place}", "bo"))
def keep_out(request: Request, draft: str, place: str, site: TheSite, sent: Sent) -> Response:
    """Leave the task out of the plan, with a reason."""

    def act(session: Session) -> str:
        reason = words_needed(sent, "ly-do", "Lý do", LONGEST)
        return _onward(session, leave_out(session, _seen(draft, place, sent), reason, _decider(site)))

    return _decided(request, site, draft, place, "bo", sent, act)


@pages.post(draft_path("{draft}", "{place}", "mo-lai"))
def look_again(request: Request, draft: str, place: str, site: TheSite, sent: Sent) -> Response:
    """Let the task wait for a decision again."""

    def act(session: Session) -> str:
        reopen(session, _seen(draft, place, sent), _decider(site))
        return draft_path(draft, place)

    return _decided(request, site, draft, place, "mo-lai", sent, act)


def _decided(
    request: Request, site: Site, draft: str, place: str, form: str, sent: Submission, act: Callable[[Session], str]
) -> Response:
    """Do `act`; a stale form is answered with the task as it is now, not with what the form had."""
    stale: list[StaleForm] = []

    def watched(session: Session) -> str:
        try:
            return act(session)
        except StaleForm as refused:
            stale.append(refused)
            raise

    def show(attempt: Attempt) -> Response:
        current = Attempt("quyet-dinh", attempt.reason) if stale else attempt
        return show_task(request, site, draft, place, current)

    return carry_out(site, form, sent, watched, show)


def _try_out(request: Request, site: Site, draft: str, place: str, sent: Submission) -> Response:
    """Show what the task as typed would mean; nothing is kept."""
    show = partial(show_task, request, site, draft, place)
    try:
        with site.reading() as session:
            tried = _typed(session, draft, place, sent)
    except ActRefused as refused:
        return show(Attempt("sua", str(refused), sent.fields))
    return show(Attempt("sua", "", sent.fields), tried)


def _typed(session: Session, number: str, place: str, sent: Submission) -> Tried:
    """The task as the form has it. Raises ActRefused, Refusal."""
    draft = known_draft(session, number)
    task = next((one for one in draft_tasks(session, draft) if one.place == number_in(place)), None)
    if task is None:
        raise ActRefused(f"Bản nhập số {draft.id} không có nhiệm vụ thứ {place[:40]}.")
    units = {str(unit["ma"]): str(unit["ten"]) for unit in units_of(session, draft)}
    return task_typed(sent, draft, task, units)


def _seen(draft: str, place: str, sent: Submission) -> Seen:
    return Seen(number_in(draft), number_in(place), version_seen(sent))


def _onward(session: Session, task: DraftTask) -> str:
    """To the next task nobody has decided on; when there is none, back to the draft."""
    known = known_draft(session, str(task.draft_id))
    following = next_waiting(draft_tasks(session, known), task.place)
    if following is None:
        return draft_path(task.draft_id)
    return f"{draft_path(task.draft_id, following.place)}?vua={task.place}"


def _decider(site: Site) -> Decider:
    return Decider(site.actor, site.now())
