"""Checks of Prefect: its server, workers and failed runs, and whether it knows every plan task."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from deployments.prefect_env import prefect_environment
from flows import clock
from flows.flow_names import POOL, SWEEP_DEPLOYMENT, TASK_DEPLOYMENT, flow_name
from models.checks import Check
from models.settings import Settings
from models.tables import Plan, PlanTask

_SECONDS = 10.0
_PAGE = 200
_LATELY = timedelta(days=7)
_GONE = "xem dịch vụ: systemctl status 'dunghan*'; cần nhắc ngay thì dunghan sweep --plain"
_SHOWN = 3


def server(settings: Settings) -> Iterator[Check]:
    """Whether it answers; then its workers, and what failed of late."""
    with _client(settings) as client:
        try:
            client.get("/health").raise_for_status()
        except httpx.HTTPError as error:
            yield Check("máy chủ Prefect", False, f"{client.base_url}: {error or type(error).__name__}", _GONE)
            return
        yield Check("máy chủ Prefect", True, f"trả lời ở {client.base_url}")
        yield _workers(client)
        yield _failed(client)


def _schedule(client: httpx.Client) -> Check:
    found = _asked(client, "/deployments/filter", {"deployments": {"name": {"any_": [SWEEP_DEPLOYMENT]}}})
    active = [one for each in found for one in each["schedules"] if one["active"] and not each["paused"]]
    todo = "" if active else "đăng ký lại: dunghan deploy; lịch tạm dừng thì bật lại trên trang của Prefect"
    return Check("lịch quét ở Prefect", not todo, f"{len(active)} lịch đang chạy", todo)


def _workers(client: httpx.Client) -> Check:
    answer = client.post(f"/work_pools/{POOL}/workers/filter", json={"workers": {"status": {"any_": ["ONLINE"]}}})
    alive = answer.json() if answer.is_success else []
    todo = "" if alive else "chạy bộ chạy: systemctl restart dunghan, hoặc systemctl start dunghan-worker@1"
    return Check("bộ chạy Prefect", not todo, f"{len(alive)} đang sống", todo)


def _failed(client: httpx.Client) -> Check:
    since = (clock.real_now() - _LATELY).isoformat()
    runs = {"state": {"type": {"any_": ["FAILED", "CRASHED"]}}, "start_time": {"after_": since}}
    asked = {"flow_runs": {**runs, "parent_task_run_id": {"is_null_": True}}}
    count = int(client.post("/flow_runs/count", json=asked).raise_for_status().json())
    todo = "xem lý do ở trang «Luồng chạy» (/luong); lượt quét sau làm tiếp phần chưa xong" if count else ""
    return Check("lượt chạy hỏng trong 7 ngày", not count, str(count), todo)


def plan_tasks(engine: Engine, settings: Settings) -> Iterator[Check]:
    """Whether the sweep is scheduled and every plan task deployed; silent without a server, which is told already."""
    query = select(PlanTask, Plan).join(Plan, col(Plan.id) == col(PlanTask.plan_id))
    with Session(engine) as session:
        wanted = {flow_name(task, plan) for task, plan in session.execute(query)}
    with _client(settings) as client:
        try:
            schedule = None if clock.practised(engine) else _schedule(client)  # practice moves on by a button
            flows = _asked(client, "/flows/filter", {"deployments": {"name": {"any_": [TASK_DEPLOYMENT]}}})
        except httpx.HTTPError:
            return
    if schedule:
        yield schedule
    missing = sorted(wanted - {str(flow["name"]) for flow in flows})
    shown = "; ".join(missing[:_SHOWN]) + ("…" if len(missing) > _SHOWN else "")
    found = f"thiếu {len(missing)}/{len(wanted)}: {shown}" if missing else f"đủ {len(wanted)} nhiệm vụ"
    yield Check("nhiệm vụ ở Prefect", not missing, found, "đăng ký: dunghan deploy" if missing else "")


def _asked(client: httpx.Client, path: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Every row, page by page. Raises httpx.HTTPError."""
    found: list[dict[str, Any]] = []
    while True:
        page = client.post(path, json={**asked, "limit": _PAGE, "offset": len(found)}).raise_for_status().json()
        found += page
        if len(page) < _PAGE:
            return found


def _client(settings: Settings) -> httpx.Client:
    """A client of the server the settings, or the administrator's own environment, name."""
    file = settings.prefect_password_file or settings.state_dir / "prefect.password"
    told = settings if file.exists() else settings.model_copy(update={"prefect_asks": False})  # looked at, never made
    said = {**prefect_environment(told), **os.environ}
    user, _, password = said.get("PREFECT_API_AUTH_STRING", "").partition(":")
    account = httpx.BasicAuth(user, password) if user else None
    return httpx.Client(base_url=said["PREFECT_API_URL"], auth=account, timeout=_SECONDS, trust_env=False)
