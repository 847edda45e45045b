"""Made once by hand: what an office held under each earlier schema, lived by that schema's own program.

    DUNGHAN_TEST_DATABASE_URL=postgresql://… PYTHONPATH=.:tests python tests/schemas/make.py [0003 …]

For each schema the newest commit that had it is checked out beside, its own commands load the real plan, live some
mornings and record some acts on a fresh database, and the rows are kept as NNNN.zip in the form of a backup.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from sqlalchemy import URL, Connection, create_engine, make_url, text

from models.backup import ROWS, SETTINGS, rows_at_once
from models.backup_file import new_backup
from models.store import drop_database, ensure_database

HOUSE = Path(__file__).resolve().parents[2]
PORT = 38025
# The newest commit of each schema.
COMMITS = {
    "0001": "69842b79d60d8e4c87945d49a753ffcfb6c316f4", "0002": "5343ba10845f0b3550b97a7c04900937114231bb",
    "0003": "e0836c2af7ea556a99a8287a93b4984f4eb37e8c", "0004": "ad664f6f9305a170cbcb5b47b6d1aa442b82b414",
    "0005": "10caead58e68089522d887722a368842eec370ec", "0006": "0d1887e60addd69ad3ed0e0b65cf7c51001e5774",
    "0007": "41e7c0f8f7d80636939fce709f07c53cc46a0ff4", "0008": "3a0d67648c681f8b69f4a5b86a44291cb4cadc86",
    "0009": "9c97d181fd4aced3d1d9a587efaac72e8b03d6a9", "0010": "b2a968a3d4229ca0199d10dc97d44c9350d1acfc",
    "0011": "1c77f209760888bc46b8fde04f34b7c282c34b78",
}  # fmt: skip
PLAN = "plans/2024-papi-nhu-quynh.yaml"
B08 = "nhu-quynh-2024.B08.2024-12-31"
# What an office did; a command its program did not know yet is left out, and said.
LIVED: tuple[tuple[str, ...], ...] = (
    ("plan", "load", PLAN, "--from", "2024-06-17"),
    ("sweep", "--plain", "--on", "2024-06-17"),
    ("sweep", "--plain", "--on", "2024-06-18"),
    ("event", "record", "cong-bo-papi", "2024-06-18", "--document", "01/TB-UBND"),
    ("done", B08, "--document", "02/BC-UBND", "--by", "le-thi-mau", "--day", "2024-06-18"),
    ("leave", "record", "le-thi-mau", "2027-03-01", "2027-03-02", "--reason", "nghỉ phép"),
    ("access", "give", "vu-thi-kiem", "Vũ Thị Kiểm", "kiem@tinh.example", "--right", "kiem-tra"),
    ("sweep", "--plain", "--on", "2024-06-25"),
    ("sweep", "--plain", "--on", "2024-07-02"),
)  # fmt: skip


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """The program as it was."""
    with tempfile.TemporaryDirectory() as folder:
        beside = Path(folder) / "then"
        git = ["git", "-C", str(HOUSE)]
        subprocess.run([*git, "worktree", "add", "--detach", str(beside), commit], check=True, capture_output=True)
        try:
            yield beside
        finally:
            subprocess.run([*git, "worktree", "remove", "--force", str(beside)], check=True)


def environment(then: Path, url: URL, state: Path) -> dict[str, str]:
    """The settings of an office of that time: only keys it knew."""
    known = (then / "models" / "settings.py").read_text(encoding="utf-8")
    wanted = {
        "state_dir": str(state), "smtp_port": str(PORT), "smtp_retries": "",
        "database_url": url.set(username="dunghan_app").render_as_string(hide_password=False),
        "owner_database_url": url.render_as_string(hide_password=False),
    }  # fmt: skip
    told = {f"DUNGHAN_{key.upper()}": value for key, value in wanted.items() if f"    {key}:" in known}
    others = {name: value for name, value in os.environ.items() if not name.startswith("DUNGHAN_")}
    return {**others, **told, "PYTHONPATH": str(then), "PYTHONWARNINGS": "ignore"}


def live(then: Path, url: URL, state: Path) -> None:
    """Each command of that time, one after another in one process of that program."""
    run = [sys.executable, "-c", _ONE_AFTER_ANOTHER, json.dumps(LIVED)]
    subprocess.run(run, cwd=then, env=environment(then, url, state), check=True)


_ONE_AFTER_ANOTHER = """
import json, sys
from deployments.cli import main
for command in json.loads(sys.argv[1]):
    print("  $", *command, flush=True)
    sys.argv = ["dunghan", *command]
    try:
        main()
    except SystemExit as ended:
        print("  =", ended.code, flush=True)
"""


def keep(owner: Connection, revision: str, file: Path) -> None:
    """Its rows in the form of a backup."""
    file.unlink(missing_ok=True)
    with new_backup(file) as writer:
        facts = rows_at_once(owner, writer, ROWS)
        assert facts["revision"] == revision
        asked = "SELECT a.code, a.name, h.seq, h.hash FROM authority a JOIN audit_head h ON h.authority_id = a.id"
        heads = [
            {"authority": code, "name": name, "seq": seq, "hash": digest, "holds": True}
            for code, name, seq, digest in owner.execute(text(asked))
        ]
        writer.add(SETTINGS, [b"{}"])
        made_at = datetime(2024, 7, 2, 1, tzinfo=UTC).isoformat()
        told = {"made_at": made_at, "program": revision, "practice": False, "left_out": [], "faults": []}
        writer.close({**told, **facts, "heads": heads})


def press(file: Path) -> None:
    """The same parts in fewer bytes: they are kept for good."""
    with zipfile.ZipFile(file) as loose:
        parts = {name: loose.read(name) for name in loose.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as pressed:
        for name, content in parts.items():
            pressed.writestr(zipfile.ZipInfo(name, (2024, 7, 3, 8, 0, 0)), content, zipfile.ZIP_LZMA)


def main() -> None:
    """Make those named, or all."""
    server = make_url(os.environ["DUNGHAN_TEST_DATABASE_URL"]).set(drivername="postgresql+psycopg")
    relay = Controller(Sink(), hostname="127.0.0.1", port=PORT)
    relay.start()
    for revision in sys.argv[1:] or COMMITS:
        print(revision, flush=True)
        url = server.set(database=f"schema_{revision}")
        drop_database(url)
        ensure_database(url)
        with checked_out(COMMITS[revision]) as then, tempfile.TemporaryDirectory() as state:
            live(then, url, Path(state))
        engine = create_engine(url)
        with engine.connect() as connection:
            file = Path(__file__).with_name(f"{revision}.zip")
            keep(connection, revision, file)
        press(file)
        engine.dispose()
        drop_database(url)
    relay.stop()


if __name__ == "__main__":
    main()
