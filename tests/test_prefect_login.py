"""Prefect's own server and pages, in real operation: on loopback, and asking for a password that only the house has."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from base64 import b64encode
from pathlib import Path

import httpx
import pytest

from deployments.ports import free_port
from deployments.prefect_env import prefect_environment
from deployments.programs import answers
from models.settings import Settings, SettingsError

pytestmark = pytest.mark.real


def test_practice_asks_for_nothing_and_real_operation_for_the_password_in_a_file_of_its_own(
    tmp_path: Path,
) -> None:
    settings = Settings(state_dir=tmp_path)
    asked = prefect_environment(settings)["PREFECT_SERVER_API_AUTH_STRING"]
    file = tmp_path / "prefect.password"
    assert asked == f"dunghan:{file.read_text()}"
    assert file.stat().st_mode & 0o077 == 0
    assert prefect_environment(settings)["PREFECT_API_AUTH_STRING"] == asked  # the same at each start
    open_server = prefect_environment(settings.model_copy(update={"prefect_asks": False}))
    assert not [name for name in open_server if "AUTH" in name]
    file.chmod(0o644)
    with pytest.raises(SettingsError, match="người khác đọc được"):
        prefect_environment(Settings(state_dir=tmp_path / ".." / tmp_path.name))


def test_the_server_answers_nobody_without_it(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path, prefect_port=free_port())
    said = prefect_environment(settings)
    database = {"PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{tmp_path}/prefect.db"}
    command = [sys.executable, "-m", "prefect", "server", "start"]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(command, env={**os.environ, **said, **database}, stdout=log, stderr=log)
    try:
        _wait(f"{settings.prefect_api_url}/health")
        asked = f"{settings.prefect_api_url}/flow_runs/count"
        for password in (None, "dunghan:wrong", "dunghan:", ":"):
            assert httpx.post(asked, headers=_login(password)).status_code == 401
        assert httpx.post(asked, headers=_login(said["PREFECT_API_AUTH_STRING"])).json() == 0
    finally:
        server.terminate()
        server.wait(30)


def _login(password: str | None) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(password.encode()).decode()}"} if password else {}


def _wait(url: str) -> None:
    for _ in range(240):
        if answers(url):
            return
        time.sleep(0.5)
    raise AssertionError(f"{url} did not come up")
