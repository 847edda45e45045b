"""The pages on which the office reviews an imported plan, as a person with a browser meets them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from acting import HOST, HOSTILE, Office, assert_harmless, plain
from appendices import as_docx, document_of, table_of
from office import MON_17_JUNE, copy_database
from proposals import HEADINGS, SOURCE, WED_3_JULY, imported, small, source, whole
from sqlalchemy import URL, Engine, select
from sqlmodel import Session, col

from models import draft_sources
from models.acts import ActRefused
from models.appendix.proposal import Proposal, ProposedTask, RowFate, SourceRow
from models.draft_tables import DraftTask, PlanDraft
from models.office_file import Fault, OfficeFileError
from models.plan_file import parse_plan
from models.store import APP_ROLE, drop_database, open_engine, transaction
from models.tables import Authority, Plan

pytestmark = pytest.mark.real
DRAFT = "/ke-hoach/nhap/1"
UPLOAD = {"tep": ("ke-hoach-12.txt", SOURCE, "text/plain")}


@pytest.fixture
def bare(office_engine: Engine, tmp_path: Path) -> Office:
    """The office before anything was imported."""
    return Office(office_engine, tmp_path, acting=False).signed_in()


@pytest.fixture
def office(bare: Office) -> Office:
    """The office with the small plan imported on Monday 17/06/2024."""
    imported(bare.engine, small(), MON_17_JUNE)
    return bare


@pytest.fixture(scope="module")
def unchanged(loaded_template: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The same for tests that change nothing, once for all of them."""
    url = loaded_template.set(database=f"{loaded_template.database}_review")
    copy_database(loaded_template, url)
    engine = open_engine(url.set(username=APP_ROLE), durable=False)
    imported(engine, small(), MON_17_JUNE)
    yield Office(engine, tmp_path_factory.mktemp("review"), acting=False).signed_in()
    engine.dispose()
    drop_database(url)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Every document reads as the small plan; what else was said of it."""
    asked: list[dict[str, Any]] = []

    def read(path: Path, known: dict[str, Any]) -> Proposal:
        asked.append({"name": path.name, "content": path.read_bytes(), **known})
        return small()

    monkeypatch.setattr(draft_sources, "read_proposal", read)
    return asked


def decide(office: Office, place: int, act: str, **fields: str) -> str:
    return office.do(f"{DRAFT}/{place}", f"{DRAFT}/{place}/{act}", **fields)


def settle(office: Office) -> None:
    decide(office, 1, "nhan")
    decide(office, 2, "sua", viec="ghi", thoi_han="chậm nhất ngày 15/8/2024")
    decide(office, 3, "bo", ly_do="Đã có trong kế hoạch PAPI")


def task(office: Office, place: int) -> DraftTask:
    with Session(office.engine) as session:
        return session.execute(select(DraftTask).filter_by(draft_id=1, place=place)).scalar_one()


# Imported


def test_a_document_is_imported_and_its_file_kept(bare: Office, reads: list[dict[str, Any]]) -> None:
    assert bare.do("/ke-hoach/nhap", "/ke-hoach/nhap", UPLOAD) == DRAFT
    said = bare.says(DRAFT)
    assert "Thực hiện dân chủ ở cơ sở" in said
    assert "Đọc từ «ke-hoach-12.txt», Lê Thị Mẫu nhập lúc 07:30 17/06/2024" in said
    with Session(bare.engine) as session:
        sha256 = session.get_one(PlanDraft, 1).source_sha256
    assert (bare.state / "files" / sha256[:2] / sha256).read_bytes() == SOURCE
    assert [(one["name"], one["content"]) for one in reads] == [("ke-hoach-12.txt", SOURCE)]
    assert reads[0]["office"] == "UBND thị trấn Như Quỳnh"
    assert "nhập văn bản «ke-hoach-12.txt» để rà soát: 6 dòng, 3 nhiệm vụ" in bare.says("/nhat-ky?hanh-vi=nhom-nhap")


def test_what_the_document_does_not_say_a_person_says(bare: Office, reads: list[dict[str, Any]]) -> None:
    bare.do("/ke-hoach/nhap", "/ke-hoach/nhap", UPLOAD, so="12/KH-UBND", ngay="05/02/2024", nam="2024")
    assert (reads[0]["number"], str(reads[0]["signed"]), reads[0]["year"]) == ("12/KH-UBND", "2024-02-05", 2024)


def test_the_same_document_twice_leads_to_the_same_draft(bare: Office, reads: list[dict[str, Any]]) -> None:
    for _ in range(2):
        assert bare.do("/ke-hoach/nhap", "/ke-hoach/nhap", UPLOAD) == DRAFT


def test_a_refused_document_leaves_nothing(bare: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path, known: dict[str, Any]) -> Proposal:
        raise OfficeFileError([Fault(str(path), None, "", "tệp PDF này là ảnh quét, không có chữ; xin gửi bản Word.")])

    monkeypatch.setattr(draft_sources, "read_proposal", refused)
    said = plain(bare.refuses("/ke-hoach/nhap", "/ke-hoach/nhap", UPLOAD))
    assert "ke-hoach-12.txt: tệp PDF này là ảnh quét, không có chữ; xin gửi bản Word." in said
    assert "/tmp" not in said


@pytest.mark.parametrize(
    ("files", "fields", "why"),
    [
        (None, {}, "Cần chọn tệp văn bản kế hoạch."),
        (
            {"tep": ("ke-hoach.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword")},
            {},
            "lưu lại thành .docx",
        ),
        ({"tep": ("ke-hoach.exe", b"MZ\0\0", "application/octet-stream")}, {}, "chương trình máy tính"),
        (UPLOAD, {"ngay": "2024"}, "Ngày ký cần viết dạng ngày/tháng/năm"),
        (UPLOAD, {"nam": "hai nghìn"}, "Năm cần từ 2018 đến 2050"),
    ],
)
def test_what_cannot_be_imported_is_told(
    unchanged: Office, reads: list[dict[str, Any]], files: Any, fields: dict[str, str], why: str
) -> None:
    assert why in plain(unchanged.refuses("/ke-hoach/nhap", "/ke-hoach/nhap", files, **fields))
    assert reads == []


def test_a_real_document_is_read_and_what_it_lacks_is_asked(bare: Office, tmp_path: Path) -> None:
    """The appendix of a meeting, in Word; its plan's number stands nowhere in it."""
    rows = table_of(HEADINGS, ("1", "Báo cáo kết quả 6 tháng", "Văn phòng UBND", "", "Trước ngày 03/7/2024", "Báo cáo"))
    word = as_docx(document_of(rows), tmp_path / "phu-luc.docx")
    upload = {"tep": (word.name, word.read_bytes(), "application/octet-stream")}
    said = plain(bare.refuses("/ke-hoach/nhap", "/ke-hoach/nhap", upload))
    assert "phu-luc.docx: không thấy số kế hoạch, ngày ký, năm trong văn bản" in said
    facts = {"so": "12/KH-UBND", "ngay": "05/02/2024", "nam": "2024"}
    assert bare.do("/ke-hoach/nhap", "/ke-hoach/nhap", upload, **facts) == DRAFT
    assert "Kế hoạch 12/KH-UBND, năm 2024" in bare.says(DRAFT)
    assert "02/07/2024 thứ Ba" in bare.says(f"{DRAFT}/1")
    decide(bare, 1, "nhan")
    assert bare.do(f"{DRAFT}/nap", f"{DRAFT}/nap") == DRAFT


