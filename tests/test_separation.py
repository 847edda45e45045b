"""One authority sees nothing of another, and each right opens its own pages: asked of every route there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from acting import HOST, PDF, Office
from fastapi.routing import APIRoute
from office import MON_17_JUNE
from proposals import imported, small
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import Session, SQLModel
from test_run_pages import a_run
from visitors import AUDITOR, CHAIR, OFFICE, admit_auditor, load_another

from models.actions import report_done
from models.events import Happening, record_event
from models.evidence import Proof
from models.files import examine_file, keep_file
from models.store import kept_to, transaction
from models.tables import Authority, Event, Obligation, Person
from rules.vietnamese import morning_of

pytestmark = pytest.mark.real

THEIRS = "Lạc Đạo"
ANYBODY = {"/health", "/metrics"}  # the second for programs of this machine alone
ANYBODY |= {"/dang-nhap", "/dang-nhap/{secret}", "/dang-xuat", "/doi-quyen"}  # the last two by session alone
ANYBODY |= {"/dang-nhap/oidc", "/dang-nhap/oidc/ve"}  # only where the office has an identity provider
BY_LINK = re.compile(r"/(tra-loi|duyet|tuy-chon)/")
COUNTED = {"/nhat-ky/{number}", "/nhat-ky/{number}/bang-chung.json"}  # each authority counts its entries from 1
READERS = {"lanh-dao": CHAIR, "van-phong": OFFICE, "kiem-tra": AUDITOR}
WRONG = ("khong-co", "0", "x" * 300, "..", "%2e%2e%2fetc", "-1", "' OR 1=1 --", "\u0000".encode().decode())
B08 = "B08.2024-12-31"


@pytest.fixture(scope="module")
def two(template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Two authorities in one house; the second has done something of every kind."""
    from office import copy_database, load

    from models.store import APP_ROLE, drop_database, open_engine

    url = template.set(database=f"{template.database}_two")
    copy_database(template, url)
    engine = open_engine(url.set(username=APP_ROLE), durable=False)
    folder = tmp_path_factory.mktemp("two")
    load(engine)
    load_another(engine, folder)
    office = Office(engine, folder / "state", acting=False)
    admit_auditor(engine, office.now())
    _busy(office)
    yield office
    engine.dispose()
    drop_database(url)


def _busy(office: Office) -> None:
    """In both a plan under review; in Lạc Đạo an event, and a result with a file of evidence."""
    kept = examine_file("bien-ban.pdf", PDF)
    keep_file(office.state / "files", "bien-ban.pdf", PDF)
    now = morning_of(MON_17_JUNE)
    imported(office.engine, small(), MON_17_JUNE)
    imported(office.engine, small("lac-dao-2024-dc"), MON_17_JUNE, authority=2)
    with transaction(kept_to(office.engine, 2)) as session:
        row = session.execute(select(Obligation).filter_by(code=f"lac-dao-2024.{B08}")).scalar_one()
        event = session.execute(select(Event).filter_by(authority_id=2)).scalars().first()
        assert event
        happening = Happening(event.code, date(2024, 6, 14), "01/QĐ-Lạc Đạo")
        record_event(session, happening, now, "le-thi-mau")
        report_done(session, row.code, "le-thi-mau", MON_17_JUNE, "02/BC", now, proofs=[Proof("02/BC", "", kept)])


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest, two: Office) -> Office:
    """Như Quỳnh's pages as each kind of reader has them."""
    return Office(two.engine, two.state, acting=False).signed_in(READERS[request.param], request.param)


def routes(office: Office, method: str) -> list[str]:
    parts = [part.original_router for part in office.app.routes if hasattr(part, "original_router")]
    found = [r.path for part in parts for r in part.routes if isinstance(r, APIRoute) and method in r.methods]
    return [path for path in dict.fromkeys(found) if not BY_LINK.match(path)]


