"""A browser in miniature: finds the form of a page, fills it and sends it as our own pages would."""

from __future__ import annotations

import asyncio
import html
import re
import warnings
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from office import MON_17_JUNE, PLANS
from sqlalchemy import Engine, select, text
from sqlmodel import Session, SQLModel
from visitors import OFFICE, sign_in

from models.exports import Exports
from models.head_key import head_key
from models.links import Purpose, issue_links
from models.reports import Shelves
from models.settings import Settings
from models.store import transaction
from models.tables import Obligation, Person
from rules.vietnamese import morning_of
from web.app import Practice, create_app
from web.site import is_mailed

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would rather have httpx2; Prefect brings httpx
    from fastapi.testclient import TestClient

HOST = "http://testserver"
KEY = b"a key of an office that only tests know of"
HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class Office:
    """The pages of one office on a day the test chooses, and its database."""

    def __init__(self, engine: Engine, state: Path, acting: bool = True, key: bytes = KEY) -> None:
        self.engine, self.state, self.day, self.key = engine, state, MON_17_JUNE, key
        practice = Practice(self._still, lambda: "") if acting else None
        shelves = Shelves(PLANS / "mau", state / "files")
        exports = Exports(state / "exports", state / "files", head_key(Settings(state_dir=state)))
        shelf = state / "dien-tap"
        self.app = create_app(
            engine, self.now, practice=practice, shelves=shelves, key=key, exports=exports, shelf=shelf
        )
        self.client = TestClient(self.app, follow_redirects=False)
        self.reader: tuple[str, str] | None = None

    def now(self) -> datetime:
        return morning_of(self.day)

    def signed_in(self, email: str = OFFICE, right: str = "") -> Self:
        """These pages as somebody reads them who signed in."""
        self.reader = (email, right)
        sign_in(self.client, self.engine, self.now(), email, right)
        return self

    async def _still(self) -> None:
        await asyncio.sleep(0)

    def go_to(self, day: date) -> None:
        """Let it be another day; who signed in does so again, as each day."""
        self.day = day
        if self.reader:
            self.signed_in(*self.reader)

    def link(self, purpose: Purpose, person: str, code: str = "") -> str:
        """The address a button in a mail to `person` leads to."""
        with transaction(self.engine) as session:
            who = session.execute(select(Person).filter_by(code=person)).scalar_one()
            about = session.execute(select(Obligation.id).filter_by(code=code)).scalar_one() if code else None  # type: ignore[call-overload]
            token = issue_links(session, who, [(purpose, about)], self.now(), self.key)[purpose, about]
        return f"/{purpose}/{token}"

    def row(self, code: str) -> Obligation:
        """Obligation `code` as it is stored now."""
        with Session(self.engine) as session:
            return session.execute(select(Obligation).filter_by(code=code)).scalar_one()

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
        forms, secret = self.app.state.site.forms, self.client.cookies.get("dunghan")
        bound = secret and not is_mailed(action)
        return {"chu-ky": (forms.bound_to(secret) if bound else forms).token(action)}

    def snapshot(self) -> tuple[Any, ...]:
        """A fingerprint of every table and every kept file."""
        query = "SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {} t"
        with self.engine.connect() as connection:
            tables = {name: connection.execute(text(query.format(name))).scalar_one()
                      for name in SQLModel.metadata.tables}  # fmt: skip
        return tables, sorted(path.name for path in self.state.rglob("*"))


def form_of(page: str, action: str) -> dict[str, str]:
    """The fields of the form that posts to `action` as the page fills them; what is not ticked is left out."""
    found = page.split(f'method="post" action="{action}"', 1)
    assert len(found) == 2, f"no form posts to {action}"
    form = found[1].split("</form>", 1)[0]
    inputs = re.findall(
        r'<input(?![^>]*type="(?:file|checkbox|radio)")[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', form
    )
    inputs += re.findall(r'<input type="radio" name="([^"]+)" value="([^"]*)" checked', form)
    inputs += [
        _chosen(name, options)
        for name, options in re.findall(r'<select[^>]* name="([^"]+)".*?>(.*?)</select>', form, re.S)
    ]
    inputs += re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in inputs}


def _chosen(name: str, options: str) -> tuple[str, str]:
    """What a list shows as chosen: what is marked, or its first line."""
    marked = re.findall(r'<option value="([^"]*)" selected', options) or re.findall(r'<option value="([^"]*)"', options)
    return name, marked[0] if marked else ""


def plain(page: str) -> str:
    """A page as words: tags and line breaks taken out."""
    main = page.split("<main", 1)[-1].split("</main>", 1)[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def assert_harmless(page: str) -> None:
    """Hostile text is only ever text."""
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "<img src=x" not in page