# Looked at


def test_a_task_stands_beside_its_rows_with_each_date_and_why(unchanged: Office) -> None:
    said = unchanged.says(f"{DRAFT}/1")
    for words in (
        "Trong văn bản Bảng 1, dòng 2 TT 1.a Nhiệm vụ Báo cáo kết quả 6 tháng",
        "Thời gian Trước ngày 03/7/2024",
        "Đọc thành Mã P1a",
        "Thời hạn trước ngày 03/07/2024",
        "02/07/2024 thứ Ba",
        "«Trước ngày 03/07/2024»: ngày 03/07/2024 đã là muộn, hết hạn lúc 24 giờ hôm trước.",
    ):
        assert words in said
    doubtful = unchanged.says(f"{DRAFT}/2")
    assert "Bảng 1, dòng 3" in doubtful
    assert "Bảng 1, dòng 4" in doubtful
    assert "Không đọc được thời gian «Sau rằm»." in doubtful
    assert "Chưa nhận được như đã đọc, còn 1 lỗi ở trên" in doubtful


def test_every_row_of_the_appendix_is_accounted_for(unchanged: Office) -> None:
    said = unchanged.says(DRAFT)
    assert "6 dòng: 3 thành nhiệm vụ, 1 nối tiếp dòng trên, 1 tiêu đề bảng, 1 chỉ có tên, không có việc." in said
    assert "Bảng 1, dòng 4 Nối tiếp dòng trên P1b" in said


