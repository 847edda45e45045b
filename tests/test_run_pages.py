"""The pages of what ran and of one obligation's whole life: what they say, where they lead, that nobody is shut out."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from acting import HOSTILE, PDF, Office, assert_harmless, plain
from sqlalchemy import Engine, select
from sqlmodel import Session, col
from test_reply_browser import WIDTHS, Desk, desk  # noqa: F401  a fixture

from models.audit import Act, record
from models.audit_actions import Action
from models.files import keep_file
from models.run_tables import FlowRun
from models.runs import keep_runs
from models.store import transaction
from models.tables import Obligation, PlanTask
from rules.vietnamese import duration_words

pytestmark = pytest.mark.real
P8A, B08 = "nhu-quynh-2024.P8a.2024-Q2", "nhu-quynh-2024.B08.2024-12-31"
SLUG = "nhu_quynh_2024_p8a"
MON_08_30 = datetime(2024, 6, 17, 1, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def office(office_engine: Engine, tmp_path: Path) -> Office:
    return Office(office_engine, tmp_path)


def a_run(
    engine: Engine, name: str = "Quét 07:30 17/06/2024", code: str = "", parent: UUID | None = None,
    state: tuple[str, str] = ("COMPLETED", "Đã nhắc"), late: timedelta = SECOND, at: datetime = MON_08_30,
) -> FlowRun:  # fmt: skip
    """A kept run of the sweep, or of obligation `code`'s plan task, that began `late` and took two seconds."""
    began, ended = at + late, at + late + 2 * SECOND
    with transaction(engine) as session:
        row = session.execute(select(Obligation).where(col(Obligation.code) == code)).scalar_one_or_none()
        made = FlowRun(
            id=uuid4(), authority_id=row.authority_id if row else None, plan_task_id=row.plan_task_id if row else None,
            obligation_id=row.id if row else None, parent_id=parent, name=name, expected_at=at, started_at=began,
            ended_at=ended if state[0] != "RUNNING" else None, state_type=state[0], state_name=state[1],
            message="Xong việc",
            states=[
                {"type": "SCHEDULED", "name": "Scheduled", "message": "", "at": at.isoformat()},
                {"type": "RUNNING", "name": "Running", "message": "", "at": began.isoformat()},
                {"type": state[0], "name": state[1], "message": "Xong việc", "at": ended.isoformat()},
            ],
        )  # fmt: skip
        keep_runs(session, [made])
    return made


def wrote(engine: Engine, run: FlowRun, action: Action, subject: str, **detail: object) -> None:
    """Let `run` have written an entry."""
    with transaction(engine, str(run.id)) as session:
        record(session, 1, MON_08_30, [Act(action, subject, detail)])


def test_every_plan_task_has_a_flow_and_what_ran_last_stands_first(office: Office) -> None:
    for number in range(3):
        a_run(office.engine, "P8a", P8A, at=MON_08_30 + number * SECOND)
    a_run(office.engine, "P8a", P8A, state=("FAILED", "Failed"))
    page = office.page("/luong")
    with Session(office.engine) as session:
        tasks = session.execute(select(PlanTask)).scalars().all()
    first = plain(page.split("<tbody", 1)[1].split("</tr>", 1)[0])
    assert "Triển khai và tuyên truyền bảo vệ môi trường" in first
    assert first.endswith("4 1 Đã nhắc Completed 08:30:03 17/06/2024 , lượt chạy P8a")
    second = office.page("/luong?trang=2")
    listed = re.findall(r'<a href="/luong/(nhu_quynh[a-z0-9_]+)"', page + second)
    assert sorted(listed) == sorted(task.slug for task in tasks)
    assert listed[0] == SLUG
    assert "Chưa chạy lần nào" in page


@pytest.mark.parametrize(
    ("late", "words"), [(13, "đúng giờ (sau 13 giây)"), (0, "đúng giờ."), (3900, "trễ 1 giờ 5 phút so với 08:30:00")]
)
def test_the_newest_sweep_says_how_late_it_began(office: Office, late: int, words: str) -> None:
    assert "Chưa lưu lượt quét nào" in office.says("/luong")
    run = a_run(office.engine, late=late * SECOND)
    says = office.says("/luong")
    assert words in says.replace(" .", ".")
    assert f'href="/luong/run/{run.id}"' in office.page("/luong")


def test_a_flows_history_tells_each_run_with_its_states_and_what_it_told(office: Office) -> None:
    run = a_run(office.engine, "P8a · quý II năm 2024 · -10", P8A)
    wrote(office.engine, run, Action.RUNG_REACHED, P8A, rungs=["-10", "-5"], letters=2, people=["le-thi-mau"])
    page = office.page(f"/luong/{SLUG}")
    says = plain(page)
    assert "P8a · quý II năm 2024 · -10" in says
    assert "trước 10 ngày làm việc; trước 5 ngày làm việc" in says
    assert f'href="/nghia-vu/{P8A}"' in page
    assert "Chờ chạy Scheduled 08:30:01 Đang chạy Running 08:30:03 Đã nhắc Completed" in says
    assert "2 giây đến 08:30:03" in says


