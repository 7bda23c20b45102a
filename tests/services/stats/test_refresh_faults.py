"""Each fault of the sandbox, at each provider in turn, through a whole refresh: it costs what that provider gave.

The provider under test is asked at a sandbox with the fault, the others at one that is well.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

import telemetry
from sandbox.named import NAMED
from services import Services
from services.leases import Leases
from services.model.artist import Artist
from services.providers import TIERS, Access, OpenProvider, ProviderRow, Stored, open_providers
from services.refreshes import Turns
from services.stats import ALL_NEEDS, ARTIST_FIELDS, StatsRefresh
from services.stats.tiers import NATIVE_TIER
from services.transport import HTTPPolicy
from tests.builders import NOW
from tests.conftest import Clock, Database
from tests.sandboxes import Sandbox, running_sandbox
from tests.services.providers.asking import Remembered, no_listeners
from tests.services.providers.test_opened import FAULTS, HARMLESS, SANDBOX_NAMES

STORED = Stored(Remembered(), no_listeners)
# So that slow faults take no longer than they must.
IMPATIENT = HTTPPolicy(timeout_s=1.0, retries=0)
ROWS = tuple(replace(row, policy=HTTPPolicy()) for row in TIERS if row.outside)
NAMES = tuple(row.name for row in ROWS)
AGGREGATORS = tuple(row.name for row in ROWS if row.tier < NATIVE_TIER)
IDS = {name: number for number, name in enumerate(NAMES, start=1)}
# Who is asked beside each; beside a native one no aggregator is, which would leave it no gap.
COMPANIONS = ("netease", "qq")


@dataclass(frozen=True)
class Told:
    """What became of a refresh: the values that are answered, their sources, and where faults are told of."""

    values: Mapping[str, int | None]
    sources: Mapping[str, str]
    in_health: bool
    in_log: bool
    in_telemetry: bool

    @property
    def is_fault(self) -> bool:
        assert self.in_health == self.in_log == self.in_telemetry
        return self.in_health

    def given(self, by: Collection[str]) -> dict[str, int | None]:
        """The values from those sources."""
        return {name: self.values[name] for name, source in self.sources.items() if source in by}


Refresh = Callable[[], Awaitable[dict[str, Told]]]


@pytest.fixture(scope="module")
def well() -> Iterator[Sandbox]:
    """A sandbox without faults."""
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def refreshed(
    services: Services, database: Database, clock: Clock, sandbox: Sandbox, well: Sandbox
) -> AsyncIterator[Refresh]:
    """Refreshes Nova Ruiz once for each provider, which is asked at the sandbox, the others at the one that is well."""
    (nova,) = well.documents(1)
    await database.artists(*(nova | {"id": number} for number in IDS.values()))
    impatient = [replace(row, policy=IMPATIENT) for row in ROWS]
    async with _opened(sandbox, impatient) as tested, _opened(well, ROWS) as healthy:

        async def refresh(name: str) -> None:
            asked = {name, *COMPANIONS, *(AGGREGATORS if name in AGGREGATORS else ())}
            await StatsRefresh(
                store=services.store,
                turns=Turns(Leases(services.store), services.news),
                providers=[tested[row] if row == name else healthy[row] for row in NAMES if row in asked],
                find_artists=partial(services.artists.many, fields=ARTIST_FIELDS),
                clock=clock,
                timeout_s=20,
            ).run(IDS[name], forced=False)

        async def refresh_all() -> dict[str, Told]:
            before = _failed_calls()
            with capture_logs() as lines:
                await asyncio.gather(*map(refresh, NAMES))
            return await _told(services, lines, before)

        yield refresh_all


@asynccontextmanager
async def _opened(sandbox: Sandbox, rows: Sequence[ProviderRow]) -> AsyncIterator[Mapping[str, OpenProvider]]:
    access = {
        row.name: Access(
            sandbox.bases[SANDBOX_NAMES.get(row.name, row.name)],
            {name: SecretStr("extended" if name.endswith("client_id") else "sandbox") for name in row.credentials},
            token_base_url=sandbox.bases["spotify-accounts"],
        )
        for row in rows
    }
    async with open_providers(tuple(rows), access, STORED, clock=lambda: NOW) as providers:
        yield {provider.row.name: provider for provider in providers}


async def _told(services: Services, lines: Sequence[Mapping[str, Any]], before: Mapping[str, int]) -> dict[str, Told]:
    failed = _failed_calls()
    artists = [Artist(number) for number in IDS.values()]
    stored = await services.stats.stored(artists, fields=ALL_NEEDS)
    answers = services.stats.answers(stored)
    health = await services.stats.health(artists, stored, with_refresh=False)
    logged = {line["artist_id"]: line["faults"] for line in lines if line["event"] == "refresh"}
    return {
        name: Told(
            values=answer.values,
            sources={origin.metric: origin.source for origin in answer.provenance},
            in_health=f"{name}: " in (state.last_refresh_error or ""),
            in_log=name in logged[IDS[name]],
            in_telemetry=failed[name] > before[name],
        )
        for name, answer, state in zip(NAMES, answers, health, strict=True)
        if answer is not None
    }


def _failed_calls() -> Mapping[str, int]:
    failed = Counter[str]()
    for sample in next(iter(telemetry.PROVIDER_CALLS.collect())).samples:
        if sample.name.endswith("_total") and sample.labels["outcome"] != "answered":
            failed[sample.labels["provider"]] += int(sample.value)
    return failed


@pytest.fixture(scope="module")
def right() -> dict[str, Told]:
    """What is answered where nothing is wrong, by the provider under test; filled by the first test."""
    return {}


@pytest.mark.parametrize("fault", [fault.name for fault in NAMED])
async def test_a_fault_costs_what_its_provider_gave_and_is_told(
    refreshed: Refresh, sandbox: Sandbox, right: dict[str, Told], database: Database, fault: str
) -> None:
    if not right:
        right |= await refreshed()
        await database.collection("data_analyst.artist_data").delete_many({})
    for name in NAMES:
        sandbox.fault(SANDBOX_NAMES.get(name, name), body={"named": fault})

    told = await refreshed()

    assert tuple(told) == NAMES
    for name in NAMES:
        others = set(NAMES) - {name}
        assert told[name].given(others).items() >= right[name].given(others).items()
        assert told[name].is_fault or fault not in FAULTS, name
        assert told[name].given({name}) == {} or fault not in FAULTS, name
        assert told[name] == right[name] or fault not in HARMLESS, name