def test_looking_changes_nothing(unchanged: Office) -> None:
    before = unchanged.snapshot()
    of_draft = ("", "?trang-thai=hoi", "/1", "/2?vua=1", "/nap", "/nap?tu=01/07/2024")
    for address in ("/ke-hoach", "/van-phong", "/ke-hoach/nhap", *(f"{DRAFT}{more}" for more in of_draft)):
        unchanged.page(address)
    assert unchanged.snapshot() == before


def test_the_list_shows_one_state_when_asked(office: Office) -> None:
    decide(office, 1, "nhan")
    rows = office.page(f"{DRAFT}?trang-thai=nhan").split("<tbody", 2)[1]
    assert ("P1a" in rows, "P1b" in rows) == (True, False)
    assert office.client.get(f"{DRAFT}?trang-thai=khac").status_code == 422


def test_what_waits_is_told_to_the_office(bare: Office) -> None:
    assert "Kế hoạch nhập từ văn bản chờ rà soát không có" in bare.says("/van-phong")
    imported(bare.engine, small(), MON_17_JUNE)
    assert "Kế hoạch nhập từ văn bản chờ rà soát số 1, còn 3/3 nhiệm vụ" in bare.says("/van-phong")
    assert 'href="/ke-hoach/nhap"' in bare.page("/ke-hoach")


def test_hostile_words_of_a_document_are_only_words(bare: Office) -> None:
    keys = {**small().tasks[0].keys, "ten": HOSTILE}
    evil = ProposedTask(keys, (SourceRow(HOSTILE, ((HOSTILE, HOSTILE),)),), (HOSTILE,))
    fates = (RowFate(HOSTILE, "nhiem-vu", HOSTILE, HOSTILE),)
    imported(bare.engine, Proposal(small().head, (evil,), fates, (HOSTILE,)), MON_17_JUNE)
    for address in (DRAFT, f"{DRAFT}/1", f"{DRAFT}/nap"):
        assert_harmless(bare.page(address))


# Decided


def test_after_a_decision_the_next_undecided_task_is_shown(office: Office) -> None:
    assert decide(office, 2, "hoi", cau_hoi="Rằm tháng nào?") == f"{DRAFT}/3?vua=2"
    assert "Đã ghi nhiệm vụ P1b: đang hỏi lại." in office.says(f"{DRAFT}/3?vua=2")
    assert decide(office, 3, "bo", ly_do="Trùng") == f"{DRAFT}/1?vua=3"
    assert decide(office, 1, "nhan") == DRAFT


def test_trying_shows_the_dates_and_keeps_nothing(unchanged: Office) -> None:
    before = unchanged.snapshot()
    answer = unchanged.send(f"{DRAFT}/2", f"{DRAFT}/2/sua", viec="thu", thoi_han="6 tháng, năm")
    assert (answer.status_code, unchanged.snapshot()) == (200, before)
    said = plain(answer.text)
    assert "chưa có gì được lưu" in said
    assert "3 lần đến hạn" in said
    assert "30/06/2024 Chủ nhật 28/06/2024 thứ Sáu" in said
    assert 'value="6 tháng, năm"' in answer.text


