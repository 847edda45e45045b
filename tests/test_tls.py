"""TLS to an outside PostgreSQL: the right certificate authority and host name, and no other, for us and for Prefect."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from clusters import PASSWORD, Cluster, cluster, why_not
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import URL, text
from sqlalchemy.exc import OperationalError

from deployments.ports import free_port
from deployments.prefect_env import prefect_environment
from deployments.programs import answers
from models.settings import Settings
from models.store import ensure_database, open_engine, prefect_url
from models.store_faults import store_fault

pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(why_not()), reason=why_not())]
ONLY_TLS = ("local all all trust", "hostssl all all 127.0.0.1/32 scram-sha-256")
NAME = "localhost"  # the only name in the server's certificate


def authority(folder: Path, name: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey, Path]:
    """A certificate authority of a test's own."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = _certificate(subject, subject, key.public_key()).add_extension(x509.BasicConstraints(True, None), True)
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    found = made.add_extension(usage, True).sign(key, hashes.SHA256())
    file = folder / f"{name}.pem"
    file.write_bytes(found.public_bytes(serialization.Encoding.PEM))
    return found, key, file


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now, made = datetime.now(UTC), x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    made = made.public_key(key).serial_number(x509.random_serial_number())
    return made.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))


def certify(server: Cluster, ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey) -> None:
    """Give the server a certificate of `ca` for its name, and let it ask for TLS from now on."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    names = x509.SubjectAlternativeName([x509.DNSName(NAME)])
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    made = _certificate(subject, ca.subject, key.public_key()).add_extension(names, False).add_extension(issuer, False)
    plain = serialization.NoEncryption()
    words = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    found = made.sign(ca_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    server.keep("server.key", words)
    server.keep("server.crt", found)
    server.ask({"ssl": "on", "ssl_cert_file": "server.crt", "ssl_key_file": "server.key"})


@dataclass(frozen=True)
class Guarded:
    """A server that takes TLS alone, the authority of its certificate, and another one."""

    url: URL
    ca: Path
    other: Path

    def of(self, mode: str, ca: Path | None = None, host: str = NAME) -> URL:
        query = {"sslmode": mode, **({"sslrootcert": str(ca)} if ca else {})}
        return self.url.set(host=host, query=query)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("ca")
    ca, key, file = authority(folder, "ca")
    _, _, other = authority(folder, "other")
    with cluster(password=PASSWORD, hba=ONLY_TLS) as server:
        certify(server, ca, key)
        url = server.url.set(database="prefect")
        ensure_database(url.set(host=NAME, query={"sslmode": "verify-full", "sslrootcert": str(file)}))
        yield Guarded(url, file, other)


def answer(url: URL) -> str:
    """Whether the connection is encrypted, or why there is none, as a person reads it."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            asked = text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            return "TLS" if connection.execute(asked).scalar_one() else "open"
    except OperationalError as error:
        return store_fault(error)
    finally:
        engine.dispose()


def test_the_right_authority_and_name_are_taken(guarded: Guarded) -> None:
    assert answer(guarded.of("verify-full", guarded.ca)) == "TLS"
    assert answer(guarded.of("verify-ca", guarded.ca, "127.0.0.1")) == "TLS"
    assert answer(guarded.of("require")) == "TLS"


def test_another_authority_another_name_and_no_tls_are_refused_in_words(guarded: Guarded) -> None:
    for url in (guarded.of("verify-full", guarded.other), guarded.of("verify-full", guarded.ca, "127.0.0.1")):
        assert "chứng thư TLS của máy chủ cơ sở dữ liệu không được chấp nhận" in answer(url)
    assert "pg_hba.conf" in answer(guarded.of("disable"))


NAMED, UNNAMED = ({"ENABLED": "true", "CHECK_HOSTNAME": named} for named in ("true", "false"))


@pytest.mark.parametrize(
    ("query", "address", "tls"),
    [
        ("", "", {}),
        ("?sslmode=require", "?ssl=require", {}),
        ("?sslmode=verify-full&sslrootcert=/ca.pem", "", {**NAMED, "CA_FILE": "/ca.pem"}),
        ("?sslmode=verify-ca&sslrootcert=/ca.pem", "", {**UNNAMED, "CA_FILE": "/ca.pem"}),
        ("?sslmode=require&sslrootcert=/ca.pem", "", {**UNNAMED, "CA_FILE": "/ca.pem"}),
        (
            "?sslmode=verify-full&sslcert=/a.crt&sslkey=/a.key&application_name=x", "?application_name=x",
            {**NAMED, "CERT_FILE": "/a.crt", "KEY_FILE": "/a.key"},
        ),
    ],
)  # fmt: skip
def test_prefect_is_told_the_same_in_its_own_words(query: str, address: str, tls: dict[str, str]) -> None:
    settings = Settings(prefect_database_url=f"postgresql://p:x@db.example/prefect{query}", prefect_asks=False)
    assert prefect_url(settings) == f"postgresql+asyncpg://p:x@db.example/prefect{address}"
    mark = "PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_TLS_"
    said = {name.removeprefix(mark): v for name, v in prefect_environment(settings).items() if name.startswith(mark)}
    assert said == tls


def prefect(url: URL, state: Path, *command: str) -> tuple[list[str], dict[str, str]]:
    settings = Settings(state_dir=state, prefect_database_url=url.render_as_string(False), prefect_port=free_port())
    environment = {**os.environ, **prefect_environment(settings)}
    environment["PREFECT_API_DATABASE_CONNECTION_URL"] = prefect_url(settings)
    return [sys.executable, "-m", "prefect", *command], environment


def test_prefect_s_server_is_healthy_over_checked_tls(guarded: Guarded, tmp_path: Path) -> None:
    command, environment = prefect(guarded.of("verify-full", guarded.ca), tmp_path, "server", "start")
    health = f"{environment['PREFECT_API_URL']}/health"
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert waited(health, process)
    finally:
        process.terminate()
        process.wait(30)


def waited(health: str, process: subprocess.Popen[bytes], seconds: int = 120) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        if answers(health):
            return True
        time.sleep(0.5)
    return False


def test_prefect_refuses_another_authority(guarded: Guarded, tmp_path: Path) -> None:
    command, environment = prefect(
        guarded.of("verify-full", guarded.other), tmp_path, "server", "database", "upgrade", "-y"
    )
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert ended.returncode != 0
    assert "certificate verify failed" in ended.stdout + ended.stderr


def test_a_wrong_password_is_told_as_one(guarded: Guarded) -> None:
    said = answer(guarded.of("require").set(password="x"))
    assert "không nhận tài khoản hoặc mật khẩu" in said
