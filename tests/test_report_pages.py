"""Report pages as a browser meets them: every number can be opened, files say what the page says, acts are careful."""

from __future__ import annotations

import asyncio
import hashlib
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from office import MON_17_JUNE, PLANS, KeptMail, load
from openpyxl import load_workbook
from sqlalchemy import URL, Engine, text
from sqlmodel import Session, SQLModel, select
from visitors import sign_in

from flows.sending import Office
from flows.sweep import sweep
from models.actions import report_done
from models.acts import ActRefused
from models.evidence import Proof
from models.family_tables import Report
from models.files import keep_file
from models.practice import start_practice
from models.reports import draft_report, shelves_of
from models.settings import Settings
from models.store import APP_ROLE, drop_database, ensure_database, migrate, open_engine, transaction
from models.tables import Obligation
from models.views import list_obligations
from rules.figures import line_of, matching
from rules.vietnamese import morning_of
from web.app import Practice, create_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would rather have httpx2; Prefect brings httpx
    from fastapi.testclient import TestClient

pytestmark = pytest.mark.real

HOST = "http://testserver"
H1, YEAR = "nhu-quynh-2024.B02.2024-H1", "nhu-quynh-2024.B03.2024"
COMPLAINTS = "nhu-quynh-2024.P4b.6.2024-9M-t3"  # not frozen yet
PAGE = f"/bao-cao/{H1}"
RECEPTION = "nhu-quynh-2024.P4b.3."
HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"
THU_20_JUNE, FRI_28_JUNE, SUN_30_JUNE = date(2024, 6, 20), date(2024, 6, 28), date(2024, 6, 30)
MON_1_JULY, TUE_2_JULY, FRI_5_JULY, FRI_15_NOVEMBER = (
    date(2024, 7, 1), date(2024, 7, 2), date(2024, 7, 5), date(2024, 11, 15),
)  # fmt: skip
LINK = re.compile(r'<a href="(/bao-cao/[^"]+/chi-tiet[^"]*)">(\d+)</a>')
ROW = re.compile(r'<tr role="row">\s*<th role="rowheader"')


