from collections.abc import Mapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from services import Services
from services.chart_collections import BILLBOARD, SPOTIFY_LISTENERS
from services.charts.following import ChartFollower, Followed, Gathered
from services.model.charts import Key, MatchedBy
from services.model.presence import PresenceState
from services.store import ChangesUnavailable
from services.store.chart_documents import PAGE
from tests.builders import NOW, chart_document, chart_row, listeners_row
from tests.conftest import Database
from tests.services.charts.standing import ended_position
from tests.services.conftest import eventually

NOVA = Key(MatchedBy.ARTIST_ID, "61")
LISTENERS = SPOTIFY_LISTENERS.stored
GENERATION = 3


async def is_idle(idle: bool) -> bool:
    return idle


async def begun(services: Services) -> Mapping[str, Any]:
    """The position of an empty index that is read."""
    position = await services.store.chart_documents.position()
    assert position is not None
    await services.store.chart_presence.take_over(PresenceState(1, GENERATION, NOW, position))
    return position


async def follow(services: Services, position: Mapping[str, Any]) -> Followed:
    return await ChartFollower(services.store).follow(position, generation=GENERATION, is_over=is_idle)


async def ranks(services: Services, collection: str = "billboard") -> list[int | None]:
    found = await services.store.chart_presence.places(
        [NOVA], generation=GENERATION, collections=[collection], limit=100_000
    )
    return sorted((place.rank for places in found.values() for place in places), key=lambda rank: rank or 0)


async def test_what_is_written_changed_and_removed_is_taken_over(services: Services, database: Database) -> None:
    position = await begun(services)
    charts = database.collection(BILLBOARD.stored)

    await charts.insert_one({"_id": 1} | chart_document(*(chart_row(rank, artist_id=61) for rank in (1, 2, 3))))
    await charts.insert_one({"_id": "two"} | chart_document(chart_row(9, artist_id=61)))
    first = await follow(services, position)
    assert await ranks(services) == [1, 2, 3, 9]

    await charts.update_one({"_id": 1}, {"$set": {"data": [chart_row(5, artist_id=61), chart_row(6, artist_id=7)]}})
    await charts.delete_one({"_id": "two"})
    assert first.position is not None
    await follow(services, first.position)
    assert await ranks(services) == [5]


async def test_the_position_that_was_reached_is_told_and_kept(services: Services, database: Database) -> None:
    position = await begun(services)
    await database.insert(LISTENERS, listeners_row())

    followed = await follow(services, position)

    assert not followed.met_all
    assert followed.position != position
    assert (await services.store.chart_presence.state()).position == followed.position


async def test_where_nothing_happens_to_charts_the_position_goes_on_and_tells_nothing_again(
    services: Services, database: Database
) -> None:
    position = await begun(services)
    await database.insert("kisum_data.something", {"_id": 1})

    followed = await follow(services, position)

    assert followed.position not in (None, position)
    assert not followed.met_all
    assert (await services.store.chart_presence.state()).position == followed.position


async def test_many_changes_are_taken_over(services: Services, database: Database) -> None:
    position = await begun(services)
    await database.insert(LISTENERS, *(listeners_row(rank) for rank in range(1, 2 * PAGE + 2)))

    await follow(services, position)

    assert await ranks(services, "kworb_spotify_listeners") == list(range(1, 2 * PAGE + 2))


async def test_a_flat_collection_that_is_replaced_row_by_row_leaves_nothing_behind(
    services: Services, database: Database
) -> None:
    position = await begun(services)
    await database.insert(LISTENERS, *(listeners_row(rank) for rank in range(1, 10)))
    first = await follow(services, position)

    await database.collection(LISTENERS).delete_many({})
    await database.insert(LISTENERS, listeners_row(5))
    assert first.position is not None
    await follow(services, first.position)

    assert await ranks(services, "kworb_spotify_listeners") == [5]


