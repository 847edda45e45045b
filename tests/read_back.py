"""Made documents read back: their paragraphs, their tables, and the same facts with something typed into them."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as Paper
from docx.table import Table
from docx.text.paragraph import Paragraph
from made_up_report import report_facts, urging_facts

from docs.templates import FOLDER
from models.documents import report_docx, urging_docx
from models.report_sheet import report_xlsx

PAPI, COMPLAINTS, URGING = "bao-cao-papi.docx", "bao-cao-khieu-nai.docx", "cong-van-don-doc.docx"


def template(name: str) -> bytes:
    """A template as the office has it."""
    return (FOLDER / name).read_bytes()


def report(name: str = PAPI, **changed: Any) -> Paper:
    """The made-up report, read back."""
    return Document(BytesIO(report_docx(report_facts(**changed), template(name))))


def urging(**changed: Any) -> Paper:
    """The made-up công văn, read back."""
    return Document(BytesIO(urging_docx(urging_facts(**changed), template(URGING))))


def paragraphs(holder: Any) -> Iterator[Paragraph]:
    """Every paragraph, those of tables too, in reading order."""
    for item in holder.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                for cell in row.cells:
                    yield from paragraphs(cell)
        else:
            yield item


def found(paper: Paper, words: str) -> Paragraph:
    """The first paragraph with `words`."""
    return next(paragraph for paragraph in paragraphs(paper) if words in paragraph.text)


def after(paper: Paper, heading: str) -> list[list[str]]:
    """The table under `heading`, as text."""
    inner = list(paper.iter_inner_content())
    start = next(place for place, item in enumerate(inner) if isinstance(item, Paragraph) and heading in item.text)
    table = next(item for item in inner[start:] if isinstance(item, Table))
    return [[cell.text for cell in row.cells] for row in table.rows]


def everything(paper: Paper) -> str:
    """All words."""
    return "\n".join(paragraph.text for paragraph in paragraphs(paper))


def all_documents() -> dict[str, bytes]:
    """Everything that can be made of the made-up facts."""
    made = {name: report_docx(report_facts(), template(name)) for name in (PAPI, COMPLAINTS)}
    return {**made, URGING: urging_docx(urging_facts(), template(URGING)), "xlsx": report_xlsx(report_facts())}


_TYPED = ("title", "reason", "name", "document", "case", "said", "unit", "pace")


def typed(words: str, value: Any) -> Any:
    """`value` with `words` wherever a person may have typed something."""
    if isinstance(value, dict):
        return {
            key: words if key in _TYPED and isinstance(item, str) else typed(words, item) for key, item in value.items()
        }
    if isinstance(value, list):
        return [words if isinstance(item, str) else typed(words, item) for item in value]
    return value