def test_a_sweep_counts_what_it_and_the_runs_it_called_wrote(office: Office) -> None:
    sweep = a_run(office.engine)
    first, second = (a_run(office.engine, name, P8A, sweep.id, state) for name, state in (
        ("một", ("COMPLETED", "Đã nhắc")), ("hai", ("CRASHED", "Crashed"))
    ))  # fmt: skip
    for run in (first, second):
        wrote(office.engine, run, Action.RUNG_REACHED, P8A, rungs=["-10"], letters=1, people=[])
    for action in (Action.DIGEST_SENT, Action.DIGEST_SENT, Action.DIGEST_SENT, Action.DIGEST_REFUSED):
        wrote(office.engine, sweep, action, "<1@x>", person="le-thi-mau", letters=1, response="250")
    row = plain(office.page("/luong/quet").split("<tbody", 1)[1])
    assert row.startswith('role="rowgroup"> Quét 07:30 17/06/2024 Đã nhắc Completed 2 3 1 2')
    assert "1 lượt lỗi" in row
    page = office.page(f"/luong/run/{sweep.id}")
    assert f'href="/luong/run/{second.id}"' in page
    assert "Đứt" in plain(page)
    assert "Đã gửi thư cho Lê Thị Mẫu: 1 mục; máy chủ trả lời «250»." in plain(page)
    assert f'href="/luong/run/{sweep.id}"' in office.page(f"/luong/run/{first.id}")


def test_a_run_that_runs_still_says_that_it_had_not_ended(office: Office) -> None:
    run = a_run(office.engine, state=("RUNNING", "Running"))
    assert "chưa kết thúc khi lưu" in office.says(f"/luong/run/{run.id}")
    assert "Đang chạy Running" in office.says("/luong/quet")


def test_long_histories_come_fifty_a_page(office: Office) -> None:
    for number in range(101):
        a_run(office.engine, f"lượt {number}", P8A, at=MON_08_30 + number * SECOND)
    shown = [re.findall(r">lượt (\d+)<", office.page(f"/luong/{SLUG}?trang={page}")) for page in (1, 2, 3)]
    assert [len(page) for page in shown] == [50, 50, 1]
    assert [int(number) for page in shown for number in page] == list(range(100, -1, -1))
    assert f'rel="next" href="/luong/{SLUG}?trang=2"' in office.page(f"/luong/{SLUG}")
    for page, status in (("4", 404), ("0", 422), ("x", 422), ("1e9", 422)):
        assert office.client.get(f"/luong/{SLUG}?trang={page}").status_code == status


@pytest.mark.parametrize("path", [
    "/luong/khong-co", "/luong/nhu_quynh_2024_zz", "/luong/run/0190b0a0-0000-7000-8000-000000000009",
    "/luong/run/x", f"/luong/{HOSTILE}",
    "/nghia-vu/khong-co/qua-trinh", f"/nghia-vu/{HOSTILE.replace('/', '')}/qua-trinh",
])  # fmt: skip
def test_what_does_not_exist_is_said_in_vietnamese(office: Office, path: str) -> None:
    answer = office.client.get(path)
    assert answer.status_code == 404
    assert re.search("Không (có|lưu)|Không tìm thấy", plain(answer.text))
    assert "<script" not in answer.text


def test_words_from_outside_are_only_ever_text(office: Office) -> None:
    run = a_run(office.engine, HOSTILE, P8A)
    sweep = a_run(office.engine, HOSTILE)
    for page in ("/luong", f"/luong/{SLUG}", "/luong/quet", f"/luong/run/{run.id}", f"/luong/run/{sweep.id}",
                 f"/nghia-vu/{P8A}/qua-trinh"):  # fmt: skip
        assert_harmless(office.page(page))


def test_looking_changes_nothing(office: Office) -> None:
    run = a_run(office.engine, "P8a", P8A)
    before = office.snapshot()
    for page in ("/luong", "/luong/quet", f"/luong/{SLUG}", f"/luong/run/{run.id}", f"/nghia-vu/{P8A}/qua-trinh"):
        office.page(page)
        assert office.client.post(page).status_code == 405
    assert office.snapshot() == before


def test_an_entry_leads_to_our_page_of_its_run_when_it_is_kept(office: Office) -> None:
    kept, other = a_run(office.engine, "P8a", P8A), uuid4()
    wrote(office.engine, kept, Action.RUNG_REACHED, P8A, rungs=["-10"], letters=1, people=[])
    with transaction(office.engine, str(other)) as session:
        record(session, 1, MON_08_30, [Act(Action.RUNG_REACHED, P8A, {"rungs": ["-5"], "letters": 1, "people": []})])
    page = office.page(f"/nghia-vu/{P8A}")
    assert f'href="/luong/run/{kept.id}"' in page
    assert f"/luong/run/{other}" not in page
    assert f"lần chạy {other}" in plain(page)


# The whole life of one obligation