@pytest.mark.parametrize("viec", ["thu", "ghi"])
@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"thoi_han": "sau rằm tháng bảy"}, "Thời hạn «sau rằm tháng bảy» chưa đọc được. Vị trí 1: đọc được"),
        ({"thoi_han": "trước ngày 31/02/2024"}, "Vị trí 12: đọc được «31/02/2024»"),
        ({"chu_tri": "khong-co"}, "Không có đơn vị «khong-co» trong danh sách"),
        ({"ten": ""}, "Cần ghi tên nhiệm vụ."),
        ({"loai": "khac"}, "Loại nhiệm vụ cần một trong Báo cáo, Công khai"),
        ({"ket_qua": "x" * 1001}, "Kết quả dài 1001 ký tự"),
    ],
)
def test_what_was_typed_wrong_is_told_with_its_place(
    unchanged: Office, typed: dict[str, str], why: str, viec: str
) -> None:
    said = unchanged.refuses(f"{DRAFT}/2", f"{DRAFT}/2/sua", viec=viec, **typed)
    assert why in plain(said)
    assert f'value="{typed.get("thoi_han", "")}"' in said  # what was typed is still there


def test_a_time_is_never_kept_that_is_not_the_plan_s(office: Office) -> None:
    """A checkpoint the office sets says so in its receipt and is no law."""
    decide(office, 2, "sua", viec="ghi", thoi_han="chậm nhất ngày 15/8/2024", moc="noi-bo")
    said = office.says(f"{DRAFT}/2")
    assert "mốc nội bộ" in said
    assert "Mốc nội bộ do cơ quan đặt để theo dõi; kế hoạch và pháp luật không định ngày này." in said
    assert task(office, 2).keys["thoi-han"] == [{"kieu": "cham-nhat-ngay", "ngay": "2024-08-15", "noi-bo": True}]


def test_units_are_chosen_and_keep_their_order(office: Office) -> None:
    decide(office, 1, "sua", viec="ghi", chu_tri="lanh-dao-ubnd", th_tu_phap="1", th_to_so="1", th_van_phong="1")
    keys = task(office, 1).keys
    assert (keys["chu-tri"], keys["thuc-hien"]) == ("lanh-dao-ubnd", ["tu-phap", "van-phong", "to-so"])
    assert keys["thoi-han"] == small().tasks[0].keys["thoi-han"]  # words left alone keep their entry


def test_a_task_may_be_kept_without_running(office: Office) -> None:
    decide(office, 2, "sua", viec="ghi", chay="cho")
    assert "Khi nạp chưa chạy, chờ xác nhận" in office.says(f"{DRAFT}/2")
    decide(office, 1, "nhan")
    decide(office, 3, "bo", ly_do="Trùng")
    office.do(f"{DRAFT}/nap", f"{DRAFT}/nap")
    assert "1 nhiệm vụ chờ người xác nhận P1b" in office.says("/ke-hoach")


def test_a_stale_form_shows_the_task_as_it_is_now(office: Office) -> None:
    fields = {"phien": "0", **office.token(f"{DRAFT}/1/bo"), "ly-do": "Nhầm"}
    decide(office, 1, "nhan")
    before = office.snapshot()
    answer = office.client.post(f"{DRAFT}/1/bo", data=fields, headers={"Origin": HOST})
    assert (answer.status_code, office.snapshot()) == (422, before)
    assert "Nhiệm vụ này đã được Lê Thị Mẫu ghi «Đã nhận» lúc 07:30 17/06/2024, sau khi đồng chí mở trang" in plain(
        answer.text
    )
    assert "Nhầm" not in answer.text


