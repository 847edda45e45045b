"""Readers of the pages in tests: the office, the chair, an auditor, each with the cookie of a session."""

from __future__ import annotations

import warnings
from datetime import date, datetime
from pathlib import Path

from office import MON_17_JUNE, PLAN, PLANS
from sqlalchemy import Engine, select

from models.access import Given, give_right, rights_of
from models.calendar_file import read_notices
from models.loading import load_plan
from models.people_file import read_people
from models.plan_file import read_plan
from models.sign_ins import begin_session
from models.store import transaction
from models.tables import Authority
from rules.vietnamese import local_day, morning_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would rather have httpx2; Prefect brings httpx
    from fastapi.testclient import TestClient

OFFICE = "le-thi-mau@nhuquynh.example"
CHAIR = "hoang-van-mo-phong@nhuquynh.example"
AUDITOR = "thanh-tra@hung-yen.example"
AUDITOR_CODE = "kiem-tra-1"


def sign_in(client: TestClient, engine: Engine, now: datetime, email: str = OFFICE, right: str = "") -> None:
    """Give `client` the cookie of a session of `email`, by `right` or the first it holds."""
    with transaction(engine) as session:
        rights = [one for one in rights_of(session, email, local_day(now)) if right in ("", one.right)]
        secret = begin_session(session, rights[0], "a browser in a test", now)
    client.cookies.set("dunghan", secret)


def admit_auditor(
    engine: Engine, now: datetime, email: str = AUDITOR, code: str = AUDITOR_CODE, until: date | None = None
) -> None:
    """Give somebody from outside the right of an auditor in every authority there is."""
    given = Given(code, "Vũ Thị Thanh Tra", email, "kiem-tra", date(2024, 1, 1))
    with transaction(engine) as session:
        for authority in session.execute(select(Authority)).scalars().all():
            give_right(session, authority, given, "le-thi-mau", now)


def load_another(engine: Engine, folder: Path, day: date = MON_17_JUNE) -> None:
    """A second authority, xã Lạc Đạo, with a plan of its own that has the same tasks and other people's addresses."""
    plan, people = folder / "lac-dao.yaml", folder / "people.yaml"
    words = PLAN.read_text(encoding="utf-8").replace("nhu-quynh", "lac-dao").replace("Như Quỳnh", "Lạc Đạo")
    plan.write_text(words, encoding="utf-8")
    addresses = (PLANS / "people.yaml").read_text(encoding="utf-8").replace("@nhuquynh.", "@lacdao.")
    people.write_text(addresses, encoding="utf-8")
    documents = read_plan(plan), read_people(people), read_notices(PLANS / "calendar.yaml")
    with transaction(engine) as session:
        load_plan(session, *documents, morning_of(day), day)
