"""The whole machine for real: `dunghan up --practice`, Prefect's server and worker, SMTP, pages, Ctrl-C."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import httpx
import pytest
from acting import plain
from office import PLAN, PLANS
from sqlalchemy import URL, select
from sqlmodel import Session

from deployments.ports import free_port
from flows.replay import replay
from models.calendar_file import read_notices
from models.people_file import read_people
from models.plan_file import read_plan
from models.run_tables import FlowRun
from models.settings import Settings
from models.store import app_url, open_engine, owner_url

pytestmark = pytest.mark.real
WEEK = (date(2024, 6, 17), date(2024, 6, 21))  # Monday to Friday
BIN = Path(sys.executable).parent


class Machine:
    """A running practice and how to talk to it."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.web, self.prefect = free_port(), free_port()
        self.environment = {
            **os.environ,
            "DUNGHAN_STATE_DIR": str(state),
            "DUNGHAN_WEB_PORT": str(self.web),
            "DUNGHAN_PREFECT_PORT": str(self.prefect),
            "DUNGHAN_SMTP_PORT": str(free_port()),
        }
        self.log = state / "up.log"
        self.process = subprocess.Popen(
            [BIN / "dunghan", "up", "--practice", "2024-06-17"],
            env=self.environment,
            stdout=self.log.open("wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.pages = httpx.Client(base_url=f"http://127.0.0.1:{self.web}", timeout=30)
        self.api = httpx.Client(base_url=f"http://127.0.0.1:{self.prefect}/api", timeout=30)

    def wait(self, condition: Callable[[], Any], what: str, seconds: float = 180) -> Any:
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            assert self.process.poll() is None, self.log.read_text()
            try:
                if found := condition():
                    return found
            except httpx.HTTPError:
                pass
            time.sleep(0.5)
        pytest.fail(f"{what} did not happen in {seconds} s\n{self.log.read_text()}")

    def idle(self) -> str | None:
        """The list page once no sweep is running."""
        page = self.pages.get("/nghia-vu")
        return page.text if page.status_code == 200 and "Đang quét" not in page.text else None

    def next_morning(self) -> None:
        """Press the button «Sang ngày làm việc tiếp theo»."""
        form = re.search(r'<form[^>]*action="/dien-tap/ngay-tiep".*?</form>', self.idle() or "", re.S)
        assert form
        fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form.group()))
        answer = self.pages.post("/dien-tap/ngay-tiep", data=fields, headers={"Origin": str(self.pages.base_url)})
        assert answer.status_code in (302, 303), answer.text
        self.wait(self.idle, "the morning's sweep")

    def delivered(self) -> dict[str, str]:
        """Message-ID -> subject of every letter in the local mailbox."""
        found = (message_from_bytes(path.read_bytes()) for path in (self.state / "mailbox" / "new").iterdir())
        return {message["Message-ID"]: str(make_header(decode_header(message["Subject"]))) for message in found}

    def runs(self, **query: Any) -> list[dict[str, Any]]:
        answer = self.api.post("/flow_runs/filter", json={"limit": 200, **query})
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    made = Machine(tmp_path_factory.mktemp("practice"))
    made.wait(lambda: "Sẵn sàng" in made.log.read_text(), "start-up")
    made.wait(made.idle, "the first morning's sweep")
    yield made
    if made.process.poll() is None:
        os.killpg(made.process.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def week(machine: Machine) -> Machine:
    """A practice week, Monday to Friday, swept through Prefect."""
    for _ in range(4):
        machine.next_morning()
    return machine


def test_the_pages_answer_and_say_that_it_is_practice(machine: Machine) -> None:
    page = machine.pages.get("/nghia-vu").text
    assert "Diễn tập" in page
    assert "17/06/2024" in page
    assert machine.pages.get("/hop-thu").status_code == 200
    assert machine.pages.get("/nghia-vu/nhu-quynh-2024.B02.2024-H1").status_code == 200


def test_a_request_for_a_foreign_name_is_refused(machine: Machine) -> None:
    assert machine.pages.get("/nghia-vu", headers={"Host": "attacker.example"}).status_code == 400


def test_every_plan_task_is_a_prefect_flow_with_its_own_vietnamese_name(machine: Machine) -> None:
    names = {flow["name"] for flow in machine.api.post("/flows/filter", json={"limit": 200}).json()}
    tasks = read_plan(PLAN).document.nhiem_vu
    assert {name.split(" · ")[0] for name in names if " · " in name} == {task.ma for task in tasks} | {"LICH"}
    assert "B02 · Báo cáo kết quả PAPI 6 tháng đầu năm · nhu-quynh-2024" in names


def test_deployments_of_plan_tasks_carry_no_schedule_and_say_where_they_come_from(machine: Machine) -> None:
    found = machine.api.post("/deployments/filter", json={"limit": 200}).json()
    tasks = [deployment for deployment in found if deployment["name"] == "nhiem-vu"]
    assert len(tasks) == len(read_plan(PLAN).document.nhiem_vu) + 1  # and the calendar's own
    assert all(deployment["schedules"] == [] for deployment in tasks)
    assert all(deployment["entrypoint"].startswith("flows.plan_tasks.nhu_quynh_2024_") for deployment in tasks)


def test_a_week_through_prefect_gives_the_letters_of_the_replay_of_that_week(
    week: Machine, server: URL, tmp_path: Path
) -> None:
    documents = read_plan(PLAN), read_people(PLANS / "people.yaml"), read_notices(PLANS / "calendar.yaml")
    summary = replay(server, Settings(), *documents, WEEK, tmp_path / "out")
    replayed = {
        f"<{mail['day'].replace('-', '')}.{person['person']}.nhu-quynh@dunghan.example>": mail["subject"]
        for person in summary["people"]
        for mail in person["mails"]
    }
    assert week.delivered() == replayed


def test_each_due_obligation_was_told_by_its_own_flows_run_with_its_receipt(week: Machine) -> None:
    runs = week.runs(flow_runs={"name": {"like_": "B02 · 6 tháng đầu năm 2024 · -10"}})
    assert [run["state"]["name"] for run in runs] == ["Đã nhắc"]
    assert runs[0]["parent_task_run_id"]
    query = {"artifacts": {"flow_run_id": {"any_": [runs[0]["id"]]}}}
    (artifact,) = week.api.post("/artifacts/filter", json=query).json()
    assert "trước ngày 03/7/2024" in artifact["data"]


def test_our_own_pages_show_exactly_the_runs_that_prefect_has(week: Machine) -> None:
    week.wait(lambda: "Đang chạy Running" not in plain(week.pages.get("/luong/quet").text), "the last sweep's own end")
    names = {flow["id"]: flow["name"] for flow in week.api.post("/flows/filter", json={"limit": 200}).json()}
    has = {run["id"]: run for run in week.runs()}
    kept = kept_runs(week)
    assert kept.keys() == has.keys()
    assert len(kept) > 80
    for number, run in has.items():
        states = week.api.get("/flow_run_states/", params={"flow_run_id": number}).json()
        told = sorted((state["timestamp"][:19], state["type"], state["name"]) for state in states)
        ours = kept[number]
        assert sorted((state["at"][:19], state["type"], state["name"]) for state in ours.states) == told
        assert (ours.name, ours.state_name) == (run["name"], run["state_name"])
        assert (ours.parent_id is None) == (run["parent_task_run_id"] is None)
    sweeps = {number for number, run in has.items() if names[run["flow_id"]] == "Quét buổi sáng"}
    assert len(sweeps) == 5  # Monday to Friday
    assert shown_on(week, "/luong/quet") == sweeps
    assert {str(run.parent_id) for run in kept.values() if run.parent_id} <= sweeps
    b02 = {number for number, run in has.items() if names[run["flow_id"]].startswith("B02 ")}
    assert shown_on(week, "/luong/nhu_quynh_2024_b02") == b02
    told = week.pages.get("/nghia-vu/nhu-quynh-2024.B02.2024-H1/qua-trinh")
    assert "B02 · 6 tháng đầu năm 2024 · -10 Đã nhắc Completed" in plain(told.text)
    assert "khớp với nhật ký" in told.text


def kept_runs(machine: Machine) -> dict[str, FlowRun]:
    """The runs in our own record, by Prefect's ids."""
    engine = open_engine(app_url(Settings(state_dir=machine.state)))
    with Session(engine) as session:
        found = {str(run.id): run for run in session.execute(select(FlowRun)).scalars()}
    engine.dispose()
    return found


def shown_on(machine: Machine, address: str) -> set[str]:
    """The runs a page of ours lists."""
    return set(re.findall(r'id="luot-([0-9a-f-]{36})"', machine.pages.get(address).text))


def test_a_plan_tasks_deployment_can_be_run_on_its_own(week: Machine) -> None:
    found = week.api.post("/deployments/filter", json={"limit": 200}).json()
    mine = next(d for d in found if d["entrypoint"].endswith(".nhu_quynh_2024_b02"))
    run = week.api.post(f"/deployments/{mine['id']}/create_flow_run", json={}).json()

    def state() -> str | None:
        current = week.api.get(f"/flow_runs/{run['id']}").json()["state"]
        return current["name"] if current["type"] in ("COMPLETED", "FAILED", "CRASHED") else None

    assert week.wait(state, "the run") == "Không có mốc mới"
    week.wait(lambda: week.pages.get(f"/luong/run/{run['id']}").status_code == 200, "its end in our own record")
    assert "Không có mốc mới Completed" in plain(week.pages.get(f"/luong/run/{run['id']}").text)


def test_a_scheduled_deployment_makes_a_scheduled_run_that_completes(week: Machine) -> None:
    """The installed set of Prefect, FastAPI and SQLAlchemy can break exactly this without a word."""
    sweep = next(
        d for d in week.api.post("/deployments/filter", json={"limit": 200}).json() if d["name"] == "quet-buoi-sang"
    )
    schedule = {"schedule": {"interval": 30}, "active": True, "slug": "thu"}
    week.api.post(f"/deployments/{sweep['id']}/schedules", json=[schedule]).raise_for_status()

    def finished() -> list[dict[str, Any]]:
        runs = week.runs(deployments={"id": {"any_": [sweep["id"]]}})
        return [run for run in runs if run["auto_scheduled"] and run["state_type"] == "COMPLETED"]

    assert week.wait(finished, "a scheduled run")


def test_deploying_again_sends_nothing(week: Machine) -> None:
    settings = Settings(state_dir=week.state)
    environment = {
        **week.environment,
        "DUNGHAN_DATABASE_URL": app_url(settings).render_as_string(hide_password=False),
        "DUNGHAN_OWNER_DATABASE_URL": owner_url(settings).render_as_string(hide_password=False),
    }
    done = subprocess.run([BIN / "dunghan", "deploy"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Đã đăng ký 1 mục" in done.stdout  # the sweep, which has a schedule outside practice
    assert f"{len(read_plan(PLAN).document.nhiem_vu) + 1} mục giữ nguyên" in done.stdout


@pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed")
def test_a_person_finds_a_duty_reads_why_and_reports_it_done_in_a_browser(week: Machine) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=quiet)
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"http://127.0.0.1:{week.web}/nghia-vu")
        page.get_by_role("searchbox").fill("bao cao ket qua papi 6 thang")  # without marks
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Báo cáo kết quả PAPI 6 tháng đầu năm", exact=True).click()
        assert "trước ngày 03/7/2024" in page.inner_text("main")
        assert Axe().run(page).violations_count == 0
        page.get_by_role("link", name="Các công chức chuyên môn").click()  # what one unit hands in for it
        page.get_by_label("Số, ký hiệu").fill("15/BC-UBND")
        page.get_by_role("button", name="Báo hoàn thành").click()
        assert "15/BC-UBND" in page.inner_text("main")
        assert "Hoàn thành" in page.inner_text("main")
        page.goto(f"http://127.0.0.1:{week.web}/hop-thu")
        assert Axe().run(page).violations_count == 0
        browser.close()
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {f"127.0.0.1:{week.web}"}


def test_ctrl_c_stops_everything_cleanly(week: Machine) -> None:
    os.kill(week.process.pid, signal.SIGINT)
    assert week.process.wait(60) == 0
    log = week.log.read_text()
    assert "Đã dừng." in log
    assert "Traceback" not in log
    with pytest.raises(httpx.ConnectError):
        week.api.get("/health")
    assert json.dumps(sorted(week.delivered()))