@dataclass
class World:
    """The sample office at any moment it is asked about, and its pages."""

    engine: Engine
    settings: Settings
    day: date = MON_1_JULY

    def now(self) -> datetime:
        return morning_of(self.day) + timedelta(hours=1)

    def busy(self) -> str:
        return ""

    async def advance(self) -> None:
        self.day += timedelta(days=1)

    def sweep(self, day: date) -> None:
        """The round of that morning."""
        asyncio.run(sweep(Office(self.engine, self.settings, KeptMail()), morning_of(day)))

    def done(self, code: str, done_on: date, recorded_on: date, **said: object) -> None:
        """Somebody reports `code` done in the afternoon of `recorded_on`."""
        with transaction(self.engine) as session:
            said = {"summary": "Đã làm", **said}
            at = morning_of(recorded_on) + timedelta(hours=8)
            report_done(session, code, "Diễn tập", done_on, f"Số {code[-3:]}/TB", at, **said)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def world(template: URL, copies: Callable[[], int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two weeks of June in the sample office, swept on 01/07 so that the half-year's figures are frozen."""
    url = template.set(database=f"{template.database}_reports_{copies()}")
    ensure_database(url)
    migrate(url)
    engine = open_engine(url.set(username=APP_ROLE), durable=False)
    with transaction(engine) as session:
        start_practice(session, MON_17_JUNE)
    load(engine)
    made = World(engine, Settings(state_dir=tmp_path_factory.mktemp("reports"), plans_dir=PLANS))
    live_through_june(made)
    made.sweep(MON_1_JULY)
    yield made
    engine.dispose()
    drop_database(url)


def live_through_june(world: World) -> None:
    """One reception late, one never held; some checkpoints with evidence, some after their day, some without."""
    kept = keep_file(shelves_of(world.settings).files, "biên bản <niêm yết>.pdf", b"%PDF-1.4\n1 0 obj\n%%EOF\n")
    proofs = [Proof(file=kept), Proof(link="https://nhuquynh.example/tin/1"), Proof(link="javascript:alert(1)")]
    weeks = sorted(line.code for line in open_by_june(world) if line.code.startswith(RECEPTION))
    world.done(weeks[0], date(2024, 6, 24), date(2024, 6, 25), reason=HOSTILE, summary=HOSTILE, proofs=proofs)
    internal = [line for line in open_by_june(world) if line.internal and line.nature == "lam"]
    for number, line in enumerate(internal):
        if number % 3:
            on_time = min(line.legal, THU_20_JUNE)
            world.done(line.code, on_time if number % 3 == 1 else FRI_28_JUNE, FRI_28_JUNE)
    world.done(f"{H1}-sl-dau-moi", date(2024, 6, 26), date(2024, 6, 26))


def open_by_june(world: World):
    """What is open and falls due by the cut-off, reports and their parts left out."""
    with Session(world.engine) as session:
        found = list_obligations(session, MON_17_JUNE)
    wanted = ("qua-han", "hom-nay", "sap-den-han", "dung-han")
    return [
        line for line in found
        if line.state in wanted and line.legal <= SUN_30_JUNE and ".B02" not in line.code and "P4b.6" not in line.code
    ]  # fmt: skip


@pytest.fixture
def site(world: World) -> Iterator[TestClient]:
    world.day = MON_1_JULY
    practice = Practice(world.advance, world.busy)
    app = create_app(world.engine, world.now, practice=practice, shelves=shelves_of(world.settings))
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def bare_site(world: World) -> Iterator[TestClient]:
    """Real operation without templates or files."""
    world.day = MON_1_JULY
    with TestClient(create_app(world.engine, world.now), follow_redirects=False) as client:
        sign_in(client, world.engine, world.now())
        yield client


@pytest.fixture
def undone(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the test writes is taken back at its end."""
    connection = world.engine.connect()
    outer = connection.begin()
    with monkeypatch.context() as patched:
        patched.setattr("web.attempts.transaction", lambda _: _inside(connection))
        patched.setattr(
            "web.site.Site.reading", lambda _: Session(connection, join_transaction_mode="create_savepoint")
        )
        yield
    outer.rollback()
    connection.close()


class _inside:  # noqa: N801  stands for models.store.transaction
    def __init__(self, connection) -> None:
        self._session = Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")

    def __enter__(self) -> Session:
        return self._session

    def __exit__(self, kind, *_: object) -> None:
        (self._session.rollback if kind else self._session.commit)()
        self._session.close()


def snapshot(engine: Engine) -> dict[str, str]:
    """A fingerprint of every table."""
    query = "SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {} t"
    with engine.connect() as connection:
        return {name: connection.execute(text(query.format(name))).scalar_one() for name in SQLModel.metadata.tables}


def post(site: TestClient, act: str, files: dict[str, tuple[str, bytes]] | None = None, **fields: str):
    """Send a form of the H1 report's page, as a browser would."""
    forms = site.app.state.site.forms  # type: ignore[attr-defined]
    fields = {"chu-ky": forms.token(f"{PAGE}/{act}"), **{name.replace("_", "-"): said for name, said in fields.items()}}
    return site.post(f"{PAGE}/{act}", data=fields, files=files, headers={"Origin": HOST})


def submit(site: TestClient, **fields: str):
    return post(site, "nop", **{"so": "45/BC-UBND", "ngay": "01/07/2024", "noi-nhan": "UBND huyện Văn Lâm", **fields})


# The list


def test_the_list_says_how_each_report_stands(site: TestClient) -> None:
    page = site.get("/bao-cao").text
    row = page.split(f'href="/bao-cao/{H1}"')[1].split("</tr>")[0]
    assert "01/01/2024 – 30/06/2024" in row
    assert "02/07/2024" in row
    assert "1/2</a> đơn vị" in row
    assert "Đã chốt số liệu" in row
    assert "Thu thập số liệu" in page.split(f'href="/bao-cao/{YEAR}"')[1].split("</tr>")[0]
    assert "Trước khi theo dõi" in page
    assert "quá mốc nội bộ" in page  # the complaints report of June has no term
    assert 'href="/bao-cao" aria-current="page"' in page


# One report


def test_a_report_says_its_days_its_units_and_that_its_figures_are_frozen(site: TestClient, world: World) -> None:
    page = site.get(PAGE).text
    with Session(world.engine) as session:
        report = session.exec(select(Report).join(Obligation).where(Obligation.code == H1)).one()
    for sentence in (
        "Báo cáo kết quả PAPI 6 tháng đầu năm", "Gửi UBND huyện Văn Lâm (qua Phòng Nội vụ)",
        "Số liệu đã chốt</strong> lúc", "07:30 01/07/2024", report.facts_sha256, f'href="/nghia-vu/{H1}#vi-sao"',
        f'href="/nghia-vu/{H1}-sl-dau-moi"', f'href="/nghia-vu/{H1}-sl-cong-chuc"', "1/2 đơn vị đã nộp",
        '<span class="yes">26/06/2024</span>', "Thị trấn ban hành kế hoạch PAPI", "Chậm tiến độ",
    ):  # fmt: skip
        assert sentence in page, sentence


def test_figures_not_frozen_yet_say_so(site: TestClient, world: World) -> None:
    assert "Số liệu tạm tính đến hôm nay</strong>, thứ Hai, 01/07/2024" in site.get(f"/bao-cao/{YEAR}").text
    with Session(world.engine) as session:
        before = next(c for c in session.exec(select(Obligation.code)) if c.endswith("P4b.6.2024-Q1"))
    assert "Số liệu không được chốt" in site.get(f"/bao-cao/{before}").text


def test_a_code_that_is_no_report_is_not_found(site: TestClient) -> None:
    for code in ("khong-co", f"{H1}-sl-dau-moi", "a%00b", "x" * 500, "%3Cscript%3E"):
        for ending in ("", "/chi-tiet", "/du-thao.docx", "/chi-tiet.xlsx"):
            answer = site.get(f"/bao-cao/{code}{ending}")
            assert answer.status_code == 404, code
            assert "<script>" not in answer.text


# Every number can be opened


@pytest.mark.parametrize(("code", "least"), [(H1, 60), (COMPLAINTS, 15)])
def test_every_figure_opens_exactly_as_many_lines_as_it_says(site: TestClient, code: str, least: int) -> None:
    page = site.get(f"/bao-cao/{code}").text
    figures = {(unescape(link), int(count)) for link, count in LINK.findall(page)}
    assert len(figures) >= least
    for link, count in figures:
        details = site.get(link).text
        assert len(ROW.findall(details)) == count, link
        assert f"<h1>{count} việc</h1>" in details or f"<span>{count} lần</span>" in details


def test_provisional_figures_call_nothing_overdue_that_is_not_due_yet(site: TestClient, world: World) -> None:
    with Session(world.engine) as session:
        facts = draft_report(session, YEAR, world.now(), shelves_of(world.settings)).facts
    overdue = matching([line_of(stored) for stored in facts["lines"]], "qua-han")
    assert overdue
    assert all(line.legal < world.day for line in overdue)
    assert f"<h1>{len(overdue)} việc</h1>" in site.get(f"/bao-cao/{YEAR}/chi-tiet?ket-qua=qua-han").text


def test_every_number_that_is_not_zero_is_a_link(site: TestClient) -> None:
    page = site.get(PAGE).text
    tables = re.findall(r'<table class="cards figures".*?</table>', page, re.S)
    assert len(tables) == 4
    for cell in re.findall(r"<td[^>]*>(.*?)</td>", "".join(tables)):
        assert LINK.fullmatch(cell) or cell == '<span class="zero">0</span>', cell


def test_rows_add_up_to_all_lines_of_the_report(site: TestClient, world: World) -> None:
    with Session(world.engine) as session:
        draft = draft_report(session, H1, world.now(), shelves_of(world.settings))
    lines = [line_of(stored) for stored in draft.facts["lines"]]
    page = site.get(PAGE).text
    sums = re.findall(r'<tr role="row" class="sum">.*?>(\d+)</a></td>\n</tr>', page, re.S)
    by_nature = [str(len(matching(lines, internal=internal))) for internal in (False, True)]
    assert sums == [by_nature[0], by_nature[0], by_nature[1], by_nature[1]]
    outcomes = {(line.outcome, line.internal) for line in lines}
    assert {("tre-han", False), ("qua-han", False), ("dung-han", True), ("qua-han", True)} <= outcomes


def test_a_quota_opens_each_time_it_counts(site: TestClient) -> None:
    page = site.get(PAGE).text
    link = re.search(r'<a href="([^"]+so-lan=P4b.3)">(\d+)/(\d+), còn \d+ kỳ</a>', page)
    assert link
    counted = site.get(unescape(link[1])).text
    codes = re.findall(r'scope="row"><a href="/nghia-vu/([^"]+)"', counted)
    assert len(codes) == int(link[3])
    assert all(code.startswith(RECEPTION) for code in codes)
    assert counted.count('<span class="yes">') == int(link[2])


def test_a_late_line_shows_its_day_its_proof_and_its_reason(site: TestClient) -> None:
    page = site.get(f"{PAGE}/chi-tiet?ket-qua=tre-han&noi-bo=khong").text
    assert "Hoàn thành trễ hạn" in page
    assert "ngày 24/06/2024" in page
    assert "chậm 1 ngày làm việc" in page
    assert re.search(r'<a href="/minh-chung/[0-9a-f]{64}/bi%C3%AAn%20b', page)
    assert '<a href="https://nhuquynh.example/tin/1" rel="noopener noreferrer">' in page
    assert 'href="javascript' not in page
    file = re.search(r'href="(/minh-chung/[^"]+)"', page)
    assert file
    assert site.get(unescape(file[1])).status_code == 200


def test_an_internal_checkpoint_is_never_called_late(site: TestClient) -> None:
    page = site.get(f"{PAGE}/chi-tiet?noi-bo=co").text
    assert "Chưa có minh chứng" in page
    for words in ("Quá hạn", "chậm", "trễ hạn"):
        assert words not in page.split("<tbody")[1].split("</tbody>")[0]


def test_events_of_the_period_are_listed_with_their_documents(site: TestClient) -> None:
    page = site.get(f"{PAGE}/chi-tiet?su-kien=ban-hanh-ke-hoach").text
    assert "08/KH-UBND" in page
    assert "11/01/2024" in page


@pytest.mark.parametrize(
    "query",
    [
        "ket-qua=xong",
        "chi-so=10",
        "don-vi=ai",
        "noi-bo=1",
        "nhiem-vu=Z9",
        "su-kien=khong-co",
        "so-lan=Z9",
        "don-vi=%00",
    ],
)
def test_a_figure_that_does_not_exist_is_said_so(site: TestClient, query: str) -> None:
    answer = site.get(f"{PAGE}/chi-tiet?{query}")
    assert answer.status_code == 422
    assert "Báo cáo này không có" in answer.text


def test_hostile_text_is_only_ever_text(site: TestClient) -> None:
    for address in (PAGE, f"{PAGE}/chi-tiet", f"{PAGE}/chi-tiet?don-vi=%3Cscript%3E", "/bao-cao", "/bao-cao/don-doc"):
        page = site.get(address).text
        assert "<script" not in page
        assert "<img src=x" not in page
    assert "&lt;script&gt;" in site.get(f"{PAGE}/chi-tiet").text


# What belongs to the period


def test_a_fact_recorded_after_the_cut_off_is_not_in_the_figures(site: TestClient, world: World) -> None:
    late = next(line for line in open_by_june(world) if line.code.startswith(RECEPTION) and line.legal == SUN_30_JUNE)
    before = site.get(f"{PAGE}/chi-tiet").text.split("<main")[1]
    world.done(late.code, FRI_28_JUNE, MON_1_JULY)
    world.done(f"{H1}-sl-cong-chuc", FRI_28_JUNE, MON_1_JULY)
    assert site.get(f"{PAGE}/chi-tiet").text.split("<main")[1] == before
    assert late.code in site.get(f"{PAGE}/chi-tiet?ket-qua=qua-han&noi-bo=khong").text
    page = site.get(PAGE).text
    assert "2/2 đơn vị đã nộp" in page
    assert page.count("ghi sau khi chốt") == 1


# Files


def test_the_draft_is_the_same_bytes_in_july_and_in_november(site: TestClient, world: World) -> None:
    july = site.get(f"{PAGE}/du-thao.docx")
    world.day = FRI_15_NOVEMBER
    november = site.get(f"{PAGE}/du-thao.docx")
    digests = [hashlib.sha256(answer.content).hexdigest() for answer in (july, november)]
    assert digests[0] == digests[1]
    assert july.headers["content-type"].endswith("wordprocessingml.document")
    assert july.headers["x-content-type-options"] == "nosniff"
    assert july.headers["content-disposition"].startswith(
        'attachment; filename="2024-07-02_bao-cao-ket-qua-papi-6-thang-dau-nam_du-thao.docx"'
    )
    words = "\n".join(paragraph.text for paragraph in Document(BytesIO(july.content)).paragraphs)
    assert "Kết quả PAPI 6 tháng đầu năm 2024" in words


def test_the_workbook_lists_as_many_lines_as_the_page(site: TestClient, bare_site: TestClient) -> None:
    answer = site.get(f"{PAGE}/chi-tiet.xlsx")
    assert (
        'filename="2024-07-02_bao-cao-ket-qua-papi-6-thang-dau-nam_chi-tiet.xlsx"'
        in (answer.headers["content-disposition"])
    )
    sheet = load_workbook(BytesIO(answer.content))["Chi tiết"]
    assert f"<h1>{sheet.max_row - 1} việc</h1>" in site.get(f"{PAGE}/chi-tiet").text
    assert bare_site.get(f"{PAGE}/chi-tiet.xlsx").content == answer.content  # it needs no template


def test_without_templates_the_page_says_so(bare_site: TestClient) -> None:
    page = bare_site.get(PAGE).text
    assert "máy chủ này không có mẫu văn bản" in page
    assert "du-thao.docx" not in page
    assert bare_site.get(f"{PAGE}/du-thao.docx").status_code == 404
    assert page.count("<form") == 1  # to sign out


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [("bao-cao-papi.docx", b"not a document", "không phải tệp Word"), ("x.docx", b"", "Không đọc được mẫu văn bản")],
)
def test_a_faulty_template_is_a_page_that_says_why(
    site: TestClient, tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    shelves = site.app.state.site.shelves  # type: ignore[attr-defined]
    (tmp_path / name).write_bytes(content)
    object.__setattr__(site.app.state.site, "shelves", type(shelves)(tmp_path, shelves.files))  # type: ignore[attr-defined]
    answer = site.get(f"/bao-cao/{YEAR}/du-thao.docx")
    assert answer.status_code == 424
    assert reason in answer.text
    assert site.get(f"/bao-cao/{YEAR}").status_code == 200


def test_a_lost_template_of_frozen_figures_is_a_page_that_says_why(site: TestClient, tmp_path: Path) -> None:
    shelves = site.app.state.site.shelves  # type: ignore[attr-defined]
    object.__setattr__(site.app.state.site, "shelves", type(shelves)(shelves.templates, tmp_path))  # type: ignore[attr-defined]
    answer = site.get(f"{PAGE}/du-thao.docx")
    assert answer.status_code == 424
    assert "khôi phục từ bản sao lưu" in answer.text


# Acts


def test_a_report_is_submitted_sent_back_submitted_again_and_accepted(
    site: TestClient, world: World, undone: None
) -> None:
    signed = {"tep": ("báo cáo.pdf", b"%PDF-1.4\nsigned\n%%EOF\n")}
    answer = post(site, "nop", files=signed, so="45/BC-UBND", ngay="01/07/2024", noi_nhan="UBND huyện")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}#nop")
    page = site.get(PAGE).text
    assert "Đã nộp</span>" in page
    assert "45/BC-UBND</dd>" in page
    sha256 = hashlib.sha256(signed["tep"][1]).hexdigest()
    assert f'href="/minh-chung/{sha256}/' in page
    assert site.get(f"/minh-chung/{sha256}/x").content == signed["tep"][1]
    assert post(site, "tra-lai", ly_do="Thiếu phụ lục <b>").status_code == 303
    page = site.get(PAGE).text
    assert "chưa ghi nộp lại" in page
    assert "Bị trả lại (số 45/BC-UBND, nộp ngày 01/07/2024): Thiếu phụ lục &lt;b&gt;" in page
    world.day = FRI_5_JULY
    page = site.get(PAGE).text
    assert "Lý do nộp chậm" in page
    late = {"ngay": "05/07/2024", "ly-do-cham": "Chờ phụ lục của kế toán"}
    assert submit(site, **late, so="46/BC-UBND").status_code == 303
    assert post(site, "duoc-nhan", ngay="05/07/2024", van_ban="12/PNV").status_code == 303
    page = site.get(PAGE).text
    assert "Được nhận</span>" in page
    assert "chấp nhận báo cáo: 12/PNV" in page
    assert f'action="{PAGE}/duoc-nhan"' not in page


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"so": " "}, "Cần ghi số, ký hiệu báo cáo."),
        ({"noi-nhan": ""}, "Cần ghi nơi nhận."),
        ({"ngay": "2024-07-01"}, "Ngày nộp cần viết dạng ngày/tháng/năm"),
        ({"ngay": "03/07/2024"}, "ở sau hôm nay 01/07/2024"),
        ({"ngay": "01/07/2020"}, "quá xa trước khi mở theo dõi"),
        ({"so": "x" * 501}, "Số, ký hiệu báo cáo dài 501 ký tự"),
    ],
)
def test_a_submission_not_taken_says_why_and_keeps_what_was_typed(
    site: TestClient, world: World, fields: dict[str, str], reason: str
) -> None:
    before = snapshot(world.engine)
    answer = submit(site, **fields)
    assert answer.status_code == 422
    assert reason in answer.text
    assert 'role="alert"' in answer.text
    typed = {"so": "45/BC-UBND", "ngay": "01/07/2024", "noi-nhan": "UBND huyện Văn Lâm", **fields}
    for said in typed.values():
        assert f'value="{said.strip()}"' in answer.text
    assert snapshot(world.engine) == before


