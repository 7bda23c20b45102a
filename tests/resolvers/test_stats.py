import asyncio
from datetime import timedelta

import pytest

from resolvers.context import Context
from resolvers.stats import provenance, stats, stats_health, stored_stats
from services.errors import BadInput
from services.metrics import Metric
from services.model.artist import Artist
from services.model.stats import Provenance, Stats, StatsHealth
from tests.builders import NOW, stats_document
from tests.conftest import Commands, Database

ARTISTS = [Artist(7), Artist(61), Artist(8)]
DAY_AGO = NOW - timedelta(days=1)


async def test_stats_are_in_the_order_of_the_artists_and_none_where_nothing_is_stored(
    context: Context, database: Database
) -> None:
    await database.stats(stats_document(61), stats_document(8, youtube_views=5))

    found = await stats(context, ARTISTS, fields=frozenset({"youtube_views"}))

    assert found == [
        None,
        Stats(61, {"youtube_views": 3_900_221_100}, DAY_AGO, fresh=True, last_refresh_source=None),
        Stats(8, {"youtube_views": 5}, DAY_AGO, fresh=True, last_refresh_source=None),
    ]


async def test_health_is_told_of_every_artist(context: Context, database: Database) -> None:
    await database.stats(stats_document(61))

    found = await stats_health(context, ARTISTS[:2], fields=frozenset({"last_refresh_source", "last_refresh_error"}))

    assert found == [
        StatsHealth(
            7,
            exists=False,
            fresh=False,
            updated_at=None,
            last_refresh_source=None,
            last_refresh_error="No provider is configured.",
        ),
        StatsHealth(
            61,
            exists=True,
            fresh=True,
            updated_at=DAY_AGO,
            last_refresh_source="viberate+native(genius,lastfm)",
            last_refresh_error=None,
        ),
    ]


async def test_stats_and_health_asked_together_are_one_find(context: Context, commands: Commands) -> None:
    artists = [Artist(artist_id) for artist_id in range(1, 501)]

    await asyncio.gather(
        stats(context, artists, fields=frozenset({"deezer_fans"})),
        stats(context, artists, fields=frozenset({"qq_followers"}), stored_only=True),
        stats_health(context, artists, fields=frozenset({"last_refresh_error"})),
    )

    (command,) = commands.sent
    assert command["projection"] == {
        "_id": 0,
        "artist_id": 1,
        "deezer_fans": 1,
        "qq_followers": 1,
        "last_refresh_error": 1,
        "updatedAt": 1,
    }


async def test_what_is_stored_is_read_with_the_fields_asked_for(context: Context, database: Database) -> None:
    await database.stats(stats_document(61))

    found = await stored_stats(context, [artist.id for artist in ARTISTS[:2]], fields=frozenset({"spotify_followers"}))

    assert {artist_id: one.values for artist_id, one in found.items()} == {61: {"spotify_followers": 1_204_331}}


async def test_a_contradiction_is_refused_before_anything_is_read(context: Context, commands: Commands) -> None:
    with pytest.raises(BadInput):
        await stats(context, ARTISTS, fields=frozenset(), refresh=True, stored_only=True)

    assert commands.sent == []


def test_provenance_is_of_the_metrics_asked_for_in_the_order_of_the_table() -> None:
    deezer = Provenance(Metric("deezer_fans"), "native(deezer)", DAY_AGO, fresh=True)
    views = Provenance(Metric("youtube_views"), "viberate", DAY_AGO, fresh=True)
    found = Stats(61, {}, DAY_AGO, fresh=True, last_refresh_source=None, provenance=(views, deezer))

    assert list(provenance(found)) == [views, deezer]
    assert list(provenance(found, metrics=None)) == [views, deezer]
    assert list(provenance(found, metrics=[Metric("deezer_fans"), Metric("youtube_views")])) == [views, deezer]
    assert list(provenance(found, metrics=[Metric("deezer_fans"), Metric("qq_followers")])) == [deezer]
    assert list(provenance(found, metrics=[])) == []
