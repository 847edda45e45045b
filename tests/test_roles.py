"""The very file a PostgreSQL administrator runs: the roles it makes do dunghan's work, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from acting import Office as Pages
from clusters import PASSWORD, Cluster, cluster, embedded, installed, why_not
from office import HOUSE, MON_17_JUNE, KeptMail, load
from sqlalchemy import URL, create_engine, text
from sqlalchemy.exc import DatabaseError, OperationalError
from visitors import OFFICE

from flows.sending import Office
from flows.sweep import sweep
from models.schema import migrate
from models.settings import Settings
from models.store import drop_database, ensure_database, kept_to, open_engine, transaction
from rules.vietnamese import morning_of

pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(why_not()), reason=why_not())]
ROLES = HOUSE / "deployments" / "postgresql" / "roles.sql"
WORDS = {
    "dunghan_owner": "chủ ' \" sở hữu", "dunghan_app": "ứng $dụng$", "dunghan_auditor": "kiểm\\tra",
    "dunghan_prefect": "p",
}  # fmt: skip


@dataclass
class Served:
    """A server on which a DBA ran the file, and dunghan's owner migrated and loaded the real plan."""

    cluster: Cluster
    logged: str = ""  # by the server, while the file ran

    def url(self, role: str, database: str = "dunghan") -> URL:
        return self.cluster.url.set(username=role, password=WORDS[role], database=database)

    def refused(self, role: str, statement: str, database: str = "dunghan") -> str:
        """What PostgreSQL answers `role`."""
        engine = create_engine(self.url(role, database))
        try:
            with pytest.raises(DatabaseError) as refused, engine.begin() as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()
        return str(refused.value.orig)


@pytest.fixture(scope="module", params=["installed", "embedded"])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    programs = embedded() if request.param == "embedded" else next(iter(installed().values()))
    talkative = {"log_statement": "all", "log_min_duration_statement": "0"}
    with cluster(programs, PASSWORD, talkative) as server:
        made = Served(server)
        words = {f"{role.removeprefix('dunghan_')}_password": word for role, word in WORDS.items()}
        for _ in ("first", "again"):
            assert "Xong" in server.psql(ROLES, **words)
        made.logged = (server.folder / "log").read_text(errors="replace")
        migrate(made.url("dunghan_owner"))
        engine = open_engine(made.url("dunghan_app"))
        load(engine)
        engine.dispose()
        yield made


def test_the_program_loads_sweeps_and_shows_a_page_by_passwords_alone(served: Served, tmp_path: Path) -> None:
    engine = open_engine(served.url("dunghan_app"))
    settings = Settings(base_url="http://pages.example", state_dir=tmp_path, smtp_retries=())
    swept = asyncio.run(sweep(Office(engine, settings, KeptMail()), morning_of(MON_17_JUNE)))
    assert (swept.sent > 0, swept.unsent) == (True, 0)
    with transaction(kept_to(engine, 1)) as session:
        assert session.execute(text("SELECT current_user, count(*) > 200 FROM obligation")).one() == (
            "dunghan_page",
            True,
        )
    with transaction(kept_to(engine, 2)) as session:
        assert session.execute(text("SELECT count(*) FROM obligation")).scalar_one() == 0
    pages = Pages(engine, tmp_path, acting=False).signed_in(OFFICE)
    assert "Như Quỳnh" in pages.page("/nghia-vu")
    engine.dispose()


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("dunghan_app", "UPDATE audit_entry SET actor = 'x'"),
        ("dunghan_app", "DELETE FROM obligation"),
        ("dunghan_app", "TRUNCATE letter"),
        ("dunghan_app", "CREATE TABLE own_table (id int)"),
        ("dunghan_app", "ALTER TABLE audit_entry DISABLE TRIGGER ALL"),
        ("dunghan_app", "DROP POLICY one_authority ON obligation"),
        ("dunghan_app", "SET ROLE dunghan_owner"),
        ("dunghan_app", "ALTER ROLE dunghan_app CREATEDB"),
        ("dunghan_app", "CREATE ROLE own_role"),
        ("dunghan_auditor", "SET TRANSACTION READ WRITE; UPDATE obligation SET status = 'x'"),
        ("dunghan_auditor", "INSERT INTO audit_head VALUES (9, 9, 'x')"),
        ("dunghan_auditor", "SELECT * FROM sign_in_link"),
        ("dunghan_auditor", "SET ROLE dunghan_page"),
        ("dunghan_owner", "UPDATE audit_entry SET actor = 'x'"),
        ("dunghan_owner", "CREATE ROLE own_role"),
        ("dunghan_owner", "ALTER ROLE dunghan_owner SUPERUSER"),
        ("dunghan_owner", "SELECT pg_read_file('/etc/passwd')"),
    ],
)
def test_no_role_does_more_than_its_work(served: Served, role: str, statement: str) -> None:
    refusals = ("permission denied", "must be", "sổ chỉ ghi thêm", "cannot execute", "read-only", "row-level security")
    assert any(refusal in served.refused(role, statement) for refusal in refusals)


@pytest.mark.parametrize(
    ("role", "database"), [("dunghan_prefect", "dunghan"), ("dunghan_app", "prefect"), ("dunghan_auditor", "prefect")]
)
def test_neither_database_lets_in_who_works_with_the_other(served: Served, role: str, database: str) -> None:
    assert "permission denied for database" in served.refused(role, "SELECT 1", database)


def test_no_password_comes_into_the_server_s_log_even_where_it_keeps_every_statement(served: Served) -> None:
    assert "password_encryption" not in served.logged
    assert not [word for word in WORDS.values() if len(word) > 1 and word in served.logged]


def test_a_wrong_password_does_not_come_in(served: Served) -> None:
    engine = create_engine(served.url("dunghan_app").set(password="dunghan_app"))
    with pytest.raises(OperationalError, match="password authentication failed"):
        engine.connect()
    engine.dispose()


def test_the_owner_makes_the_database_a_replay_runs_in(served: Served) -> None:
    url = served.url("dunghan_owner", "dunghan_replay_1")
    ensure_database(url)
    migrate(url)
    drop_database(url)


def test_prefect_s_owner_makes_what_prefect_needs(served: Served) -> None:
    engine = create_engine(served.url("dunghan_prefect", "prefect"))
    with engine.begin() as connection:
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
        connection.execute(text("CREATE TABLE flow (id int)"))
    engine.dispose()
