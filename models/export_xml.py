"""`ho-so.xml`: the record as a case file, with the record fields that NĐ 30/2020/NĐ-CP, Phụ lục VI names.

What dunghan knows is filled in; what it does not (pages, who signed) is there and empty. The names come from a
secondary source and await comparison with the decree itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.family_tables import Evidence
from models.official_style import in_full, plain
from models.tables import Authority, Obligation, Plan, key_of
from rules.vietnamese import dmy, local_day

CASE_FIELDS = (
    "OrganId", "FileCatalog", "FileNotation", "Title", "Maintenance", "Rights", "Language", "Creator", "StartDate",
    "EndDate", "DocTotal", "PageTotal",
)  # fmt: skip
DOCUMENT_FIELDS = (
    "OrganId", "FileCatalog", "FileNotation", "DocOrdinal", "TypeName", "CodeNumber", "CodeNotation", "IssuedDate",
    "OrganName", "Subject", "Language", "PageAmount", "SignerInfo", "To", "Priority", "DueDate",
)  # fmt: skip
_INNER = {"SignerInfo": ("Position", "FullName"), "To": ("OrganId", "OrganName")}
_NUMBER = re.compile(r"(\d{1,7})\s*/\s*([A-ZĐ][\wĐ]*(?:-[\wĐ]+)*)")
_NONE = AttributesImpl({})
_Fields = Mapping[str, str]


def write_case_file(session: Session, authority: Authority, file: Path) -> None:
    """Write every plan and every document shown as evidence, in order of time, a document at a time."""
    with file.open("wb") as raw:
        xml = XMLGenerator(raw, "utf-8", short_empty_elements=True)
        xml.startDocument()
        xml.startElement("HoSo", _NONE)
        _write(xml, "ThongTinHoSo", CASE_FIELDS, _case(session, authority))
        for ordinal, fields in enumerate(_documents(session, authority), start=1):
            _write(xml, "VanBan", DOCUMENT_FIELDS, {**fields, "DocOrdinal": f"{ordinal:03}"})
        xml.endElement("HoSo")
        xml.endDocument()


def _write(xml: XMLGenerator, name: str, order: tuple[str, ...], fields: _Fields) -> None:
    xml.startElement(name, _NONE)
    for field in order:
        xml.startElement(field, _NONE)
        for inner in _INNER.get(field, ()):
            xml.startElement(inner, _NONE)
            xml.endElement(inner)
        xml.characters(plain(fields.get(field, "")))
        xml.endElement(field)
    xml.endElement(name)


def _case(session: Session, authority: Authority) -> _Fields:
    number = key_of(authority)
    plans = session.execute(_plans(number)).scalars().all()
    shown = select(func.count(), func.max(Evidence.recorded_at)).where(col(Evidence.authority_id) == number)
    proofs, newest = session.execute(shown).one()
    ends = [plan.signed_on for plan in plans] + ([local_day(newest)] if newest else [])
    return {
        "FileCatalog": ", ".join(dict.fromkeys(str(plan.year) for plan in plans)),
        "FileNotation": ", ".join(plan.number for plan in plans)[:20],
        "Title": f"Hồ sơ theo dõi thực hiện {', '.join(plan.number for plan in plans)}",
        "Language": "Tiếng Việt",
        "Creator": in_full(authority.name),
        "StartDate": dmy(min(ends)) if ends else "",
        "EndDate": dmy(max(ends)) if ends else "",
        "DocTotal": str(len(plans) + proofs),
    }


def _plans(number: int):  # type: ignore[no-untyped-def]  # SQLAlchemy's type says nothing here
    return select(Plan).where(col(Plan.authority_id) == number).order_by(col(Plan.signed_on), col(Plan.id))


def _documents(session: Session, authority: Authority) -> Iterator[_Fields]:
    for plan in session.execute(_plans(key_of(authority))).scalars():
        yield _document(authority, "Kế hoạch", plan.number, plan.title, plan.signed_on, plan.year)
    shown = (
        select(Evidence, Obligation)
        .join(Obligation, col(Obligation.id) == col(Evidence.obligation_id))
        .where(col(Evidence.authority_id) == authority.id)
        .order_by(col(Evidence.recorded_at), col(Evidence.id))
    )
    for proof, row in session.execute(shown.execution_options(yield_per=500)):
        words = proof.document or proof.file_name or proof.link
        about = f"{row.title}, {row.period_name}: {words}"
        yield {**_document(authority, "", words, about, None, row.legal.year), "DueDate": dmy(row.legal)}


def _document(authority: Authority, kind: str, words: str, about: str, issued: date | None, year: int) -> _Fields:
    """The number and sign are read from how the document was named; a name without them leaves both empty."""
    found = _NUMBER.search(words)
    return {
        "FileCatalog": str(year),
        "TypeName": kind,
        "CodeNumber": found[1] if found else "",
        "CodeNotation": found[2][:30] if found else "",
        "IssuedDate": dmy(issued) if issued else "",
        "OrganName": in_full(authority.name)[:200] if kind else "",
        "Subject": about[:500],
        "Language": "Tiếng Việt",
    }
