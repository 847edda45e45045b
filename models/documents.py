"""The official documents a report becomes: an office's template filled from frozen facts, always the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from zipfile import BadZipFile

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from models.document_words import Facts, Words, report_words, urging_words
from models.official_style import plain, two_digits
from models.sealing import sealed

_LONGEST = 255  # letters of a property


class TemplateFault(ValueError):
    """An office's template that cannot be filled: what it says wrongly and what it may say."""


def report_docx(facts: Facts, template: bytes) -> bytes:
    """The report of `facts` in the office's words."""
    facts = plain(facts)
    words = report_words(facts)
    return _filled(template, words, words["trich_yeu"], facts)


def urging_docx(facts: Facts, template: bytes) -> bytes:
    """The draft công văn đôn đốc of `facts`, for the chair to read and sign."""
    facts = plain(facts)
    return _filled(template, urging_words(facts), "Đôn đốc thực hiện nhiệm vụ quá hạn", facts)


def _filled(template: bytes, words: Words, title: str, facts: Facts) -> bytes:
    _refuse_unknown(template, words)
    document = _opened(template)
    try:
        document.render(words, _environment(), autoescape=True)
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as fault:
        raise TemplateFault(_reason(fault)) from fault
    _sign(document, title, facts)
    made = BytesIO()
    document.save(made)
    return sealed(made.getvalue())


def _opened(template: bytes) -> DocxTemplate:
    document = DocxTemplate(BytesIO(template))
    try:
        document.init_docx()
    except (BadZipFile, KeyError, ValueError, SyntaxError) as fault:  # SyntaxError: the parser's name for broken XML
        raise TemplateFault(f"Mẫu văn bản không phải tệp Word (.docx) đọc được: {fault}.") from fault
    return document


def _refuse_unknown(template: bytes, words: Words) -> None:
    if unknown := _words_in(template) - set(words):
        raise TemplateFault(_unknown_words(unknown, words))


@lru_cache(maxsize=8)
def _words_in(template: bytes) -> frozenset[str]:
    """The words a template asks for; kept, for an office fills few templates and reading one costs half of that."""
    try:
        return frozenset(_opened(template).get_undeclared_template_variables(_environment()))
    except TemplateSyntaxError:
        return frozenset()  # filling meets it again, and can tell its place


def _unknown_words(unknown: Iterable[str], known: Iterable[str]) -> str:
    said = ", ".join(f"«{word}»" for word in sorted(unknown))
    return f"Mẫu văn bản có từ không hiểu: {said}. Các từ dùng được: {', '.join(sorted(known))}."


class _Unknown(StrictUndefined):
    """A word looked up inside another («d.hann») that is not there."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        known = self._undefined_obj if isinstance(self._undefined_obj, dict) else ()
        return _unknown_words([str(self._undefined_name)], map(str, known))


def _environment() -> ImmutableSandboxedEnvironment:
    """What a template may do: print words, loop and compare; no reaching into Python, nothing changed."""
    environment = ImmutableSandboxedEnvironment(undefined=_Unknown)
    environment.globals.clear()
    environment.filters["so"] = two_digits
    return environment


def _reason(fault: Exception) -> str:
    if isinstance(fault, TemplateError) and str(fault).startswith("Mẫu văn bản"):
        return str(fault)
    return f"Mẫu văn bản viết sai dấu {{{{ }}}} hoặc {{% %}}{_place(fault)}: {fault}."


def _place(fault: Exception) -> str:
    """The words of the template around the fault, when it has a place."""
    near = " ".join(" ".join(getattr(fault, "docx_context", ())).split())
    return f" gần «{re.sub(r'[«»]', '', near)[:160]}»" if near else ""


def _sign(document: DocxTemplate, title: str, facts: Facts) -> None:
    """The file's own properties, with the day of the figures: a clock here would change the bytes."""
    properties = document.docx.core_properties
    properties.title = title[:_LONGEST]
    properties.author = properties.last_modified_by = facts["authority"][:_LONGEST]
    properties.comments = properties.keywords = properties.subject = ""
    properties.language, properties.revision = "vi-VN", 1
    properties.created = properties.modified = datetime.fromisoformat(facts["as_of"]).astimezone(UTC)