def test_a_life_begins_with_the_plan_and_ends_with_the_result(office: Office) -> None:
    run = a_run(office.engine, "P8a · quý II năm 2024 · -10", P8A)
    wrote(office.engine, run, Action.RUNG_REACHED, P8A, rungs=["-10"], letters=1, people=["le-thi-mau"])
    office.do(f"/nghia-vu/{P8A}", f"/nghia-vu/{P8A}/hoan-thanh", minh_chung="15/BC-UBND", da_lam="Đã làm")
    says = office.says(f"/nghia-vu/{P8A}/qua-trinh")
    order = ["«Thường xuyên»", "Nạp kế hoạch 08/KH-UBND", "Mở theo dõi", "Diễn giải ngày", "Đến mốc -10",
             "P8a · quý II năm 2024 · -10 Đã nhắc Completed", "báo hoàn thành"]  # fmt: skip
    places = [says.index(words) for words in order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("means", "words"),
    [("thu", "từ thư"), ("trang", "trên trang"), ("lenh", "bằng lệnh"), ("dien-tap", "trong diễn tập")],
)
def test_an_entry_says_by_what_means_it_was_made(office: Office, means: str, words: str) -> None:
    assert words not in office.says(f"/nghia-vu/{P8A}/qua-trinh")
    with transaction(office.engine) as session:
        record(session, 1, MON_08_30, [Act(Action.SEEN, P8A, {"by": "le-thi-mau", "via": means}, "le-thi-mau")])
    assert f"· Lê Thị Mẫu · {words} Lê Thị Mẫu xác nhận đã nhận việc." in office.says(f"/nghia-vu/{P8A}/qua-trinh")


def test_files_are_hashed_anew_each_time_somebody_looks(office: Office) -> None:
    office.do(f"/nghia-vu/{P8A}", f"/nghia-vu/{P8A}/hoan-thanh", {"tep": ("Biên bản.pdf", PDF, "application/pdf")},
              minh_chung="15/BC-UBND", da_lam="Đã làm")  # fmt: skip
    address = f"/nghia-vu/{P8A}/qua-trinh"
    assert "Tệp Biên bản.pdf: nguyên vẹn" in office.says(address)
    sha256 = keep_file(office.state / "files", "Biên bản.pdf", PDF).sha256
    stored = office.state / "files" / sha256[:2] / sha256
    stored.write_bytes(PDF + b"\n")
    assert "Tệp Biên bản.pdf: HỎNG" in office.says(address)
    stored.unlink()
    assert "Tệp Biên bản.pdf: MẤT" in office.says(address)


def test_runs_that_wrote_nothing_are_told_apart(office: Office) -> None:
    run = a_run(office.engine, "P8a · hỏng", P8A, state=("FAILED", "Failed"))
    says = office.says(f"/nghia-vu/{P8A}/qua-trinh")
    assert "Lượt chạy không ghi gì vào nhật ký Lượt chạy P8a · hỏng Lỗi Failed" in says
    assert "Lượt này không ghi gì vào nhật ký." in office.says(f"/luong/run/{run.id}")


def test_another_obligations_life_is_not_told(office: Office) -> None:
    run = a_run(office.engine, "P8a", P8A)
    wrote(office.engine, run, Action.RUNG_REACHED, P8A, rungs=["-10"], letters=1, people=[])
    says = office.says(f"/nghia-vu/{B08}/qua-trinh")
    assert "Đến mốc" not in says
    assert "Lượt chạy" not in says


def test_for_print_everything_can_be_unfolded(office: Office) -> None:
    address = f"/nghia-vu/{P8A}/qua-trinh"
    folded, unfolded = office.page(address), office.page(f"{address}?mo=het")
    assert folded.count("<details") == unfolded.count("<details") == unfolded.count(" open><summary") > 0
    assert " open><summary" not in folded


@pytest.mark.parametrize(("seconds", "words"), [
    (0, "dưới 1 giây"), (0.9, "dưới 1 giây"), (1, "1 giây"), (60, "1 phút"), (125, "2 phút 5 giây"),
    (7200, "2 giờ"), (7500, "2 giờ 5 phút"), (7205, "2 giờ"), (97200, "1 ngày 3 giờ"),
])  # fmt: skip
def test_a_length_of_time_in_words(seconds: float, words: str) -> None:
    assert duration_words(timedelta(seconds=seconds)) == words


@pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed")
def test_no_page_shuts_anybody_out(desk: Desk) -> None:  # noqa: F811  the fixture
    engine = desk.office.engine
    sweep = a_run(engine)
    run = a_run(engine, "P8a · quý II năm 2024 · -10", P8A, sweep.id, ("FAILED", "Failed"), timedelta(hours=1))
    wrote(engine, run, Action.RUNG_REACHED, P8A, rungs=["-10"], letters=1, people=["le-thi-mau"])
    for width, height in WIDTHS.items():
        desk.page.set_viewport_size({"width": width, "height": height})
        for address in ("/luong", "/luong/quet", f"/luong/{SLUG}", f"/luong/run/{sweep.id}", f"/luong/run/{run.id}",
                        f"/nghia-vu/{P8A}/qua-trinh", f"/nghia-vu/{P8A}/qua-trinh?mo=het"):  # fmt: skip
            desk.open(address)
            assert desk.barriers() == [], (width, address)