def test_a_file_that_is_not_what_it_says_is_refused(site: TestClient, world: World) -> None:
    before = snapshot(world.engine)
    answer = post(
        site, "nop", files={"tep": ("bao-cao.pdf", b"MZ\x90\x00")}, so="1", ngay="01/07/2024", noi_nhan="UBND huyện"
    )
    assert answer.status_code == 422
    assert "Không nhận tệp «bao-cao.pdf»" in answer.text
    assert snapshot(world.engine) == before


def test_acts_out_of_turn_are_refused(site: TestClient, world: World, undone: None) -> None:
    for act in ("duoc-nhan", "tra-lai"):
        answer = post(site, act, ngay="01/07/2024", ly_do="x")
        assert answer.status_code == 422
        assert "chưa được ghi là đã nộp" in answer.text
    assert submit(site).status_code == 303
    assert "không còn ở trạng thái đang theo dõi" in submit(site).text
    answer = post(site, "tra-lai", ly_do="  ")
    assert "Cần ghi lý do trả lại" in answer.text
    forms = site.app.state.site.forms  # type: ignore[attr-defined]
    action = f"/bao-cao/{YEAR}/nop"
    fields = {"chu-ky": forms.token(action), "so": "1", "ngay": "01/07/2024", "noi-nhan": "UBND"}
    answer = site.post(action, data=fields, headers={"Origin": HOST})
    assert "chưa nộp báo cáo trước khi chốt" in answer.text