def theirs(engine: Engine) -> dict[str, list[str]]:
    """What names something of Lạc Đạo in an address, by the name of the part of the path."""
    with Session(engine) as session:
        codes = session.execute(select(Obligation.code).filter_by(authority_id=2)).scalars().all()
        ours = select(Event.key).filter_by(authority_id=1)
        keys = (
            session.execute(select(Event.key).filter_by(authority_id=2).where(Event.key.not_in(ours))).scalars().all()
        )  # type: ignore[attr-defined]
        sha256 = session.execute(text("SELECT sha256 FROM evidence WHERE authority_id = 2")).scalars().all()
        drafts = session.execute(text("SELECT id FROM plan_draft WHERE authority_id = 2")).scalars().all()
        postings = session.execute(text("SELECT id FROM posting WHERE authority_id = 2")).scalars().all()
    run = a_run(engine, "P8a", "lac-dao-2024.P8a.2024-Q2")
    return {
        "run": [str(run.id)],
        "slug": ["lac_dao_2024_p8a", "lac_dao_2024_b02"],
        "code": list(codes[:40]),
        "key": list(keys),
        "sha256": list(sha256),
        "posting": [str(n) for n in postings],
        "draft": [str(n) for n in drafts],
    }


def filled(path: str, facts: dict[str, list[str]]) -> list[str]:
    """`path` with each of what names something of theirs; a part nobody knows is filled with a word."""
    names = re.findall(r"{(\w+)(?::\w+)?}", path)
    if not names:
        return [path]
    known = [name for name in names if facts.get(name)]
    found = []
    for value in facts[known[0]] if known else ["1"]:
        address = re.sub(rf"{{{known[0]}(:\w+)?}}", value, path) if known else path
        found.append(re.sub(r"{\w+(:\w+)?}", "1", address))
    return found


def test_no_page_shows_anything_of_another_authority(reader: Office) -> None:
    facts, seen = theirs(reader.engine), 0
    for path in sorted(routes(reader, "GET"), key=lambda path: "{" in path):  # before what is tried is in the trail
        if path in ANYBODY:
            continue
        for address in filled(path, facts):
            answer = reader.client.get(address)
            body = answer.text.replace(address, "")
            for value in facts["code"]:
                assert value not in body or "{" in path, (address, value)
            assert THEIRS not in body, address
            if "{" in path and path not in COUNTED:
                assert answer.status_code in (403, 404, 405, 422, 409), (address, answer.status_code)
            seen += 1
    assert seen > 40


def test_every_page_shows_something_of_one_s_own(two: Office) -> None:
    """The test above would pass on empty pages."""
    office = Office(two.engine, two.state, acting=False).signed_in(OFFICE)
    for address in ("/nghia-vu?trang-thai=tat-ca", "/bao-cao", "/su-kien", "/nghia-vu/nhu-quynh-2024.B02.2024-H1"):
        assert office.client.get(address).status_code == 200
    assert "Như Quỳnh" in office.page("/nghia-vu")
    other = Office(two.engine, two.state, acting=False).signed_in(OFFICE.replace("nhuquynh", "lacdao"))
    assert THEIRS in other.page("/nghia-vu")
    assert "Như Quỳnh" not in other.page("/nghia-vu")
    file = theirs(two.engine)["sha256"][0]
    assert other.client.get(f"/minh-chung/{file}/bien-ban.pdf").content == PDF
    assert office.client.get(f"/minh-chung/{file}/bien-ban.pdf").status_code == 404


def test_nothing_of_another_authority_can_be_changed(two: Office) -> None:
    office = Office(two.engine, two.state, acting=False).signed_in(OFFICE)
    secret = office.client.cookies["dunghan"]
    forms, facts = office.app.state.site.forms.bound_to(secret), theirs(two.engine)
    before, sent = _their_rows(two.engine), 0
    typed = {
        "ngay": "14/06/2024", "minh-chung": "x", "ly-do": "x", "so-ngay": "1", "van-ban": "x", "noi": "x", "so": "1",
        "su-kien": "cong-bo-papi", "nguoi-quyet-dinh": "hoang-van-mo-phong", "noi-dung": "x", "han": "31/12/2024",
    }  # fmt: skip
    for path in routes(office, "POST"):
        if path in ANYBODY or "{" not in path:
            continue
        for address in filled(path, facts):
            data = {**typed, "chu-ky": forms.token(address)}
            answer = office.client.post(address, data=data, headers={"Origin": HOST})
            assert answer.status_code >= 400, address
            assert answer.status_code < 500, address
            assert THEIRS not in answer.text.replace(address, ""), address
            sent += 1
    assert facts["key"]
    assert sent > 100
    assert _their_rows(two.engine) == before


def _their_rows(engine: Engine) -> list[Any]:
    """A fingerprint of everything of theirs."""
    query = "SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {} t WHERE authority_id = 2"
    tables = [name for name, table in SQLModel.metadata.tables.items() if "authority_id" in table.columns]
    with engine.connect() as connection:
        return [connection.execute(text(query.format(name))).scalar_one() for name in tables]


