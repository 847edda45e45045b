"""The second door: signing in by the province's identity provider, which vouches for an e-mail address."""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from itsdangerous import BadData, URLSafeSerializer
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.sign_ins import SignInRefused, fresh_secret, rights_at_door
from models.store import transaction
from web.attempts import Sent
from web.guard import SIGN_IN
from web.security import plain
from web.sign_in import drop, keep, let_in, no_way_in, own_page
from web.site import READ, Provider, Site, TheSite, house_of

pages = APIRouter()
START = f"{SIGN_IN}/oidc"
BACK = f"{START}/ve"
_LIVES = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Trip:
    """One way to the provider and back: what its answer is checked against, kept by the browser that went."""

    state: str
    nonce: str
    verifier: str
    back: str
    until: str


def _provider(site: TheSite) -> Provider:
    """The provider; where there is none, neither are these pages."""
    if site.provider is None:
        raise HTTPException(404)
    return site.provider


def _now(site: TheSite) -> datetime:
    """The moment, asked for where asking may wait."""
    return site.now()


TheProvider = Annotated[Provider, Depends(_provider)]
Now = Annotated[datetime, Depends(_now)]


@pages.api_route(START, methods=[*READ])
async def set_out(request: Request, provider: TheProvider, site: TheSite, now: Now) -> Response:
    """Send the browser to the provider; all this changes is a cookie of its own."""
    site.patience.check(request)
    back = own_page(request.query_params.get("ve", ""))
    trip = Trip(fresh_secret(), fresh_secret(), fresh_secret(), back, (now + _LIVES).isoformat())
    try:
        address = await provider.address(trip.state, trip.nonce, _challenge(trip.verifier))
    except SignInRefused as refused:
        return no_way_in(request, site, refused, 502)
    answer = RedirectResponse(address, 303)
    keep(answer, site, _cookie(site), str(_paper(site).dumps(asdict(trip))), _LIVES)
    return answer


@pages.api_route(BACK, methods=[*READ])
def back_page(request: Request, provider: TheProvider, site: TheSite, now: Now) -> Response:
    """The button that ends the trip: an address that is only opened signs nobody in and asks nobody."""
    site.patience.check(request)
    carried = {name: plain(request.query_params.get(name, "")) for name in ("code", "state")}
    try:
        _trip(request, site, carried, now)
    except SignInRefused as refused:
        return no_way_in(request, site, refused, 403)
    return site.render(request, "sign_in_link", action=BACK, carried=carried)


@pages.post(BACK)
async def come_in(request: Request, provider: TheProvider, site: TheSite, now: Now, sent: Sent) -> Response:
    """Ask the provider who came back and let them in as a link would; a trip ends here, whatever the answer."""
    site.patience.check(request)
    try:
        trip = _trip(request, site, sent.fields, now)
        email = await provider.email(sent.fields["code"], trip.verifier, trip.nonce, now)
        answer = await run_in_threadpool(_let_in, request, site, email, trip.back)
    except SignInRefused as refused:
        answer = no_way_in(request, site, refused, 403)
    drop(answer, site, _cookie(site))
    return answer


def _let_in(request: Request, site: Site, email: str, back: str) -> Response:
    with transaction(house_of(request).engine) as session:
        rights = rights_at_door(session, email, site.now())
        return let_in(session, request, site, rights[0], back)


def _trip(request: Request, site: Site, carried: Mapping[str, str], now: datetime) -> Trip:
    """The trip this browser is on, when what it carries comes from there. Raises SignInRefused."""
    try:
        trip = Trip(**_paper(site).loads(request.cookies.get(_cookie(site), "")))
    except BadData:
        raise SignInRefused("Trình duyệt này chưa bắt đầu lượt đăng nhập nào. Xin đăng nhập lại từ đầu.") from None
    if not secrets.compare_digest(trip.state.encode(), carried.get("state", "").encode()):
        raise SignInRefused("Lượt đăng nhập này không bắt đầu từ đây. Xin đăng nhập lại từ đầu.")
    if now >= datetime.fromisoformat(trip.until):
        raise SignInRefused("Lượt đăng nhập đã quá 10 phút. Xin đăng nhập lại từ đầu.")
    if not carried.get("code"):
        raise SignInRefused("Nơi cấp tài khoản chưa xác nhận lượt đăng nhập này. Xin đăng nhập lại từ đầu.")
    return trip


def _challenge(verifier: str) -> str:
    """What the provider is shown of the verifier before it may see it (PKCE, S256)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _paper(site: Site) -> URLSafeSerializer:
    """Signs what the browser carries along."""
    return URLSafeSerializer(site.key, salt=START)


def _cookie(site: Site) -> str:
    """What it is carried in; over https no other host or path can set it."""
    return "__Host-dunghan-oidc" if site.secure else "dunghan-oidc"
