"""Practice: the clock moves a working morning at a time, and each morning is swept through Prefect."""

from __future__ import annotations

import asyncio
from uuid import UUID

from prefect.client.orchestration import get_client
from sqlalchemy import Engine

from deployments.register import start_sweep
from flows import clock
from models.practice import next_practice_morning
from models.store import transaction
from rules.vietnamese import local_day, weekday_dmy


class PracticeDay:
    """The morning practice has reached, and whether its sweep is still running."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._doing = ""
        self._watch: asyncio.Task[None] | None = None

    def busy(self) -> str:
        """What is running, in words; empty when nothing is."""
        return self._doing

    async def advance(self) -> None:
        """Move to the next working morning and start its sweep; does nothing while a sweep is running."""
        if self._doing:
            return
        with transaction(self._engine) as session:
            next_practice_morning(session)
        await self.sweep()

    async def sweep(self) -> None:
        """Start this morning's sweep and watch it until it ends."""
        self._doing = f"Đang quét {weekday_dmy(local_day(clock.now(self._engine)))} qua Prefect"
        try:
            run = await start_sweep()
        except Exception:
            self._doing = ""
            raise
        self._watch = asyncio.create_task(self._until_finished(run.id))

    async def keep_moving(self, seconds: float) -> None:
        """Move by itself every `seconds`."""
        while True:
            await asyncio.sleep(seconds)
            await self.advance()

    async def _until_finished(self, run_id: UUID) -> None:
        try:
            async with get_client() as client:
                while not (state := (await client.read_flow_run(run_id)).state) or not state.is_final():
                    await asyncio.sleep(0.5)
        finally:
            self._doing = ""
