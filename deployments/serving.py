"""Serving until this process is asked to stop: its exit code, and the pages with what goes on beside them."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable, Coroutine

import uvicorn
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from deployments.programs import StartFailed
from deployments.service_manager import stop_on_terminate, tell_stopping
from models.settings import Settings
from models.store_faults import store_fault

_GOODBYE = 5  # seconds an answer that is under way may take when the pages are asked to stop


def served(serve: Callable[[], None]) -> int:
    """The exit code of serving: 0 when it was asked to stop, 1 when it failed and is worth starting again.

    A database that does not answer yet is such a failure: after a power cut its machine may be the slower one.
    """
    stop_on_terminate()
    try:
        serve()
    except KeyboardInterrupt:
        return 0
    except (OperationalError, PoolExhausted) as error:
        return _failed(store_fault(error))
    except StartFailed as error:
        return _failed(str(error))
    finally:
        tell_stopping()
    return 0


def _failed(why: str) -> int:
    print(f"dunghan: {why}", file=sys.stderr)
    return 1


async def serve_pages(
    app: FastAPI, settings: Settings, ready: Callable[[], None], *beside: Coroutine[object, object, None]
) -> None:
    """Serve until asked to stop; `ready` is called once pages can be opened. Raises StartFailed for a busy port.

    What goes on `beside` ends with the pages; when it fails, they fail with it.
    """
    door = _door(settings)
    server = uvicorn.Server(
        uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=_GOODBYE
        )
    )
    async with asyncio.TaskGroup() as group:
        helpers = [group.create_task(one) for one in (_say_started(server, ready), *beside)]
        try:
            await server.serve(sockets=[door])
        finally:
            for helper in helpers:
                helper.cancel()


def _door(settings: Settings) -> socket.socket:
    host, port = settings.web_host, settings.web_port
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        todo = "xem chương trình nào đang dùng cổng ấy, hoặc đổi web_host, web_port trong cấu hình"
        raise StartFailed(f"không mở được các trang ở {host}:{port}: {error.strerror}; {todo}.") from None


async def _say_started(server: uvicorn.Server, ready: Callable[[], None]) -> None:
    while not server.started:
        await asyncio.sleep(0.05)
    ready()
