"""Prefect's configuration as dunghan runs it: on loopback, on PostgreSQL, without telemetry or outside hosts."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import make_url

from models.office_key import kept_key
from models.settings import Settings
from models.store import checks_certificate


def prefect_environment(settings: Settings) -> dict[str, str]:
    """The environment of every process that talks to Prefect's server, and of the server itself."""
    return {
        **_password(settings),
        **_tls(settings.prefect_database_url),
        "PREFECT_HOME": str((settings.state_dir / "prefect").resolve()),
        "PREFECT_API_URL": settings.prefect_api_url,
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(settings.prefect_port),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        # The newer UI asks an outside host for its settings even with analytics off.
        "PREFECT_SERVER_UI_V2_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # Prefect writes its pages out before it serves them; beside its code, an installed machine lets nobody write.
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str((settings.state_dir / "prefect" / "ui").resolve()),
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        # What the server answers while its database restarts: asked again for a minute, as when the server itself does.
        "PREFECT_CLIENT_RETRY_EXTRA_CODES": "500",
        # Flow runs are part of an obligation's history: Prefect never deletes them on its own.
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "false",
    }


def _password(settings: Settings) -> dict[str, str]:
    """What the server asks for and its clients say; a process without it neither reads nor changes a run."""
    if not settings.prefect_asks:
        return {}
    secret = kept_key(settings.prefect_password_file, settings.state_dir / "prefect.password").decode()
    said = f"dunghan:{secret}"
    return {"PREFECT_SERVER_API_AUTH_STRING": said, "PREFECT_API_AUTH_STRING": said}


def _tls(url: str) -> dict[str, str]:
    """libpq's «sslmode=verify-full&sslrootcert=…» as Prefect's server takes it: asyncpg knows neither in an address."""
    if not url or not checks_certificate(make_url(url)):
        return {}
    query = make_url(url).query
    files = {"CA_FILE": "sslrootcert", "CERT_FILE": "sslcert", "KEY_FILE": "sslkey"}
    named = {f"{_TLS}{ours}": str(query[theirs]) for ours, theirs in files.items() if theirs in query}
    return {f"{_TLS}ENABLED": "true", f"{_TLS}CHECK_HOSTNAME": str(query["sslmode"] == "verify-full").lower(), **named}


_TLS = "PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_TLS_"


def use_prefect(settings: Settings, ours: bool = False) -> None:
    """Point this process at dunghan's Prefect server; call before Prefect is first imported.

    What the administrator has set in the environment stays, unless the server is `ours`: then it can only be there.
    """
    for name, value in prefect_environment(settings).items():
        os.environ[name] = value if ours else os.environ.get(name, value)
    Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)
