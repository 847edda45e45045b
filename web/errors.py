"""Error pages: what happened and what to do, in Vietnamese, never a trace."""

from __future__ import annotations

import logging

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from models.store_faults import store_fault
from rules.vietnamese import capital
from web.refusal import Refusal
from web.security import HEADERS
from web.site import is_mailed, render_bare, site_of

_LOG = logging.getLogger(__name__)


def add_error_pages(app: FastAPI) -> None:
    """Answer every error with a page of ours."""
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(OperationalError, _unreached)
    app.add_exception_handler(PoolExhausted, _unreached)
    app.add_exception_handler(Exception, _failed)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  what this handler is registered for
    ours = isinstance(error, Refusal)
    facts = {
        "code": error.status_code,
        "sentence": error.detail if ours else "",
        "search": getattr(error, "search", ""),
    }
    response = site_of(request).render(request, "error", error.status_code, **facts)
    response.headers.update(error.headers or {})
    return response


def _unreadable(request: Request, error: Exception) -> Response:
    return site_of(request).render(request, "error", 422, code=422, sentence="", search="")


def _unreached(request: Request, error: Exception) -> Response:
    """The database does not answer: said without what the server said, and without asking it anything."""
    _LOG.error("%s %s: %s", request.method, request.scope["path"], store_fault(error))
    sentence = capital(store_fault(error).partition(" (máy chủ báo:")[0]) + ". Chưa ghi gì."
    mailed = is_mailed(request.scope["path"])
    response = render_bare("error", 503, code=503, sentence=sentence, search="", mailed=mailed)
    response.headers.update({**HEADERS, "Retry-After": "60"})
    return response


def _failed(request: Request, error: Exception) -> Response:
    """The page of a failure of ours: it asks nothing of the database; the server's log keeps the trace."""
    mailed = is_mailed(request.scope["path"])
    response = render_bare("error", 500, code=500, sentence="", search="", mailed=mailed)
    response.headers.update(HEADERS)
    return response
