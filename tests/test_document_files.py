"""What goes into a document and what comes out: an office's own templates, hostile words, the same bytes always."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from docx import Document
from docxtpl import DocxTemplate
from jinja2 import Environment
from made_up_report import made_up_lines, report_facts, urging_facts
from openpyxl import load_workbook
from read_back import COMPLAINTS, PAPI, URGING, after, all_documents, everything, template, typed

from docs.templates import FOLDER, templates
from models.document_words import report_words, urging_words
from models.documents import TemplateFault, report_docx, urging_docx
from models.official_style import head_lines, signing_power, subject, two_digits, within
from models.report_sheet import report_xlsx

HOSTILE = "A & B <b> \"x\" 'y' ]]> </w:t> {{ 7*7 }} {% for x in y %} \x0b\x00\x1f\ufffe\u202e =1+1"
SHOWN = "A & B <b> \"x\" 'y' ]]> </w:t> {{ 7*7 }} {% for x in y %}       =1+1"


# -- Words --


@pytest.mark.parametrize(
    ("title", "period", "said"),
    [
        ("Báo cáo kết quả PAPI 6 tháng đầu năm", "6 tháng đầu năm 2024", "Kết quả PAPI 6 tháng đầu năm 2024"),
        ("Báo cáo kết quả PAPI cả năm", "năm 2024", "Kết quả PAPI cả năm 2024"),
        ("Báo cáo tiếp công dân", "tháng 06/2024", "Tiếp công dân tháng 06/2024"),
        ("Báo cáo cải cách hành chính hằng quý", "quý I năm 2024", "Cải cách hành chính quý I năm 2024"),
        ("Tham mưu sơ kết PAPI", "năm 2024", "Tham mưu sơ kết PAPI năm 2024"),
    ],
)
def test_a_report_names_its_period_once(title: str, period: str, said: str) -> None:
    assert subject(title, period) == said


def test_bodies_ranks_and_numbers_are_written_as_offices_do() -> None:
    assert head_lines("UBND phường Ỷ La") == "ỦY BAN NHÂN DÂN\nPHƯỜNG Ỷ LA"
    assert head_lines("Trạm Y tế thị trấn") == "TRẠM Y TẾ THỊ TRẤN"
    assert signing_power("UBND xã A", "Chủ tịch") == "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"
    assert signing_power("UBND xã A", "PHÓ CHỦ TỊCH") == "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"
    assert signing_power("Trạm Y tế", "TRƯỞNG TRẠM") == "TRƯỞNG TRẠM"
    assert [two_digits(number) for number in (0, 5, 12)] == ["0", "05", "12"]
    assert [within(text) for text in ("Nâng cao PAPI", "Như Quỳnh xanh", "PAPI năm 2024")] == [
        "nâng cao PAPI",
        "Như Quỳnh xanh",
        "PAPI năm 2024",
    ]


# -- Templates --


def test_committed_templates_are_those_the_script_makes() -> None:
    for name, made in templates().items():
        assert made == template(name), f"{name}: chạy «make templates»"


@pytest.mark.parametrize(
    ("name", "known"), [(PAPI, report_words(report_facts())), (URGING, urging_words(urging_facts()))]
)
def test_templates_use_only_words_there_are(name: str, known: dict[str, object]) -> None:
    environment = Environment(autoescape=True)
    environment.filters["so"] = two_digits
    for file in (name, COMPLAINTS) if name == PAPI else (name,):
        used = DocxTemplate(BytesIO(template(file))).get_undeclared_template_variables(environment)
        assert used
        assert used <= set(known)


def of_words(*words: str) -> bytes:
    """A template an office wrote."""
    paper, made = Document(), BytesIO()
    for line in words:
        paper.add_paragraph(line)
    paper.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["{{ ten_co_qan }}"], r"không hiểu: «ten_co_qan»\. Các từ dùng được: .*ten_co_quan"),
        (["{%p for d in theo_chi_so %}", "{{ d.tenn }}", "{%p endfor %}"], r"«tenn».*qua_han.*ten, "),
        (["Đoạn đầu", "{{ ten_co_quan"], "viết sai"),
        (["Đoạn đầu", "{% if tam_tinh %} thiếu hết nếu"], r"viết sai.*gần «.*thiếu hết nếu"),
        (["{{ ten_co_quan + 1 }}"], "viết sai"),
        (["{{ nam / 0 }}"], "viết sai"),
        (["{{ ten_co_quan.__class__.__mro__ }}"], "__class__"),
        (["{{ theo_chi_so.append(1) }}"], "append"),
        (["{{ ''.join(cycler('a').__init__.__globals__) }}"], "cycler"),
        (["{% for n in range(10) %}{{ n }}{% endfor %}"], "range"),
    ],
)
def test_a_template_with_a_wrong_word_is_refused_and_told_the_right_ones(words: list[str], said: str) -> None:
    with pytest.raises(TemplateFault, match=said):
        report_docx(report_facts([]), of_words(*words))


@pytest.mark.parametrize("bytes_", [b"", b"%PDF-1.7", b"PK\x03\x04 cut off"])
def test_a_file_that_is_no_word_document_is_refused(bytes_: bytes) -> None:
    with pytest.raises(TemplateFault, match="không phải tệp Word"):
        report_docx(report_facts([]), bytes_)


def test_a_workbook_in_the_place_of_a_template_is_refused() -> None:
    with pytest.raises(TemplateFault, match="không phải tệp Word"):
        report_docx(report_facts([]), report_xlsx(report_facts([])))


def test_an_office_may_write_its_own_words_around_ours() -> None:
    made = report_docx(
        report_facts(), of_words("Năm {{ nam }}: {{ tong.dung_han|so }} việc{% if tam_tinh %} (tạm){% endif %}")
    )
    assert Document(BytesIO(made)).paragraphs[0].text == "Năm 2024: 27 việc"


# -- Repeatable --


def test_the_same_facts_give_the_same_bytes_on_another_day(monkeypatch: pytest.MonkeyPatch) -> None:
    today = all_documents()
    later = time.struct_time((2031, 5, 6, 7, 8, 9, 1, 126, 0))
    monkeypatch.setattr(time, "time", lambda: 1_935_000_000.0)
    monkeypatch.setattr(time, "localtime", lambda *_: later)
    assert all_documents() == today


def test_the_same_facts_give_the_same_bytes_in_another_process_and_zone() -> None:
    script = (
        "import hashlib, read_back as t;"
        "print(*(hashlib.sha256(made).hexdigest() for made in t.all_documents().values()))"
    )
    tests, root = str(Path(__file__).parent), str(FOLDER.parent.parent)
    seen = set()
    for zone, seed in (("Pacific/Kiritimati", "1"), ("America/Los_Angeles", "2")):
        path = os.pathsep.join((tests, root))
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
        run = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        seen.add(run.stdout)
    assert len(seen) == 1


def test_files_carry_the_day_of_the_figures_and_no_other() -> None:
    made = all_documents()
    for name in (PAPI, COMPLAINTS):
        properties = Document(BytesIO(made[name])).core_properties
        assert properties.created == properties.modified == datetime(2024, 6, 30, 17, tzinfo=UTC)
        assert (properties.author, properties.revision) == ("UBND thị trấn Như Quỳnh", 1)
    for package in made.values():
        entries = ZipFile(BytesIO(package)).infolist()
        assert {(entry.date_time, entry.compress_type) for entry in entries} == {((1980, 1, 1, 0, 0, 0), ZIP_STORED)}
        assert entries[0].filename == "[Content_Types].xml"


# -- What people type --


def test_what_a_person_typed_is_printed_and_never_obeyed() -> None:
    facts = typed(HOSTILE, report_facts(made_up_lines(12)))
    paper = Document(BytesIO(report_docx(facts, template(PAPI))))
    assert [row[6] for row in after(paper, "IV. NHIỆM VỤ TRỄ HẠN")[1:2]] == [SHOWN]
    book = load_workbook(BytesIO(report_xlsx(facts)))
    assert book["Chi tiết"]["C2"].value == SHOWN
    urged = Document(BytesIO(urging_docx(typed(HOSTILE, urging_facts()), template(URGING))))
    assert after(urged, "Thực hiện Kế hoạch")[1][5] == SHOWN


def test_line_breaks_a_person_typed_stay_line_breaks() -> None:
    facts = typed("dòng một\r\ndòng hai", report_facts(made_up_lines(12)))
    paper = Document(BytesIO(report_docx(facts, template(PAPI))))
    assert after(paper, "IV. NHIỆM VỤ TRỄ HẠN")[1][6] == "dòng một\ndòng hai"


def test_decomposed_letters_are_printed_in_one_form() -> None:
    facts = typed("Thu\u0323c hie\u0323\u0302n", report_facts(made_up_lines(12)))
    assert "Thụ̣c" not in everything(Document(BytesIO(report_docx(facts, template(PAPI)))))
    assert load_workbook(BytesIO(report_xlsx(facts)))["Chi tiết"]["C2"].value == "Thục hiện"


def test_a_very_long_name_does_not_stop_the_report() -> None:
    facts = report_facts(authority="UBND " + "rất dài " * 60)
    assert report_docx(facts, template(PAPI))
    assert report_xlsx({**facts, "lines": typed("x" * 40_000, facts["lines"])})