# Who may open what


def test_without_signing_in_nothing_opens_but_the_door(two: Office) -> None:
    stranger = Office(two.engine, two.state, acting=False)
    for path in routes(stranger, "GET"):
        address = filled(path, {})[0]
        answer = stranger.client.get(address)
        if path in ANYBODY:
            assert answer.status_code in (200, 403, 404, 405, 410), address
        else:
            assert (answer.status_code, answer.headers["location"][:11]) == (303, "/dang-nhap?"), address
    for path in routes(stranger, "POST"):
        if path not in ANYBODY:
            assert stranger.client.post(filled(path, {})[0], headers={"Origin": HOST}).status_code == 401, path


@pytest.mark.parametrize("right", ["lanh-dao", "kiem-tra"])
def test_only_the_office_records_anything(two: Office, right: str) -> None:
    """An auditor changes nothing; a leader decides on the pages that mails lead to."""
    reader = Office(two.engine, two.state, acting=False).signed_in(READERS[right], right)
    for path in routes(reader, "POST"):
        if path not in ANYBODY | OF_OTHERS.get(right, set()):
            address = filled(path, {})[0]
            assert reader.client.post(address, headers={"Origin": HOST}).status_code == 403, address


OF_OTHERS = {
    "kiem-tra": {"/nhat-ky/xuat"},
    "lanh-dao": {"/lanh-dao/mo/{code}"},
}  # the acts that are not the office's alone


def test_wrong_addresses_are_refused_in_words_and_never_fail(reader: Office) -> None:
    for path in routes(reader, "GET"):
        for wrong in WRONG if "{" in path else ():
            address = re.sub(r"{\w+(:\w+)?}", lambda _, w=wrong: w, path)
            if "\u0000" in address:
                address = address.replace("\u0000", "%00")
            assert reader.client.get(address).status_code in (200, 303, 307, 403, 404, 405, 410, 422), address


# PostgreSQL itself


def test_every_table_is_kept_apart_or_out_of_reach(two: Office) -> None:
    query = text("""
        SELECT c.relname, c.relrowsecurity, has_table_privilege('dunghan_page', c.oid, 'SELECT')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind = 'r'
    """)
    with two.engine.connect() as connection:
        tables = {name: (apart, reached) for name, apart, reached in connection.execute(query)}
    assert {name for name, (_, reached) in tables.items() if not reached} == {
        "alembic_version", "sign_in_link", "page_reading"
    }  # fmt: skip
    assert {name for name, (apart, reached) in tables.items() if reached and not apart} == {"practice_clock"}


def test_a_page_that_forgets_to_ask_whose_rows_sees_its_own_alone(two: Office) -> None:
    with Session(two.engine) as session:
        everybody = len(session.execute(select(Person)).all())
    counted = []
    for number in (1, 2):
        with Session(kept_to(two.engine, number)) as session:
            assert [one.id for one in session.execute(select(Authority)).scalars()] == [number]
            counted.append(len(session.execute(select(Person)).all()))
            assert {row.authority_id for row in session.execute(select(Obligation)).scalars()} == {number}
    assert sum(counted) == everybody
    with Session(kept_to(two.engine, 99)) as session:
        assert session.execute(select(Obligation)).first() is None


def test_a_page_cannot_write_what_is_another_s(two: Office) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), transaction(kept_to(two.engine, 1)) as session:
        session.add(Person(authority_id=2, code="gian-diep", name="X", title="X", email="x@x.example"))
    with transaction(kept_to(two.engine, 1)) as session:
        assert session.execute(text("UPDATE obligation SET title = 'x' WHERE authority_id = 2")).rowcount == 0


def test_a_connection_steps_up_again_when_the_page_is_done(two: Office) -> None:
    narrow = kept_to(two.engine, 1)
    for _ in range(3):
        with Session(narrow) as session:
            assert session.execute(text("SELECT current_user")).scalar_one() == "dunghan_page"
        with Session(two.engine) as session:
            assert session.execute(text("SELECT current_user")).scalar_one() == "dunghan_app"
            assert not session.execute(text("SELECT current_setting('dunghan.authority', true)")).scalar_one()


def test_without_saying_whose_a_page_sees_nothing(two: Office) -> None:
    engine = create_engine(two.engine.url)
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('role', 'dunghan_page', true)"))
        assert connection.execute(text("SELECT count(*) FROM obligation")).scalar_one() == 0
    engine.dispose()
