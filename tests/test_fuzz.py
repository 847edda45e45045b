"""Every address and form filled with whatever Schemathesis thinks of: refused in words, never a failure of ours."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from acting import HOST, Office
from hypothesis import HealthCheck, given, settings
from office import MON_17_JUNE
from proposals import imported, small
from schemathesis.generation.case import Case
from sqlalchemy import Engine

pytestmark = pytest.mark.real

EXAMPLES = 15
ASKED = (
    "trang-thai", "don-vi", "loai", "tim", "trang", "ma", "tu", "den", "noi-dung", "nguoi", "thang", "kiem", "dau",
    "su-kien", "so-lan", "quy", "vua", "nam", "ve", "viec", "truoc", "sau", "ngay", "ke-hoach",
)  # fmt: skip
TYPED = (
    "ngay", "minh-chung", "da-lam", "ly-do", "duong-dan", "so-ngay", "han", "van-ban", "nguoi-quyet-dinh", "so", "thu",
    "quyet-dinh", "su-kien", "tu", "den", "nguoi-thay", "ten", "email", "quyen", "ma", "co-quan", "nghi", "hoan-doi",
    "phien", "thoi-han", "chu-tri", "loai", "moc", "chay", "viec", "cau-hoi", "ket-qua", "quan-he",
    "nam", "gio", "nhac-som", "muc", "hinh-thuc", "noi", "nguoi", "noi-nhan", "ve", "hom-nay",
)  # fmt: skip
DAYS = {"ngay", "tu", "den", "han"}
TOKEN = re.compile(r"^/(tra-loi|duyet|tuy-chon)/[^/]+")


def written_down(office: Office) -> dict[str, Any]:
    """The addresses of the pages as OpenAPI, with what pages ask and forms hold: any words, now and then a day."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a page answers GET and HEAD by one function
        document = office.app.openapi()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            operation["parameters"] = [
                {"name": name, "in": "path", "required": True, "schema": _part(name)}
                for name in re.findall(r"{(\w+)", path)
            ]
            if method == "get":
                operation["parameters"] += [
                    {"name": name, "in": "query", "schema": {"type": "string", "maxLength": 60}} for name in ASKED
                ]
            if method == "post":
                operation["requestBody"] = {"content": {"application/x-www-form-urlencoded": {"schema": _form()}}}
    return document  # type: ignore[no-any-return]


def _part(name: str) -> dict[str, Any]:
    """What stands in an address: any words; the numbers of a draft and its tasks now and then are real ones."""
    words = {"type": "string", "minLength": 1}
    return {"anyOf": [{"enum": ["1", "2"]}, words]} if name in ("draft", "place") else words


def _form() -> dict[str, Any]:
    day = {"enum": ["17/06/2024", "31/02/2024", "01/01/0001", "9/9/9999", "", "٠١/٠١/٢٠٢٤"]}
    word = {"type": "string", "maxLength": 60}
    known = dict.fromkeys(DAYS, day) | {"phien": {"enum": ["0", "1", "x"]}, "viec": {"enum": ["thu", "ghi"]}}
    known["loai"] = {"enum": ["bao-cao", "khac"]}
    return {"type": "object", "properties": {name: known.get(name, word) for name in TYPED}}


@pytest.fixture
def office(loaded: Engine, tmp_path: Path) -> Office:
    imported(loaded, small(), MON_17_JUNE)
    return Office(loaded, tmp_path, acting=False).signed_in()


def test_no_address_and_no_form_makes_the_pages_fail(office: Office) -> None:
    schema = schemathesis.openapi.from_dict(written_down(office))
    forms = office.app.state.site.forms
    bound = forms.bound_to(office.client.cookies["dunghan"])
    links = {purpose: office.link(purpose, "tran-thi-vi-du", code) for purpose, code in LINKS}
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.method.upper() == "HEAD" or operation.path == "/dang-xuat":
            continue

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def try_it(case: Case) -> None:
            address = TOKEN.sub(lambda mailed: links.get(mailed[1], mailed[0]), case.formatted_path)
            ours = forms if TOKEN.match(address) else bound
            query = case.query if isinstance(case.query, dict) else {}
            if case.method.upper() == "GET":
                answer = office.client.get(address, params=query)
            else:
                body = case.body if isinstance(case.body, dict) else {}
                data = {name: str(value) for name, value in body.items()} | {"chu-ky": ours.token(_path(address))}
                answer = office.client.post(address, data=data, headers={"Origin": HOST})
            assert answer.status_code < 500, (case.method, address, answer.status_code)

        try_it()
        tried += 1
    assert tried > 60


def _path(address: str) -> str:
    from urllib.parse import unquote

    return unquote(address.split("?")[0])


LINKS = (("tra-loi", "nhu-quynh-2024.B08.2024-12-31"), ("duyet", "nhu-quynh-2024.B08.2024-12-31"), ("tuy-chon", ""))
