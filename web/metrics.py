"""What a watching program on this machine reads every minute, as Prometheus writes it; it names no person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from ipaddress import ip_address

from fastapi import APIRouter
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from models.house_counts import (
    AuthorityFacts,
    authority_facts,
    letters_waiting,
    obligation_counts,
    unsettled_mails,
)
from models.house_facts import program_version, schema_revision
from rules.vietnamese import local_day
from web.site import READ, house_of

pages = APIRouter()


@pages.api_route("/metrics", methods=[*READ])
def metrics(request: Request) -> Response:
    """The figures, for this machine alone: whoever comes from elsewhere finds no such page, signed in or not."""
    house = house_of(request)
    if not _asked_from_here(request):
        raise HTTPException(404)
    with house.reading() as session:
        registry = CollectorRegistry()
        registry.register(_Kept(list(_families(session, house.now()))))
    return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _asked_from_here(request: Request) -> bool:
    """Whether a program of this machine asks for itself: what comes through a proxy says for whom it asks."""
    passed_on = {"x-forwarded-for", "forwarded", "x-real-ip"} & set(request.headers)
    try:
        return not passed_on and request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


class _Kept(Collector):
    """Figures taken once, as the library wants to collect them."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        """The figures."""
        return self._families


def _families(session: Session, now: datetime) -> Iterator[Metric]:
    build = GaugeMetricFamily("dunghan_build", "Program and schema", labels=["version", "schema"])
    build.add_metric([program_version(), schema_revision(session)], 1)
    yield build
    counts = obligation_counts(session, local_day(now))
    yield _by_status("dunghan_obligations", "Obligations by status", counts.statuses)
    yield GaugeMetricFamily("dunghan_obligations_overdue", "Open past the legal day", value=counts.overdue)
    yield GaugeMetricFamily("dunghan_obligations_read_ratio", "Part read to tell; 1: exact", value=counts.read)
    yield GaugeMetricFamily("dunghan_letters_waiting", "Letters in no mail yet", value=letters_waiting(session))
    yield _by_status("dunghan_mails_unsettled", "Mails not sent or not arrived", unsettled_mails(session))
    yield from _by_authority(list(authority_facts(session)), now)


def _by_status(name: str, said: str, counts: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, said, labels=["status"])
    for status, count in counts.items():
        family.add_metric([status], count)
    return family


def _by_authority(facts: list[AuthorityFacts], now: datetime) -> Iterator[Metric]:
    yield _each("dunghan_trail_entries", "Number of the newest entry", {one.code: one.trail for one in facts})
    yield _each("dunghan_sweeps_held", "1: sweeps wait for a person", {one.code: int(one.held) for one in facts})
    swept = {one.code: one.swept.timestamp() for one in facts if one.swept}
    yield _each("dunghan_last_sweep_timestamp_seconds", "When it was last swept", swept)
    days = {one.code: (now - one.backed_up).total_seconds() / 86_400 for one in facts if one.backed_up}
    yield _each("dunghan_backup_age_days", "Days since the last backup", days)


def _each(name: str, said: str, values: dict[str, float] | dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, said, labels=["authority"])
    for code, value in values.items():
        family.add_metric([code], value)
    return family