async def test_a_collection_that_is_dropped_and_filled_again_has_the_new_rows_alone(
    services: Services, database: Database
) -> None:
    position = await begun(services)
    await database.insert(LISTENERS, listeners_row(1), listeners_row(2))
    await database.insert(BILLBOARD.stored, chart_document(chart_row(4, artist_id=61)))
    first = await follow(services, position)

    await database.collection(LISTENERS).drop()
    await database.insert(LISTENERS, listeners_row(8))
    assert first.position is not None
    followed = await follow(services, first.position)

    assert not followed.met_all
    assert (await ranks(services), await ranks(services, "kworb_spotify_listeners")) == ([4], [8])


async def test_a_collection_that_is_put_in_place_of_another_ends_it(services: Services, database: Database) -> None:
    position = await begun(services)
    await database.insert(BILLBOARD.stored, chart_document(chart_row(4, artist_id=61)))
    await database.insert("charts.next", listeners_row(1))
    await database.collection("charts.next").rename("kworb_spotify_listeners", dropTarget=True)

    followed = await follow(services, position)

    assert followed.met_all
    assert await ranks(services) == [4]
    # From there on it is met again.
    assert followed.position is not None
    assert (await follow(services, followed.position)).met_all


async def test_changes_that_mongodb_no_longer_tells_are_unavailable(services: Services, database: Database) -> None:
    with pytest.raises(ChangesUnavailable):
        await follow(services, await ended_position(services.store, database))


async def test_what_happens_meanwhile_is_gathered_and_taken_over_afterwards(
    services: Services, database: Database
) -> None:
    position = await begun(services)
    follower = ChartFollower(services.store)

    async with follower.gathered(position) as gathered:
        await database.insert(LISTENERS, listeners_row(1), listeners_row(2))
        await eventually(lambda: has(gathered, 2))
        assert await ranks(services, "kworb_spotify_listeners") == []
    await follower.take_over(gathered.changes, generation=GENERATION)

    assert await ranks(services, "kworb_spotify_listeners") == [1, 2]
    assert gathered.position is not None
    assert not (await follow(services, gathered.position)).met_all
    assert await ranks(services, "kworb_spotify_listeners") == [1, 2]


async def test_where_nothing_happens_to_charts_the_gathered_position_goes_on(services: Services) -> None:
    position = await begun(services)

    async with ChartFollower(services.store).gathered(position) as gathered:
        await eventually(lambda: is_past(gathered, position))

    assert gathered.changes == []


async def test_gathering_ends_before_what_can_not_be_taken_over_one_by_one(
    services: Services, database: Database
) -> None:
    position = await begun(services)
    await database.insert(LISTENERS, {"_id": 1})
    await database.insert("charts.next", listeners_row(1))
    await database.collection("charts.next").rename("billboard")
    await database.insert(LISTENERS, {"_id": 2})

    async with ChartFollower(services.store).gathered(position) as gathered:
        await eventually(lambda: has(gathered, 1))

    assert [change.document for change in gathered.changes] == [1]
    assert gathered.position is not None
    assert (await follow(services, gathered.position)).met_all


async def test_a_position_that_mongodb_has_forgotten_gathers_nothing_and_is_no_fault(
    services: Services, database: Database
) -> None:
    position = await ended_position(services.store, database)

    with capture_logs() as logs:
        async with ChartFollower(services.store).gathered(position) as gathered:
            await eventually(lambda: has_logged(logs))

    assert (gathered.position, gathered.changes) == (position, [])
    assert [event["event"] for event in logs] == ["chart_changes_not_gathered"]


async def test_without_a_position_nothing_is_gathered(services: Services) -> None:
    async with ChartFollower(services.store).gathered(None) as gathered:
        pass

    assert gathered == Gathered(None)


async def has(gathered: Gathered, count: int) -> bool:
    return len(gathered.changes) >= count


async def is_past(gathered: Gathered, position: Mapping[str, Any]) -> bool:
    return gathered.position != position


async def has_logged(logs: Any) -> bool:
    return bool(logs)
