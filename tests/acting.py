"""A browser in miniature: finds the form of a page, fills it and sends it as our own pages would."""

from __future__ import annotations

import asyncio
import html
import re
import warnings
from datetime import date, datetime
from pathlib import Path
from typing import Any

from office import MON_17_JUNE, PLANS
from sqlalchemy import Engine, text
from sqlmodel import SQLModel

from models.reports import Shelves
from rules.vietnamese import morning_of
from web.app import Practice, create_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would rather have httpx2; Prefect brings httpx
    from fastapi.testclient import TestClient

HOST = "http://testserver"
HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class Office:
    """The pages of one office on a day the test chooses, and its database."""

    def __init__(self, engine: Engine, state: Path, acting: bool = True) -> None:
        self.engine, self.state, self.day = engine, state, MON_17_JUNE
        practice = Practice(self._still, lambda: "") if acting else None
        shelves = Shelves(PLANS / "mau", state / "files")
        self.app = create_app(engine, self.now, practice=practice, shelves=shelves)
        self.client = TestClient(self.app, follow_redirects=False)

    def now(self) -> datetime:
        return morning_of(self.day)

    async def _still(self) -> None:
        await asyncio.sleep(0)

    def go_to(self, day: date) -> None:
        """Let it be another day."""
        self.day = day

    def page(self, address: str) -> str:
        answer = self.client.get(address.split("#")[0])
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.text

    def says(self, address: str) -> str:
        """What the page says in its main part, tags and line breaks taken out."""
        return plain(self.page(address))

    def send(self, address: str, action: str, files: Any = None, **fields: str) -> Any:
        """Fill the form of the page at `address` that posts to `action`, and send it."""
        sent = form_of(self.page(address), action) | {name.replace("_", "-"): value for name, value in fields.items()}
        return self.client.post(action, data=sent, files=files, headers={"Origin": HOST})

    def do(self, address: str, action: str, files: Any = None, **fields: str) -> str:
        """Send a form that is taken; the address it leads to."""
        answer = self.send(address, action, files, **fields)
        assert answer.status_code == 303, plain(answer.text)
        return str(answer.headers["location"])

    def refuses(self, address: str, action: str, files: Any = None, **fields: str) -> str:
        """Send a form that is not taken: the page is shown again and nothing at all is written; what it says."""
        before = self.snapshot()
        answer = self.send(address, action, files, **fields)
        assert answer.status_code == 422, answer.headers.get("location")
        assert self.snapshot() == before
        assert "Chưa ghi nhận." in answer.text
        return str(answer.text)

    def token(self, action: str) -> dict[str, str]:
        """The mark of the form for `action`, as if a page had printed it."""
        return {"chu-ky": self.app.state.site.forms.token(action)}

    def snapshot(self) -> tuple[Any, ...]:
        """A fingerprint of every table and every kept file."""
        query = "SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {} t"
        with self.engine.connect() as connection:
            tables = {name: connection.execute(text(query.format(name))).scalar_one()
                      for name in SQLModel.metadata.tables}  # fmt: skip
        return tables, sorted(path.name for path in self.state.rglob("*"))


def form_of(page: str, action: str) -> dict[str, str]:
    """The fields of the form that posts to `action` as the page fills them; boxes not ticked are left out."""
    found = page.split(f'method="post" action="{action}"', 1)
    assert len(found) == 2, f"no form posts to {action}"
    form = found[1].split("</form>", 1)[0]
    inputs = re.findall(r'<input(?![^>]*type="(?:file|checkbox)")[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', form)
    inputs += re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in inputs}


def plain(page: str) -> str:
    """A page as words: tags and line breaks taken out."""
    main = page.split("<main", 1)[-1].split("</main>", 1)[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def assert_harmless(page: str) -> None:
    """Hostile text is only ever text."""
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "<img src=x" not in page
