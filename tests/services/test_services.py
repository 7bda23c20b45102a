from collections.abc import Callable

import pytest

from services import Services, indexes_kept, open_services
from services.freshness import ReadMode
from services.model.artist import Artist
from services.store import Driver
from settings import Settings, SettingsInvalid
from tests.builders import artist_document, stats_document
from tests.conftest import Clock, Commands, Database
from tests.services.conftest import eventually

MakeSettings = Callable[..., Settings]


async def test_without_a_database_nothing_is_opened_and_the_setting_is_named(make_settings: MakeSettings) -> None:
    with pytest.raises(SettingsInvalid) as raised:
        async with open_services(make_settings(embedded_mongodb_uri=None)):
            pass

    assert str(raised.value) == ("DB_MONGO_PROD_KISUM: not set; `make run` starts a MongoDB of its own where it isn't")


@pytest.mark.parametrize("driver", ["pymongo", "motor"])
async def test_each_noun_is_served_over_either_driver(
    make_settings: MakeSettings, database: Database, driver: Driver
) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document())

    async with open_services(make_settings(mongodb_driver=driver), prefix=database.prefix) as opened:
        await opened.check()
        artist = await opened.artists.one(61, fields=frozenset({"name"}))
        stats = await opened.stats.one(artist, ReadMode(stored_only=True))

    assert artist == Artist(61, "Nova Ruiz")
    assert stats is not None


async def test_the_time_is_that_of_the_clock_handed_in(services: Services, database: Database, clock: Clock) -> None:
    await database.stats(stats_document(updatedAt=clock()))

    stats = await services.stats.one(Artist(61), ReadMode())

    assert stats is not None
    assert stats.fresh


async def test_without_a_database_no_index_is_kept_and_the_setting_is_named(make_settings: MakeSettings) -> None:
    with pytest.raises(SettingsInvalid, match="DB_MONGO_PROD_KISUM: not set"):
        async with indexes_kept(make_settings(embedded_mongodb_uri=None)):
            pass


async def test_what_keeps_the_indexes_asks_nothing_over_the_connections_of_requests(
    services: Services, make_settings: MakeSettings, database: Database, clock: Clock, commands: Commands
) -> None:
    await database.artists(artist_document())

    async def is_filled() -> bool:
        artists = await database.collection("data_analyst.artist_search").find_one({"_id": 61})
        charts = await database.collection("charts.artist_chart_presence").find_one({"_id": "state"})
        return charts is not None and artists is not None and "name:novaruiz" in artists["knownBy"]

    async with indexes_kept(make_settings(), clock=clock, prefix=database.prefix):
        await eventually(is_filled)

    assert commands.sent == []


@pytest.mark.parametrize(
    ("changes", "is_sandbox"),
    [({}, True), ({"kworb_base_url": "http://127.0.0.1:9"}, False), ({"db_mongo_prod_kisum": "set"}, False)],
    ids=["played", "an address set by hand", "somebody's database"],
)
async def test_the_pages_of_charts_are_the_sandboxs_only_beside_an_embedded_database(
    make_settings: MakeSettings, mongodb: str, database: Database, changes: dict[str, str | None], is_sandbox: bool
) -> None:
    bases = {"kworb": "http://127.0.0.1:9"}
    changes = {name: mongodb if value == "set" else value for name, value in changes.items()}
    settings = make_settings(**{"sandbox_bases": bases, "kworb_base_url": None, **changes})

    async with open_services(settings, prefix=database.prefix) as services:
        listed = next(status for status in await services.providers.all() if status.name == "spotify_listeners")

    assert listed.sandbox is is_sandbox
