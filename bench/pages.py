"""`python -m bench.pages`: the pages of an office with 5,000 obligations and 200,000 entries, each asked many times."""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy import Engine, text

from bench.database import load_sample, migrated, settled
from bench.record import BATCH, ENTRIES, NOW, act
from bench.rows import Row, within
from models.access import rights_of
from models.audit import record
from models.practice import start_practice
from models.sign_ins import begin_session
from models.store import open_engine, transaction
from rules.vietnamese import morning_of
from web.app import create_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would rather have httpx2; Prefect brings httpx
    from fastapi.testclient import TestClient

OBLIGATIONS, TIMES, MOST = 5_000, 15, 200
MON_17_JUNE = date(2024, 6, 17)
ADDRESSES = (
    "/nghia-vu",
    "/nghia-vu?trang-thai=tat-ca&trang=20",
    "/nghia-vu?trang-thai=tat-ca&tim=doi+thoai",
    "/nghia-vu?trang-thai=tat-ca&nguoi=tran-thi-vi-du&tu=01/06/2024&den=30/06/2024",
    "/lanh-dao",
    "/lich?thang=2024-07",
    "/nghia-vu/nhu-quynh-2024.B02.2024-H1",
    "/nghia-vu/nhu-quynh-2024.B02.2024-H1/qua-trinh",
    "/bao-cao",
    "/su-kien",
    "/cong-khai",
    "/thu-can-xem",
    "/nhat-ky",
    "/nhat-ky?tim=khong+co+loi+nay",
    "/nhat-ky/100000",
    "/nhat-ky/kiem-tra",
    "/luong",
    "/can-bo",
    "/van-phong",
    "/ke-hoach",
    "/thong-bao-lich",
)
# Each obligation of the plan again and again, a few days apart; its done ones done a day early or some days late.
COPIED = """
INSERT INTO obligation ({columns})
SELECT {values} FROM obligation o CROSS JOIN generate_series(1, :times) AS copy ORDER BY copy, o.id LIMIT :wanted
"""
CHANGED = {
    "code": "o.code || '-' || copy", "period_key": "o.period_key || '-' || copy", "whole_id": "NULL::bigint",
    "nominal": "o.nominal - copy * 9", "legal": "o.legal - copy * 9", "target": "o.target - copy * 9",
    "status": "CASE WHEN o.status = 'dang-theo-doi' AND copy % 3 > 0 THEN 'hoan-thanh' ELSE o.status END",
    "done_on": "CASE WHEN copy % 3 > 0 THEN o.legal - copy * 9 + (copy % 5) * 2 - 3 END",
    "closed_at": "CASE WHEN copy % 3 > 0 THEN o.legal - copy * 9 + interval '1 day' END",
}  # fmt: skip


@contextmanager
def filled() -> Iterator[Engine]:
    """A database with the sample office, grown."""
    with migrated() as (url, _):
        engine = open_engine(url, durable=False)
        with transaction(engine) as session:
            start_practice(session, MON_17_JUNE)
        load_sample(engine, MON_17_JUNE)
        _grow(engine)
        for first in range(0, ENTRIES, BATCH):
            with transaction(engine) as session:
                record(session, 1, NOW, [act(first + number) for number in range(BATCH)])
        settled(engine)
        yield engine
        engine.dispose()


def _grow(engine: Engine) -> None:
    with engine.begin() as connection:
        named = "SELECT column_name FROM information_schema.columns WHERE table_name = 'obligation'"
        columns = [name for name in connection.execute(text(named)).scalars() if name != "id"]
        have = connection.execute(text("SELECT count(*) FROM obligation")).scalar_one()
        values = ", ".join(CHANGED.get(name, f"o.{name}") for name in columns)
        copied = COPIED.format(columns=", ".join(columns), values=values)
        connection.execute(text(copied), {"times": OBLIGATIONS // have + 1, "wanted": OBLIGATIONS - have})


def page_rows() -> Iterator[Row]:
    """The median each page takes."""
    with filled() as engine:
        client = signed_in(engine)
        for address in ADDRESSES:
            yield within(f"page {address}", asked(client, address), MOST, "ms")


def signed_in(engine: Engine) -> TestClient:
    """The pages as the chair has them: one authority's rows, as PostgreSQL lets a page see them."""
    now = morning_of(MON_17_JUNE)
    with transaction(engine) as session:
        chair = rights_of(session, "hoang-van-mo-phong@nhuquynh.example", MON_17_JUNE)[0]
        secret = begin_session(session, chair, "bench", now)
    client = TestClient(create_app(engine, lambda: now, key=b"a key of the bench"), follow_redirects=False)
    client.cookies.set("dunghan", secret)
    return client


def asked(client: TestClient, address: str) -> float:
    """The median time of an answer in milliseconds, the first one left out."""
    taken = []
    for _ in range(TIMES + 1):
        started = time.perf_counter()
        assert client.get(address).status_code == 200, address
        taken.append(time.perf_counter() - started)
    return statistics.median(taken[1:]) * 1000


if __name__ == "__main__":
    for row in page_rows():
        print(row, flush=True)