def test_a_button_pressed_twice_is_taken_once(office: Office) -> None:
    fields = {"phien": "0", **office.token(f"{DRAFT}/1/nhan")}
    answers = [office.client.post(f"{DRAFT}/1/nhan", data=fields, headers={"Origin": HOST}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert office.says("/nhat-ky?hanh-vi=nhan-nhiem-vu").count("như đã đọc") == 1


def test_a_form_needs_its_mark(unchanged: Office) -> None:
    for action in ("/1/nhan", "/1/sua", "/1/hoi", "/1/bo", "/1/mo-lai", "/chung", "/don-vi", "/rut", "/nap"):
        for data, headers in (
            ({"phien": "0"}, {"Origin": HOST}),
            (unchanged.token(DRAFT + action), {"Origin": "http://x"}),
        ):
            assert unchanged.client.post(DRAFT + action, data=data, headers=headers).status_code == 403, action


# Loaded


def test_nothing_is_loaded_while_a_task_is_asked_about(office: Office) -> None:
    decide(office, 1, "nhan")
    decide(office, 3, "bo", ly_do="Trùng")
    decide(office, 2, "hoi", cau_hoi="Rằm tháng nào?")
    said = office.says(f"{DRAFT}/nap")
    assert "Nhiệm vụ thứ 2 : Đang hỏi lại: Rằm tháng nào?" in said
    assert f'action="{DRAFT}/nap" aria-label' in office.page(f"{DRAFT}/nap")
    assert f'method="post" action="{DRAFT}/nap"' not in office.page(f"{DRAFT}/nap")
    before = office.snapshot()
    forced = {**office.token(f"{DRAFT}/nap"), "tu": "17/06/2024"}
    answer = office.client.post(f"{DRAFT}/nap", data=forced, headers={"Origin": HOST})
    assert (answer.status_code, office.snapshot()) == (422, before)
    assert "Đang hỏi lại: Rằm tháng nào?" in plain(answer.text)
    decide(office, 2, "bo", ly_do="Chưa có câu trả lời")
    assert office.do(f"{DRAFT}/nap", f"{DRAFT}/nap") == DRAFT


def test_a_settled_plan_is_loaded_from_the_day_chosen(office: Office) -> None:
    settle(office)
    assert "Sẽ mở 2 nghĩa vụ" in office.says(f"{DRAFT}/nap")
    late = f"{DRAFT}/nap?tu={WED_3_JULY:%d/%m/%Y}"
    assert "1 nghĩa vụ đến hạn trước thứ Tư, 03/07/2024 chỉ ghi lại, không nhắc" in office.says(late)
    fields = {**office.token(f"{DRAFT}/nap"), "tu": "03/07/2024"}
    for _ in range(2):  # pressed twice
        assert office.client.post(f"{DRAFT}/nap", data=fields, headers={"Origin": HOST}).headers["location"] == DRAFT
    said = office.says(DRAFT)
    assert "Bản nhập này đã nạp thành kế hoạch." in said
    assert "dunghan deploy" in said
    assert office.row("nhu-quynh-2024-dc.P1a.2024-07-02").status == "truoc-theo-doi"
    assert office.row("nhu-quynh-2024-dc.P1b.2024-08-15").status == "dang-theo-doi"
    with Session(office.engine) as session:
        plan = session.execute(select(Plan).where(col(Plan.code) == "nhu-quynh-2024-dc")).scalar_one()
    raw = (office.state / "files" / plan.file_sha256[:2] / plan.file_sha256).read_bytes()
    assert [one.ma for one in parse_plan(raw, Path("x")).document.nhiem_vu] == ["P1a", "P1b"]


def test_who_decided_what_is_in_the_trail(office: Office) -> None:
    settle(office)
    office.do(f"{DRAFT}/nap", f"{DRAFT}/nap")
    said = office.says("/nhat-ky?hanh-vi=nhom-nhap")
    for words in (
        "Lê Thị Mẫu nhận nhiệm vụ P1a «Báo cáo kết quả 6 tháng» như đã đọc.",
        "Thời hạn: – → «chậm nhất ngày 15/08/2024»",
        "Lê Thị Mẫu không đưa nhiệm vụ P2 «Công khai quy chế» vào kế hoạch. Lý do: Đã có trong kế hoạch PAPI",
        "Lê Thị Mẫu nạp bản nhập thành kế hoạch 12/KH-UBND: 1 nhiệm vụ nhận như đã đọc, 1 đã sửa, 1 không đưa vào",
    ):
        assert words in said
    assert "trên trang" in said


def test_the_plan_s_facts_units_and_withdrawal(office: Office) -> None:
    assert "Ngày ký cần viết dạng ngày/tháng/năm" in office.refuses(DRAFT, f"{DRAFT}/chung", ngay="hôm qua")
    office.do(DRAFT, f"{DRAFT}/chung", so="21/KH-UBND")
    assert "Kế hoạch 21/KH-UBND, năm 2024" in office.says(DRAFT)
    office.do(DRAFT, f"{DRAFT}/don-vi", ten="Hội Nông dân", quan_he="phoi-hop")
    assert "Hội Nông dân (phối hợp, không đôn đốc)" in office.says(DRAFT)
    assert "Cần ghi lý do" in plain(office.refuses(DRAFT, f"{DRAFT}/rut", ly_do=""))
    office.do(DRAFT, f"{DRAFT}/rut", ly_do="Nhập nhầm bản dự thảo")
    said = office.says(DRAFT)
    assert "Bản nhập này đã rút; không có gì được nạp." in said
    assert 'method="post"' not in office.page(f"{DRAFT}/1").split("<main", 1)[1]


def test_a_plan_code_of_another_office_is_refused_in_words(office: Office) -> None:
    """Pages of one office do not see the other's plan; the database refuses the second of its name."""
    with transaction(office.engine) as session:
        session.add(Authority(id=2, code="lac-dao", name="UBND xã Lạc Đạo"))
        session.flush()
        ours = session.execute(select(Plan)).scalar_one()
        session.add(Plan(**{**ours.model_dump(), "id": None, "authority_id": 2, "code": "lac-dao-2024"}))
    office.do(DRAFT, f"{DRAFT}/chung", ma="lac-dao-2024")
    settle(office)
    said = plain(office.refuses(f"{DRAFT}/nap", f"{DRAFT}/nap"))
    assert "Mã kế hoạch «lac-dao-2024» đã được dùng trong hệ thống; xin đặt mã khác." in said


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/ke-hoach/nhap/99", 404),
        ("/ke-hoach/nhap/0", 404),
        ("/ke-hoach/nhap/" + "9" * 30, 404),
        (f"{DRAFT}/99", 404),
        (f"{DRAFT}/mot", 404),
        (f"{DRAFT}/nap?tu=31/02/2024", 422),
        (f"{DRAFT}/nap?tu=x", 422),
        (f"{DRAFT}/1?vua=x", 200),
    ],
)
def test_wrong_addresses_are_answered_in_words(unchanged: Office, address: str, status: int) -> None:
    assert unchanged.client.get(address).status_code == status


