"""Events, reports, disclosures and quotas as a person types them: what is said, what is stored, what is refused."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from office import PLANS, Run
from openpyxl import load_workbook
from portals import PAGES, Portal
from read_back import after, everything
from sqlalchemy import URL, Engine, func, select
from sqlmodel import Session, SQLModel

from deployments.cli import _MENDABLE
from models.files import read_file
from models.record_tables import PracticeClock
from models.store import APP_ROLE, transaction
from rules.figures import INDICES, OUTCOMES
from rules.vietnamese import morning_of

MON_24_JUNE, MON_1_JULY, FRI_5_JULY, THU_25_JULY = (
    date(2024, 6, 24), date(2024, 7, 1), date(2024, 7, 5), date(2024, 7, 25),
)  # fmt: skip
H1 = ("B02", "2024-H1")
BUDGET = "hdnd-quyet-dinh-du-toan"
PUBLISHING = f"nhu-quynh-2024.P3c.2.{BUDGET}-2024-06-17"
BOARD = ("--item", "du-toan-quyet-dinh", "--channel", "bang-tin", "--place", "trụ sở UBND thị trấn")
TRAINING = "nhu-quynh-2024.P6.3.2024-L1"
SCHOOLS = "nhu-quynh-2024.P7b.2.2024-H1"
CHAIR = ("--approved-by", "hoang-van-mo-phong")


@pytest.fixture
def office(dunghan: Run, loaded_database: URL, office_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in practice on Monday 17/06/2024, with the real plan."""
    assert office_engine.url.database == loaded_database.database
    app = loaded_database.set(username=APP_ROLE)
    monkeypatch.setenv("DUNGHAN_DATABASE_URL", app.render_as_string(hide_password=False))
    monkeypatch.setenv("DUNGHAN_OWNER_DATABASE_URL", loaded_database.render_as_string(hide_password=False))
    monkeypatch.setattr("deployments.event_commands._tell_at_once", lambda slugs, engine: None)
    return dunghan


def move_clock(engine: Engine, day: date) -> None:
    """Practice goes on to the morning of `day`."""
    with transaction(engine) as session:
        session.get_one(PracticeClock, 1).now = morning_of(day)


def said(office: Run, *arguments: str | Path, code: int = 0) -> str:
    """What the command prints when it ends as expected."""
    ended, out, err = office(*arguments)
    assert (ended, err) == (code, "")
    return out


def listed(office: Run, *arguments: str | Path) -> list[dict[str, object]]:
    return json.loads(said(office, *arguments, "--json"))


