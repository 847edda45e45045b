"""From the database an office has to another one by one command: everything there, and only one place that sends."""

from __future__ import annotations

import asyncio
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from clusters import why_not
from office import MON_17_JUNE, KeptMail, Run
from sqlalchemy import URL, create_engine, text
from sqlmodel import Session
from test_backups import empty, everything, other, swept

from flows.sending import Office
from flows.sweep import sweep
from models.audit import verify
from models.people import authorities
from models.settings import Settings
from models.store import APP_ROLE, open_engine
from models.sweep_marks import held_since, why_waiting
from models.table_rows import Shape, rows_in, rows_out
from rules.vietnamese import morning_of

pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(why_not()), reason=why_not())]
__all__ = ["empty", "other"]


def told(url: URL) -> dict[str, str]:
    """The settings of a place, as a file or the environment names them."""
    return {
        "database_url": url.set(username=APP_ROLE).render_as_string(hide_password=False),
        "owner_database_url": url.render_as_string(hide_password=False),
        "prefect_database_url": url.set(database="khong_co").render_as_string(hide_password=False),
    }


@pytest.fixture
def office(loaded_database: URL, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> URL:
    """The real plan after one morning, as the commands of this test find it."""
    engine = open_engine(loaded_database.set(username=APP_ROLE), durable=False)
    assert swept(engine, Settings(state_dir=tmp_path / "state", smtp_retries=()), MON_17_JUNE).sent
    engine.dispose()
    for name, value in told(loaded_database).items():
        monkeypatch.setenv(f"DUNGHAN_{name.upper()}", value)
    (tmp_path / "state").mkdir(exist_ok=True)
    (tmp_path / "state" / "office.key").write_text("k" * 64)
    monkeypatch.setattr("deployments.moving.bring_prefect", lambda *_: ["Prefect: không có."])
    return loaded_database


def written(url: URL, state: Path, file: Path) -> Path:
    lines = [f'{name} = "{value}"' for name, value in {"state_dir": str(state), **told(url)}.items()]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def waits(url: URL) -> tuple[bool, str]:
    """Whether sweeps wait for a person there, and why."""
    engine = open_engine(url)
    with Session(engine) as session:
        [one] = authorities(session)
        found = held_since(session, one) is not None, why_waiting(session, one)
        assert verify(session, 1)[1] is None
    engine.dispose()
    return found


def round_at(url: URL, state: Path) -> Any:
    engine = open_engine(url.set(username=APP_ROLE), durable=False)
    try:
        office = Office(engine, Settings(state_dir=state, smtp_retries=()), KeptMail())
        return asyncio.run(sweep(office, morning_of(MON_17_JUNE.replace(day=18))))
    finally:
        engine.dispose()


def test_one_command_brings_everything_over_and_the_old_place_sends_no_more(
    office: URL, empty: URL, dunghan: Run, tmp_path: Path
) -> None:
    to = written(empty, tmp_path / "state", tmp_path / "moi.toml")
    code, out, err = dunghan("move", "--to", to)
    assert (code, err) == (0, "")
    assert f"DUNGHAN_SETTINGS={to} dunghan up" in out
    before, after = everything(office), everything(empty)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"audit_entry", "audit_head", "sweep_mark"}
    assert waits(empty) == (False, "")
    held, why = waits(office)
    assert held
    assert "đang chuyển sang cơ sở dữ liệu khác theo moi.toml" in why
    assert round_at(office, tmp_path / "state").sent == 0


def test_a_move_that_fails_leaves_the_new_place_empty_and_the_old_one_at_work(
    office: URL, empty: URL, dunghan: Run, tmp_path: Path
) -> None:
    to = written(empty, tmp_path / "state", tmp_path / "moi.toml")
    engine = create_engine(empty)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE other (id int); INSERT INTO other VALUES (1)"))
    engine.dispose()
    code, _, err = dunghan("move", "--to", to)
    assert code == 2
    assert "đã có dữ liệu (bảng other); chỉ phục hồi vào nơi trống" in err
    assert set(everything(empty)) == {"other"}
    assert waits(office) == (False, "")


def test_a_move_to_where_it_is_already_is_refused(office: URL, dunghan: Run, tmp_path: Path) -> None:
    code, _, err = dunghan("move", "--to", written(office, tmp_path / "state", tmp_path / "moi.toml"))
    assert (code, "chỉ phục hồi vào nơi trống" in err) == (2, True)
    assert waits(office) == (False, "")


def test_sweeps_that_wait_for_a_person_are_let_go_on_by_no_move(
    office: URL, empty: URL, dunghan: Run, tmp_path: Path
) -> None:
    """Neither by one that fails, nor by a second one from the place that was left."""
    to = written(empty, tmp_path / "state", tmp_path / "moi.toml")
    assert dunghan("move", "--to", to)[0] == 0
    held = waits(office)
    code, _, err = dunghan("move", "--to", to)
    assert (code, "quét đang bị tạm giữ ở UBND thị trấn Như Quỳnh" in err) == (2, True)
    assert waits(office) == held
    assert waits(empty) == (False, "")


def test_a_new_folder_of_data_is_told_what_it_lacks(office: URL, empty: URL, dunghan: Run, tmp_path: Path) -> None:
    out = dunghan("move", "--to", written(empty, tmp_path / "khac", tmp_path / "moi.toml"))[1]
    assert "xin tự chép office.key" in out


def test_settings_that_are_not_there_move_nothing(office: URL, dunghan: Run, tmp_path: Path) -> None:
    code, _, err = dunghan("move", "--to", tmp_path / "none.toml")
    assert (code, "không có tệp này" in err) == (2, True)
    assert waits(office) == (False, "")


def test_rows_pass_in_pieces_whatever_their_number(database: URL) -> None:
    """Thirty megabytes of rows out and in, and never more than two of them in memory."""
    engine = create_engine(database)
    with engine.begin() as connection:
        words = "SELECT n AS id, repeat('đúng hạn ', 40) AS words FROM generate_series(1, 60000) n"
        connection.execute(text(f"CREATE TABLE many AS {words}"))
        connection.execute(text("CREATE TABLE again (LIKE many)"))
    with engine.connect() as source, engine.begin() as target:
        pieces = rows_out(source, Shape("many", ("id", "words")))
        tracemalloc.start()
        assert rows_in(target, Shape("again", ("id", "words")), pieces) == 60_000
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    engine.dispose()
    assert peak < 2_000_000