def test_only_the_office_may_open_any_of_it(unchanged: Office) -> None:
    from visitors import CHAIR

    chair = Office(unchanged.engine, unchanged.state, acting=False).signed_in(CHAIR, "lanh-dao")
    for address in ("/ke-hoach/nhap", DRAFT, f"{DRAFT}/1", f"{DRAFT}/nap"):
        assert chair.client.get(address).status_code == 403
    assert "/ke-hoach/nhap" not in chair.page("/ke-hoach")


def test_seventy_tasks_are_shown_within_a_second(bare: Office) -> None:
    from time import perf_counter

    imported(bare.engine, whole(), MON_17_JUNE, source("ke-hoach-08.txt", b"08/KH-UBND"))
    for address in (DRAFT, f"{DRAFT}/30", f"{DRAFT}/nap"):
        bare.page(address)
        started = perf_counter()
        bare.page(address)
        took = perf_counter() - started
        print(address, f"{took:.3f}")
        assert took < 2, (address, took)
    assert len(re.findall(r"ban-nhap-cho-xem", bare.page(DRAFT))) == 85


def test_an_act_refused_by_the_reader_of_documents_is_no_failure(bare: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path, known: dict[str, Any]) -> Proposal:
        raise ActRefused("ke-hoach-12.txt: không thấy số kế hoạch trong văn bản; hãy ghi thêm khi đưa vào.")

    monkeypatch.setattr(draft_sources, "read_proposal", refused)
    assert "không thấy số kế hoạch" in bare.refuses("/ke-hoach/nhap", "/ke-hoach/nhap", UPLOAD)