def rows(engine: Engine) -> dict[str, int]:
    """How many rows each table has; the trail is one of them."""
    with Session(engine) as session:
        tables = SQLModel.metadata.sorted_tables
        return {table.name: session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


# -- Events --


def test_an_event_is_corrected_and_withdrawn_and_what_was_done_stays(office: Run) -> None:
    thu, fri = "2024-06-20", "2024-06-21"
    out = said(office, "event", "record", "hop-dan", thu, "--document", "Giấy mời 3", "--case", "Thôn 1")
    assert "mở 2 nghĩa vụ" in out
    before, decision = f"nhu-quynh-2024.B26.hop-dan-{thu}-thon-1", f"nhu-quynh-2024.B26.hop-dan-{thu}-thon-1-t2"
    assert f"{decision}: nên xong 27/06/2024, hạn 27/06/2024" in out
    said(office, "done", before, "--day", "2024-06-17", "--document", "Giấy mời 3")

    out = said(office, "event", "correct", f"hop-dan-{thu}-thon-1", fri, "--reason", "Hoãn một ngày")
    assert f"{decision}: nên xong 27/06/2024 -> 28/06/2024, hạn 27/06/2024 -> 28/06/2024." in out
    assert f"{before}: giữ nguyên (hoàn thành)." in out
    assert "thư chuyển hạn" in said(office, "explain", decision)

    out = said(office, "event", "withdraw", f"hop-dan-{thu}-thon-1", "--reason", "Không họp nữa")
    assert f"{decision}: thôi áp dụng (hạn cũ 28/06/2024)." in out
    assert f"{before}: giữ nguyên (hoàn thành)." in out
    newest = listed(office, "event", "list")[0]
    facts = ("key", "day", "document", "case", "withdrawn")
    assert [newest[name] for name in facts] == [f"hop-dan-{thu}-thon-1", fri, "Giấy mời 3", "Thôn 1", True]
    assert "ĐÃ RÚT" in said(office, "event", "list")
    assert {"code": "hdnd-quyet-dinh-du-toan", "name": "HĐND ban hành nghị quyết dự toán ngân sách"} in listed(
        office, "event", "names"
    )


def test_the_same_event_again_is_said_and_opens_nothing(office: Run, office_engine: Engine) -> None:
    given = ("event", "record", BUDGET, "2024-06-17", "--document", "NQ 1/NQ-HĐND")
    assert "Đã ghi sự kiện" in said(office, *given)
    before = rows(office_engine)
    assert f"Từ trước đã có sự kiện {BUDGET} ngày 17/06/2024: mở 0 nghĩa vụ." in said(office, *given)
    assert rows(office_engine) == before


def test_who_recorded_an_event_stands_in_the_trail(office: Run, loaded: Engine) -> None:
    said(office, "event", "record", BUDGET, "2024-06-17", "--document", "NQ 1/NQ-HĐND", "--by", "Lê Thị Mẫu")
    decomposed = unicodedata.normalize("NFD", "Lê Thị Mẫu")
    said(office, "event", "record", BUDGET, "2024-06-14", "--document", "NQ 2/NQ-HĐND", "--by", decomposed)
    with Session(loaded) as session:
        trail = SQLModel.metadata.tables["audit_entry"]
        actor = select(trail.c.actor).where(trail.c.action == "ghi-su-kien").order_by(trail.c.seq.desc()).limit(2)
        assert session.execute(actor).scalars().all() == ["Lê Thị Mẫu", "Lê Thị Mẫu"]


# -- Disclosures --


def test_what_must_be_published_carries_its_doubts(office: Run) -> None:
    (item,) = listed(office, "disclosure", "items", "P3c.2", "--on", "2024-06-17")
    required = {channel["channel"] for channel in item["channels"] if channel["required"]}  # type: ignore[attr-defined]
    assert (item["item"], item["tasks"]) == ("du-toan-quyet-dinh", ["P3c.2"])
    assert required == {"bang-tin", "truyen-thanh", "van-ban", "cong"}
    out = said(office, "disclosure", "items", "nhu-quynh-2024.P3c.2", "--on", "2024-06-17")
    assert "Luật Thực hiện dân chủ ở cơ sở 10/2022/QH15 (cần đối chiếu)" in out
    assert "khoản 2 Điều 15 Thông tư 343/2016/TT-BTC" in out
    assert "Thông tư 26/2026" not in out  # not yet in force
    assert "Công khai trong: 30 ngày" in out
    assert "giữ ít nhất 30 ngày" in out
    assert len(listed(office, "disclosure", "items")) > 20


def test_a_posting_taken_down_early_is_a_finding(office: Run, office_engine: Engine) -> None:
    said(office, "event", "record", BUDGET, "2024-06-17", "--document", "NQ 1/NQ-HĐND")
    move_clock(office_engine, MON_24_JUNE)
    out = said(office, "disclosure", "post", PUBLISHING, *BOARD, "--day", "2024-06-24", "--document", "BB 3")
    assert "giữ: đến hết thứ Tư, 24/07/2024." in out
    assert "Còn thiếu: Hệ thống truyền thanh (truyen-thanh; nơi có hệ thống truyền thanh cấp xã)," in out
    (posting,) = listed(office, "disclosure", "list")
    assert (posting["obligation"], posting["keep_until"]) == (PUBLISHING, "2024-07-24")

    move_clock(office_engine, FRI_5_JULY)
    number = str(posting["id"])
    out = said(office, "disclosure", "down", number, "--day", "2024-07-05", code=1)
    assert "Gỡ sớm: niêm yết từ 24/06/2024, gỡ ngày 05/07/2024, mới đủ 10/30 ngày" in out
    assert "Gỡ sớm" in str(listed(office, "disclosure", "list")[0]["finding"])
    assert listed(office, "disclosure", "list", "--to", "2024-06-23") == []
    assert "đã ghi gỡ ngày 05/07/2024" in office("disclosure", "down", number, "--day", "2024-07-05")[2]


def test_a_posting_kept_its_whole_time_comes_down_or_stays(office: Run, office_engine: Engine) -> None:
    said(office, "event", "record", BUDGET, "2024-06-17", "--document", "NQ 1/NQ-HĐND")
    move_clock(office_engine, MON_24_JUNE)
    for _ in range(2):
        said(office, "disclosure", "post", PUBLISHING, *BOARD, "--day", "2024-06-24", "--document", "BB 3")
    first, second = (str(one["id"]) for one in listed(office, "disclosure", "list"))
    move_clock(office_engine, THU_25_JULY)
    assert "LƯU Ý" not in said(office, "disclosure", "down", first, "--day", "2024-07-25")
    assert "niêm yết tiếp" in said(office, "disclosure", "keep", second, "--reason", "Còn giá trị áp dụng")


def test_the_last_required_channel_closes_the_obligation(office: Run) -> None:
    said(office, "event", "record", BUDGET, "2024-06-17", "--document", "NQ 1/NQ-HĐND")
    ways = [
        (*BOARD, "--document", "BB 3"),
        ("--item", BOARD[1], "--channel", "cong", "--link", "https://cong.example/du-toan"),
        ("--item", BOARD[1], "--channel", "truyen-thanh", "--times", "06:00", "--until", "2024-06-17"),
        ("--item", BOARD[1], "--channel", "van-ban", "--document", "20/TB-UBND"),
    ]
    outs = [said(office, "disclosure", "post", PUBLISHING, *way, "--day", "2024-06-17") for way in ways]
    assert ["Còn thiếu" in out for out in outs] == [True, True, True, False]
    assert "Đã đủ các hình thức bắt buộc." in outs[-1]
    states = {line["code"]: line["state"] for line in listed(office, "obligations")}
    assert states[PUBLISHING] == "hoan-thanh"


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal(PAGES) as running:
        yield running


def test_links_are_asked_for_and_each_answer_kept(
    office: Run, portal: Portal, monkeypatch: pytest.MonkeyPatch, office_engine: Engine
) -> None:
    said(office, "event", "record", BUDGET, "2024-06-17", "--document", "NQ 1/NQ-HĐND")
    on_portal = ("disclosure", "post", PUBLISHING, "--item", BOARD[1], "--channel", "cong", "--day", "2024-06-17")
    said(office, *on_portal, "--link", portal.link("/trang"))
    before = rows(office_engine)
    assert "portal_hosts" in office("disclosure", "check")[2]
    assert rows(office_engine) == before
    monkeypatch.setenv("DUNGHAN_PORTAL_HOSTS", portal.host)
    assert "1 đường dẫn, 0 không trả lời đúng." in said(office, "disclosure", "check")
    said(office, *on_portal, "--link", portal.link("/khong-co-trang-nay"))
    assert "Máy chủ trả lời 404" in said(office, "disclosure", "check", code=1)
    found = listed(office, "disclosure", "list")
    assert [[check["outcome"] for check in one["checks"]] for one in found] == [  # type: ignore[attr-defined]
        ["tra-loi", "tra-loi"],
        ["khong-con"],
    ]


# -- Reports --


def test_a_draft_is_provisional_until_the_cut_off_and_overwrites_nothing(
    office: Run, office_engine: Engine, tmp_path: Path
) -> None:
    file, sheet = tmp_path / "b02.docx", tmp_path / "b02.xlsx"
    out = said(office, "report", "draft", *H1, "-o", file, "--details", sheet)
    assert "SỐ LIỆU TẠM TÍNH" in out
    assert "SỐ LIỆU TẠM TÍNH, CHƯA CHỐT" in everything(Document(BytesIO(file.read_bytes())))
    assert load_workbook(sheet).sheetnames
    first = file.read_bytes()

    move_clock(office_engine, MON_1_JULY)
    code, out, err = office("report", "draft", *H1, "-o", file)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "--force" in err
    assert file.read_bytes() == first
    out = said(office, "report", "draft", "nhu-quynh-2024.B02", "2024-H1", "-o", file, "--force")
    assert "Số liệu chốt đến hết ngày 30/06/2024." in out
    paper = Document(BytesIO(file.read_bytes()))
    assert "CHƯA CHỐT" not in everything(paper)
    assert "Ủy ban nhân dân huyện Văn Lâm (qua Phòng Nội vụ)" in everything(paper)
    assert sorted(tmp_path.glob("*")) == [file, sheet]


def test_a_report_is_found_by_the_period_people_name(office: Run, tmp_path: Path) -> None:
    out = said(office, "report", "draft", "P4b.6", "2024-9M", "-o", tmp_path / "kn.docx")
    assert "nhu-quynh-2024.P4b.6.2024-9M-t3" in out


def test_every_figure_is_as_many_lines_as_it_says(office: Run, office_engine: Engine) -> None:
    said(office, "done", SCHOOLS, "--day", "2024-06-17", "--document", "12/TB-UBND")
    move_clock(office_engine, MON_1_JULY)
    figures = json.loads(said(office, "report", "figures", *H1, "--json"))
    assert [row["key"] for row in figures["by_index"]] == [*map(str, INDICES), "0"]
    assert figures["total"]["counts"]["dung-han"] == 2  # B01, done before the plan, and the one above
    tables = [("--index", figures["by_index"]), ("--unit", figures["by_unit"])]
    every = listed(office, "report", "lines", *H1)
    for _, table in tables:
        for nature in ("counts", "internal"):
            counted = {kind: sum(row[nature][kind] for row in table) for kind in OUTCOMES}
            lines = [line for line in every if line["internal"] == (nature == "internal")]
            assert counted == {kind: sum(line["outcome"] == kind for line in lines) for kind in OUTCOMES}
    for option, table in tables:
        row = max(table, key=lambda row: row["counts"]["qua-han"])
        narrowed = ("--outcome", "qua-han", "--binding", option, row["key"])
        assert len(listed(office, "report", "lines", *H1, *narrowed)) == row["counts"]["qua-han"] > 0
    assert listed(office, "report", "lines", *H1, "--unit", "lanh-dao-ubnd") == listed(
        office, "report", "lines", *H1, "--unit", "Lãnh đạo UBND"
    )
    assert "12/TB-UBND" in said(office, "report", "lines", *H1, "--outcome", "dung-han", "--binding")
    assert "Tổng cộng" in said(office, "report", "figures", *H1)


def test_a_report_is_handed_in_sent_back_handed_in_again_and_taken(
    office: Run, office_engine: Engine, tmp_path: Path
) -> None:
    move_clock(office_engine, MON_1_JULY)
    file = tmp_path / "bao-cao-ky.docx"
    said(office, "report", "draft", *H1, "-o", file)
    sent = ("report", "submit", *H1, "--day", "2024-07-01", "--receiver", "UBND huyện Văn Lâm")
    digest = said(office, *sent, "--number", "12/BC-UBND", "--file", file).split("SHA-256 ")[1].strip(".\n")
    assert read_file(tmp_path / "state" / "files", digest) == file.read_bytes()
    assert "mở lại" not in said(office, "report", "return", *H1, "--reason", "Thiếu phụ lục")
    said(office, *sent, "--number", "13/BC-UBND")
    said(office, "report", "accept", *H1, "--day", "2024-07-01", "--document", "CV 3/UBND-NV")
    (mine,) = [one for one in listed(office, "report", "list") if one["code"] == "nhu-quynh-2024.B02.2024-H1"]
    assert mine["submitted"]["number"] == "13/BC-UBND"  # type: ignore[index]
    assert [verdict["verdict"] for verdict in mine["verdicts"]] == ["bi-tra-lai", "duoc-nhan"]  # type: ignore[attr-defined]
    assert (mine["frozen_at"] is not None, mine["parts"]) == (True, {"in": 0, "of": 2})
    assert "13/BC-UBND" in said(office, "report", "list")


def test_a_unit_is_urged_for_its_overdue_terms_alone(office: Run, office_engine: Engine, tmp_path: Path) -> None:
    weeks = [f"nhu-quynh-2024.P4b.3.2024-W{number}" for number in (25, 26)]
    move_clock(office_engine, FRI_5_JULY)
    file = tmp_path / "don-doc.docx"
    said(office, "report", "urge", weeks[1], SCHOOLS, weeks[0], "-o", file)
    paper = Document(BytesIO(file.read_bytes()))
    assert "Kính gửi: Lãnh đạo Ủy ban nhân dân." in everything(paper)
    assert "10/07/2024" in everything(paper)  # three working days after Friday 05/07
    table = after(paper, "Thực hiện Kế hoạch")
    assert [row[3] for row in table[1:]] == ["23/06/2024", "30/06/2024", "30/06/2024"]
    assert [row[4] for row in table[1:]] == ["10", "5", "5"]
    refused = {
        "nhu-quynh-2024.P3c.3.2024-H1-t2": "chưa quá hạn: hạn đến hết ngày 15/07/2024",
        "nhu-quynh-2024.B06.2024-Q2": "mốc nội bộ",
        "nhu-quynh-2024.P3b.2024-M05": "không còn ở trạng thái đang theo dõi",
        "khong-co": "Không có nghĩa vụ",
    }
    for code, words in refused.items():
        assert words in office("report", "urge", code, "-o", tmp_path / "khac.docx")[2]
    assert (
        "nhiều đơn vị" in office("report", "urge", SCHOOLS, "nhu-quynh-2024.B02.2024-H1", "-o", tmp_path / "k.docx")[2]
    )
    assert sorted(tmp_path.glob("*.docx")) == [file]


# -- Acts and quotas --


def test_an_obligation_is_done_with_proof_returned_and_extended(office: Run, tmp_path: Path) -> None:
    file = PLANS / "mau" / "bao-cao-papi.docx"
    given = ("--day", "2024-06-17", "--document", "12/TB-UBND", "--link", "https://cong.example/gd", "--file", file)
    digest = said(office, "done", SCHOOLS, *given, "--by", "Lê Thị Mẫu").split("SHA-256 ")[1].strip(".\n")
    assert read_file(tmp_path / "state" / "files", digest) == file.read_bytes()
    assert "Lê Thị Mẫu báo hoàn thành" in said(office, "explain", SCHOOLS)
    assert "hạn vẫn 30/06/2024" in said(office, "return", SCHOOLS, "--reason", "Ảnh mờ")

    said(office, "event", "record", "thong-bao-giai-trinh", "2024-06-17", "--document", "TB 1")
    answer = "nhu-quynh-2024.P4b.5.thong-bao-giai-trinh-2024-06-17-t2"
    given = (*CHAIR, "--reason", "Nội dung phức tạp", "--document", "QĐ 4/QĐ-UBND", "--days", "3")
    assert "hạn 02/07/2024 -> 05/07/2024" in said(office, "extend", answer, *given)
    assert "chỉ cho gia hạn" in office("extend", answer, *given[:-1], "300")[2]


def test_coverage_counts_people_until_all_are_reached(office: Run) -> None:
    people = listed(office, "coverage", TRAINING)
    assert [person["day"] for person in people] == [None] * 4
    given = ("--day", "2024-06-17", "--document", "Danh sách ký 1")
    first = str(people[0]["code"])
    assert "đạt 1/4 người." in said(office, "coverage", TRAINING, "--reached", first, *given)
    assert "17/06/2024, Danh sách ký 1" in said(office, "coverage", TRAINING)
    assert "nghĩa vụ hoàn thành" in said(office, "coverage", TRAINING, "--reached", "all", *given)
    paces = {one["task"]: one["pace"] for one in listed(office, "quotas")}
    assert (paces["P6.3"], paces["P4a.3"]) == ("1/1, đã hết kỳ", "0/2, còn 2 kỳ")


def test_a_quota_that_can_no_longer_be_met_is_a_finding(office: Run) -> None:
    out = said(office, "quotas", "--on", "2024-12-30", code=1)
    assert "CHẬM TIẾN ĐỘ" in out
    assert "0/2, còn 1 kỳ" in out


# -- Wrong things typed --

POST = ("disclosure", "post", PUBLISHING)
WRONG = [
    (("event", "record", BUDGET, "17/06/2024", "--document", "x"), "YYYY-MM-DD"),
    (("event", "record", BUDGET, "2024-06-18", "--document", "x"), "sau hôm nay"),
    (("event", "record", BUDGET, "2024-06-17", "--document", "x", "--due", "mai"), "--due"),
    (("event", "record", BUDGET, "2024-06-17", "--document", "x", "--case", "2", "--person", "ai-do"), "ai-do"),
    (("event", "correct", "khong-co", "2024-06-17", "--reason", "x"), "Không có sự kiện «khong-co»"),
    (("event", "withdraw", "ban-hanh-ke-hoach-2024-01-11"), "Cần ghi lý do"),
    (("done", SCHOOLS, "--document", "x"), "cần --day"),
    (("done", SCHOOLS, "--day", "2024-06-17"), "số, ký hiệu văn bản"),
    (("done", SCHOOLS, "--day", "2024-06-18", "--document", "x"), "ở sau hôm nay"),
    (("done", "khong-co", "--day", "2024-06-17", "--document", "x"), "Không có nghĩa vụ"),
    (("done", SCHOOLS, "--day", "2024-06-17", "--document", "x", "--link", "cong.example"), "http"),
    (("done", SCHOOLS, "--day", "2024-06-17", "--document", "x", "--file", "khong-co.pdf"), "khong-co.pdf"),
    (
        ("done", SCHOOLS, "--day", "2024-06-17", "--document", "x", "--file", str(PLANS / "people.yaml")),
        "Không nhận tệp",
    ),
    (("done", SCHOOLS, "--day", "2024-06-17", "--document", "x", "--by", " "), "--by"),
    (("done", SCHOOLS, "--day", "2024-06-17", "--document", "a\x1b[31m"), "--document: chứa ký tự điều khiển"),
    (("done", SCHOOLS, "--day", "2024-06-17", "--document", "a\udcff"), "--document"),
    (("explain", "a\udcff"), "OBLIGATION"),
    (("return", SCHOOLS, "--reason", "x"), "chưa được báo hoàn thành"),
    (("extend", SCHOOLS, "--reason", "x", "--document", "y"), "cần --approved-by"),
    (("extend", SCHOOLS, *CHAIR, "--reason", "x", "--document", "y"), "gia hạn"),
    (("extend", SCHOOLS, "--approved-by", "le-thi-mau", "--reason", "x", "--document", "y"), "phải là lãnh đạo"),
    (("coverage", SCHOOLS), "không đếm"),
    (("coverage", TRAINING, "--reached", "ai-do", "--day", "2024-06-17", "--document", "x"), "ai-do"),
    (("coverage", TRAINING, "--reached", "all", "--document", "x"), "cần --day"),
    (("coverage", TRAINING, "--day", "2024-06-17"), "--reached"),
    ((*POST, "--item", "du-toan", "--channel", "cong", "--day", "2024-06-17"), "Gần giống"),
    ((*POST, "--item", "quyet-toan", "--channel", "cong", "--day", "2024-06-17"), "không công khai nội dung"),
    ((*POST, "--item", BOARD[1], "--channel", "fax", "--day", "2024-06-17"), "đọc được «fax»"),
    ((*POST, "--item", BOARD[1], "--channel", "bang-tin", "--day", "2024-06-17"), "nơi niêm yết"),
    ((*POST, *BOARD), "cần --day"),
    (("disclosure", "down", "9", "--day", "2024-06-17"), "số 9"),
    (("disclosure", "keep", "9", "--reason", "x"), "số 9"),
    (("disclosure", "items", "P99"), "P99"),
    (("disclosure", "list", "--from", "2024-07-01", "--to", "2024-06-01"), "đứng trước"),
    (("report", "draft", "B99", "2024-H1", "-o", "x.docx"), "các mã: P4b.6, B02, B03"),
    (("report", "draft", "B02", "2024-Q9", "-o", "x.docx"), "các kỳ: 2024-H1"),
    (("report", "draft", *H1, "-o", "x.pdf"), ".docx"),
    (("report", "draft", *H1, "-o", "khong-co/x.docx"), "không có thư mục"),
    (("report", "lines", *H1, "--outcome", "cham"), "qua-han"),
    (("report", "lines", *H1, "--index", "10"), "0 đến 9"),
    (("report", "lines", *H1, "--unit", "khong-co"), "khong-co"),
    (("report", "submit", *H1, "--number", "1", "--day", "2024-06-17", "--receiver", "x"), "chốt hết ngày 30/06/2024"),
    (("report", "submit", *H1, "--number", "1", "--receiver", "x"), "cần --day"),
    (("report", "submit", *H1, "--day", "2024-06-17", "--receiver", "x"), "cần --number"),
    (("report", "accept", *H1, "--day", "2024-06-17"), "chưa được ghi là đã nộp"),
    (("report", "urge", SCHOOLS, "-o", "x.docx"), "chưa quá hạn"),
    (("quotas", "--on", "mai"), "YYYY-MM-DD"),
]


def test_what_is_typed_wrongly_is_one_line_and_stores_nothing(
    office: Run, office_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(office, "event", "record", BUDGET, "2024-06-17", "--document", "NQ 1/NQ-HĐND")
    monkeypatch.chdir(tmp_path)
    before = rows(office_engine)
    for arguments, words in WRONG:
        code, out, err = office(*arguments)
        assert (code, out, len(err.splitlines())) == (2, "", 1), arguments
        assert words in err, arguments
        assert err.startswith("dunghan: ")
    assert rows(office_engine) == before
    assert not list(tmp_path.rglob("*.*"))


def test_every_error_the_command_explains_exists() -> None:
    for name in _MENDABLE:
        module, _, kind = name.rpartition(".")
        assert issubclass(getattr(import_module(module), kind), Exception)
