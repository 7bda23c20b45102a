"""Every fault of the sandbox on the third page of eight, each met by a fetch of its own."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from sandbox.named import NAMED
from services import Services
from services.freshness import ReadMode
from services.leases import Leases
from services.model.artist import Artist
from services.model.popularity import Point, PopularityMeta, PopularityPlatform, Window
from services.popularity import PopularityBackfill, PopularityReader, queue_of
from services.providers import Access, SoundchartsPopularity
from services.providers.soundcharts import ROW
from services.refreshes import Turns
from services.transport import ProviderClient
from tests.builders import NOW, point_document
from tests.conftest import Clock, Database
from tests.sandboxes import NOVA, Sandbox

SPOTIFY = PopularityPlatform.SPOTIFY
PAGE_SIZE = 10
# So long ago is the newest day that is stored: eight pages.
DAYS = 80

# Faults that cost no point.
HARMLESS = {
    *("wrong_content_type", "no_content_type", "bom", "numbers_as_texts", "numbers_whole_floats", "numbers_rounded"),
    *("rows_reversed", "rows_doubled", "day_ahead", "clock_ahead", "limit_ignored"),
    *("next_is_itself", "next_is_former", "next_is_elsewhere", "total_moves"),
}
# What can't be told from the truth: unknown values, other values, days without a point.
UNNOTICED = {
    *("numbers_zero", "numbers_null", "numbers_absent", "numbers_lower", "row_missing", "days_missing", "namesake"),
}
SLOW = {"late", "drip", "silent"}
# They change a chart's page, and nothing here.
OF_CHARTS = {"page_without_rows", "page_shrunk", "page_changed"}
BROKEN = {fault.name for fault in NAMED} - HARMLESS - UNNOTICED - OF_CHARTS
# An artist for each, and one without any.
NUMBERS, ALONE = {fault.name: number for number, fault in enumerate(NAMED, 1)}, 1000


@dataclass
class Fetched:
    """What a read answered, and the pages that it asked for."""

    items: list[Point]
    meta: PopularityMeta
    offsets: list[int]


@dataclass
class Reading:
    """Reads Nova Ruiz's series as that of an artist of the test's own, by a client that has met no fault yet."""

    services: Services
    database: Database
    sandbox: Sandbox
    clock: Clock
    uuid: str

    async def read(self, artist_id: int, *, page_timeout_s: float = 10.0) -> Fetched:
        self.sandbox.control.delete("/calls")
        client = ProviderClient(
            ROW.name, self.sandbox.bases[ROW.name], replace(ROW.policy, retries=0), clock=self.clock
        )
        access = Access("", {name: SecretStr("sandbox") for name in ROW.credentials})
        soundcharts = SoundchartsPopularity(client, access, page_timeout_s=page_timeout_s, page_size=PAGE_SIZE)
        store, turns = self.services.store, Turns(Leases(self.services.store), self.services.news)
        queue = queue_of(PopularityBackfill(store, turns, soundcharts, self.clock))
        reader = PopularityReader(store, clock=self.clock, queue=queue)
        series = await reader.one(
            Artist(artist_id, soundcharts_uuid=self.uuid),
            platform=SPOTIFY,
            window=Window(),
            mode=ReadMode(),
            fields=frozenset({"items", "meta"}),
        )
        await queue.close()
        await client.close()
        assert series.meta is not None
        asked = [entry["query"] for entry in self.sandbox.requests(ROW.name)]
        return Fetched(list(series.items), series.meta, [int(query["offset"]) for query in asked])

    async def with_fault(self, artist_id: int, fault: str | None) -> Fetched:
        await self.database.points(point_document(str(NOW.date() - timedelta(days=DAYS)), 1, artist_id=artist_id))
        if fault:
            self.sandbox.fault(ROW.name, body={"named": fault}, path=f"offset={2 * PAGE_SIZE}")
        return await self.read(artist_id, page_timeout_s=0.7 if fault in SLOW else 10.0)

    async def let_rest(self) -> None:
        """Turn the clock to when all of them may be asked for again, a quarter of an hour after they broke off."""
        states = await self.database.collection("data_analyst.refresh_state").find({}).to_list(None)
        broken = [state for state in states if state["retryAt"]]
        assert {round((state["retryAt"] - state["endedAt"]).total_seconds()) for state in broken} == {900}
        self.clock.now = max(state["retryAt"] for state in broken)


@pytest.fixture
def reading(services: Services, database: Database, sandbox: Sandbox, clock: Clock) -> Reading:
    return Reading(services, database, sandbox, clock, sandbox.artists()[NOVA]["ids"][ROW.name])


@pytest.fixture
async def whole(reading: Reading) -> list[Point]:
    """The series without a fault."""
    found = await reading.with_fault(ALONE, None)
    assert found.offsets == [PAGE_SIZE * number for number in range(8)]
    return found.items


async def each(reading: Reading, faults: set[str]) -> dict[str, Fetched]:
    """What a first read meets, by fault."""
    return {fault: await reading.with_fault(NUMBERS[fault], fault) for fault in sorted(faults)}


async def test_what_does_no_harm_costs_no_point(reading: Reading, whole: list[Point]) -> None:
    found = await each(reading, HARMLESS)

    assert [fault for fault, one in found.items() if one.items != whole or not one.meta.refreshed] == []


async def test_what_cannot_be_told_from_the_truth_costs_that_page_alone(reading: Reading, whole: list[Point]) -> None:
    found = await each(reading, UNNOTICED)

    page = {point["date"] for point in whole[2 * PAGE_SIZE : 3 * PAGE_SIZE]}
    others = [point for point in whole if point["date"] not in page]
    assert {
        fault: ([point for point in one.items if point["date"] not in page] == others, one.meta.error)
        for fault, one in found.items()
    } == dict.fromkeys(UNNOTICED, (True, None))


async def test_what_is_no_page_is_told_beside_what_came_before_it_and_the_next_read_goes_on_from_there(
    reading: Reading, whole: list[Point]
) -> None:
    found = await each(reading, BROKEN)
    reading.sandbox.reset()
    asked_again = await reading.read(NUMBERS["down"])
    await reading.let_rest()
    went_on = {fault: await reading.read(NUMBERS[fault]) for fault in sorted(BROKEN)}

    before = whole[: 2 * PAGE_SIZE]
    assert {fault for fault, one in found.items() if one.items != before or one.meta.pages_fetched != 2} == set()
    assert {fault for fault, one in found.items() if not (one.meta.error or "").startswith("soundcharts: ")} == set()
    assert (asked_again.offsets, asked_again.meta.error) == ([], found["down"].meta.error)
    # The days since the fetch was begun come last.
    rest = [*(PAGE_SIZE * number for number in range(2, 8)), 0]
    assert {fault for fault, one in went_on.items() if one.items != whole or one.offsets != rest} == set()
    assert {fault for fault, one in went_on.items() if one.meta.error or not one.meta.refreshed} == set()
