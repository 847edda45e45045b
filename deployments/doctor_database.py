"""Checks of the database: its server, schema, roles and clock; the trail; the last backup."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Engine, text
from sqlmodel import Session

from flows import clock
from models.audit import verify
from models.checks import Check
from models.house_facts import first_entry, last_backup, schema_revision
from models.people import authorities
from models.schema import newest
from models.tables import key_of
from rules.vietnamese import local_day, local_time

_OLDEST = 15  # major version of PostgreSQL
_APART = 5  # seconds the two clocks may differ
_BACKUP_DAYS = 2

_ROLE = text("""
    SELECT current_user AS role, rolsuper AS super, rolcreaterole OR rolcreatedb AS makes,
           has_table_privilege('audit_entry', 'UPDATE') OR has_table_privilege('audit_entry', 'DELETE')
           OR has_table_privilege('audit_entry', 'TRUNCATE') AS rewrites,
           pg_has_role('dunghan_page', 'MEMBER') AS steps_down
    FROM pg_roles WHERE rolname = current_user
""")


def database(engine: Engine) -> Iterator[Check]:
    """Its version, schema, what the program's role may do, and whether its clock and ours agree."""
    with engine.connect() as connection:
        server = str(connection.execute(text("SHOW server_version")).scalar_one())
        server_now = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        apart = abs((server_now - clock.real_now()).total_seconds())
        role = connection.execute(_ROLE).one()
    old = int(server.split(".")[0]) < _OLDEST
    yield Check("phiên bản PostgreSQL", not old, server, f"nâng lên PostgreSQL {_OLDEST} trở lên" if old else "")
    with Session(engine) as session:
        found, expected = schema_revision(session), newest()
    todo = "" if found == expected else "chạy đúng phiên bản chương trình; xem docs/sao-luu.md, «Nâng cấp»"
    yield Check("cấu trúc cơ sở dữ liệu", not todo, f"{found}, chương trình cần {expected}", todo)
    yield _role(role)
    todo = "đồng bộ giờ cả hai máy: timedatectl set-ntp true" if apart > _APART else ""
    yield Check("đồng hồ của cơ sở dữ liệu", not todo, f"lệch {apart:.1f} giây so với máy này", todo)


def _role(role: object) -> Check:
    name, too_much = getattr(role, "role", ""), getattr(role, "super", False) or getattr(role, "rewrites", False)
    if too_much or getattr(role, "makes", False):
        todo = "nối bằng vai dunghan_app (database_url), không bằng vai chủ sở hữu hay superuser"
        return Check("vai trong cơ sở dữ liệu", False, f"{name}: có quyền vượt quá thêm và đọc nhật ký", todo)
    if not getattr(role, "steps_down", False):
        todo = "cho vai này chuyển sang vai của các trang: GRANT dunghan_page TO " + str(name)
        return Check("vai trong cơ sở dữ liệu", False, f"{name}: không chuyển được sang dunghan_page", todo)
    return Check("vai trong cơ sở dữ liệu", True, f"{name}: thêm và đọc nhật ký, không sửa, không xóa")


def trails(engine: Engine) -> Iterator[Check]:
    """Each authority's chain, read whole."""
    with Session(engine) as session:
        for authority in authorities(session):
            good, broken = verify(session, key_of(authority))
            found = f"{good} bản ghi khớp" if broken is None else f"bản ghi {broken.seq}: {broken.reason}"
            todo = "" if broken is None else "dừng dịch vụ, giữ nguyên dữ liệu, báo người kiểm tra"
            yield Check(f"nhật ký {authority.name}", broken is None, found, todo)


def backups(engine: Engine) -> Iterator[Check]:
    """How long ago each authority's data was last backed up, as its trail says; practice needs none."""
    if clock.practised(engine):
        return
    now = clock.now(engine)
    with Session(engine) as session:
        for authority in authorities(session):
            at = last_backup(session, key_of(authority))
            begun = at or first_entry(session, key_of(authority)) or now  # a new house has its first evening yet
            late = (local_day(now) - local_day(begun)).days > _BACKUP_DAYS
            todo = "chạy dunghan backup; bật hẹn giờ: systemctl enable --now dunghan-backup.timer" if late else ""
            yield Check(f"sao lưu, {authority.name}", not late, local_time(at) if at else "chưa sao lưu lần nào", todo)
