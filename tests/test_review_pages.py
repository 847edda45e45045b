"""The pages on which the office reviews an imported plan, as a person with a browser meets them."""

from __future__ import annotations

from pathlib import Path

import pytest
from acting import Office, plain
from office import MON_17_JUNE
from proposals import imported, small
from sqlalchemy import Engine

pytestmark = pytest.mark.real


@pytest.fixture
def office(office_engine: Engine, tmp_path: Path) -> Office:
    return Office(office_engine, tmp_path)


def test_smoke(office: Office) -> None:
    imported(office.engine, small(), MON_17_JUNE)
    for address in (
        "/ke-hoach/nhap",
        "/ke-hoach/nhap/1",
        "/ke-hoach/nhap/1/1",
        "/ke-hoach/nhap/1/2",
        "/ke-hoach/nhap/1/nap",
        "/ke-hoach",
        "/van-phong",
    ):
        print(address, office.says(address)[:1500])
    to = office.do("/ke-hoach/nhap/1/1", "/ke-hoach/nhap/1/1/nhan")
    assert to == "/ke-hoach/nhap/1/2?vua=1"
    print(office.says(to)[:400])
    print(plain(office.refuses("/ke-hoach/nhap/1/2", "/ke-hoach/nhap/1/2/nhan"))[:900])
    answer = office.send(
        "/ke-hoach/nhap/1/2", "/ke-hoach/nhap/1/2/sua", thoi_han="chậm nhất ngày 15/8/2024", viec="thu"
    )
    print(answer.status_code, plain(answer.text))
    to = office.do("/ke-hoach/nhap/1/2", "/ke-hoach/nhap/1/2/sua", thoi_han="chậm nhất ngày 15/8/2024", viec="ghi")
    to = office.do("/ke-hoach/nhap/1/3", "/ke-hoach/nhap/1/3/bo", ly_do="trùng")
    print(to, office.says(to))
    print(office.says("/ke-hoach/nhap/1/nap"))
    to = office.do("/ke-hoach/nhap/1/nap", "/ke-hoach/nhap/1/nap")
    print(to, office.says(to))