def test_acts_come_only_from_our_own_page_and_only_in_practice(site: TestClient, bare_site: TestClient) -> None:
    forms = site.app.state.site.forms  # type: ignore[attr-defined]
    fields = {"chu-ky": forms.token(f"{PAGE}/nop"), "so": "1", "ngay": "01/07/2024", "noi-nhan": "UBND"}
    assert site.post(f"{PAGE}/nop", data=fields, headers={"Origin": "http://evil.example"}).status_code == 403
    assert site.post(f"{PAGE}/tra-lai", data=fields, headers={"Origin": HOST}).status_code == 403
    assert bare_site.post(f"{PAGE}/nop", data=fields, headers={"Origin": HOST}).status_code in (404, 405)


# Urging


def test_overdue_terms_are_listed_by_unit_with_a_draft_to_each(site: TestClient) -> None:
    page = site.get("/bao-cao/don-doc").text
    assert "Lãnh đạo UBND" in page
    link = re.search(r'href="(/bao-cao/don-doc\.docx\?don-vi=lanh-dao-ubnd[^"]*)"', page)
    assert link
    answer = site.get(unescape(link[1]))
    assert answer.status_code == 200
    assert 'filename="2024-07-01_cong-van-don-doc-lanh-dao-ubnd_du-thao.docx"' in answer.headers["content-disposition"]
    for paragraph in ("mốc nội bộ</span>", "badge qua-han internal"):
        assert paragraph not in page
    assert site.get("/bao-cao/don-doc.docx?don-vi=ai").status_code == 404
    assert site.get("/bao-cao/don-doc.docx").status_code == 404


def test_an_urging_that_is_refused_is_a_page_that_says_why(site: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> bytes:
        raise ActRefused("Chỉ thông báo, không đôn đốc.")

    monkeypatch.setattr("web.report_files.draft_urging", refuse)
    answer = site.get("/bao-cao/don-doc.docx?don-vi=lanh-dao-ubnd")
    assert answer.status_code == 424
    assert "Chỉ thông báo, không đôn đốc." in answer.text


# Looking


def test_looking_changes_nothing(site: TestClient, world: World) -> None:
    before = snapshot(world.engine)
    for address in (
        "/bao-cao", PAGE, f"/bao-cao/{YEAR}", f"{PAGE}/chi-tiet", f"{PAGE}/chi-tiet?su-kien=ban-hanh-ke-hoach",
        f"{PAGE}/du-thao.docx", f"{PAGE}/chi-tiet.xlsx", f"/bao-cao/{YEAR}/du-thao.docx", "/bao-cao/don-doc",
        "/bao-cao/don-doc.docx?don-vi=lanh-dao-ubnd",
    ):  # fmt: skip
        assert site.get(address).status_code == 200, address
        assert site.head(address).status_code == 200, address
    assert snapshot(world.engine) == before
