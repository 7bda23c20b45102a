from datetime import date

import pytest

from resolvers.context import Context
from resolvers.popularity import popularity, sparkline
from services.errors import BadInput
from services.model.artist import Artist
from services.model.popularity import Interval, Point, PopularityMeta, PopularityPlatform, PopularitySeries, Window
from tests.builders import point_document
from tests.conftest import Commands, Database

ARTISTS = [Artist(61, soundcharts_uuid="a"), Artist(7), Artist(8, soundcharts_uuid="b")]
SPOTIFY = PopularityPlatform.SPOTIFY


async def test_each_artist_has_a_series_except_those_whom_soundcharts_does_not_know(
    context: Context, database: Database
) -> None:
    await database.points(point_document("2026-11-18", 71), point_document("2026-11-18", 12, artist_id=7))

    found = await popularity(context, ARTISTS, fields=frozenset({"items"}))

    assert found == [
        PopularitySeries(61, SPOTIFY, Window(), items=[Point(date="2026-11-18", value=71)]),
        None,
        PopularitySeries(8, SPOTIFY, Window()),
    ]


async def test_the_arguments_reach_the_service(context: Context, database: Database) -> None:
    await database.points(
        *(point_document(f"2026-11-{day:02}", day, platform="deezer") for day in range(1, 21)),
        point_document("2026-11-10", 99),
    )

    (found,) = await popularity(
        context,
        ARTISTS[:1],
        fields=frozenset({"items"}),
        platform=PopularityPlatform.DEEZER,
        start_date=date(2026, 11, 9),
        end_date=date(2026, 11, 17),
        interval=Interval.WEEK,
    )

    assert found is not None
    assert found.items == [Point(date="2026-11-09", value=12), Point(date="2026-11-16", value=17)]


async def test_what_is_not_selected_is_not_read(context: Context, commands: Commands) -> None:
    await popularity(context, ARTISTS, fields=frozenset())

    assert commands.sent == []


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"items"}, ["find"]),
        ({"meta"}, ["aggregate"]),
        ({"summary"}, ["aggregate"]),
        ({"items", "meta", "summary"}, ["aggregate", "find"]),
    ],
    ids=["items", "meta", "summary", "all three"],
)
async def test_what_is_selected_is_a_command_each_however_many_artists(
    context: Context, commands: Commands, fields: set[str], names: list[str]
) -> None:
    artists = [Artist(artist_id, soundcharts_uuid="a") for artist_id in range(1, 501)]

    await popularity(context, artists, fields=frozenset(fields))

    assert sorted(commands.names) == sorted(names)


async def test_meta_says_that_a_refresh_could_not_be_had(context: Context) -> None:
    (found,) = await popularity(context, ARTISTS[:1], fields=frozenset({"meta"}), refresh=True)

    assert found is not None
    assert found.meta == PopularityMeta(
        fresh=False,
        last_date=None,
        refreshed=False,
        points_written=0,
        pages_fetched=0,
        error="No provider is configured.",
    )


async def test_dates_the_wrong_way_round_are_refused(context: Context) -> None:
    with pytest.raises(BadInput, match="endDate 2026-11-01 is before startDate 2026-11-02"):
        await popularity(context, ARTISTS, fields=frozenset(), start_date=date(2026, 11, 2), end_date=date(2026, 11, 1))


async def test_a_sparkline_belongs_to_its_series(context: Context, database: Database) -> None:
    await database.points(
        point_document("2026-11-01", 70), point_document("2026-11-04", 71), point_document("2026-11-01", 5, artist_id=8)
    )
    window = Window(date(2026, 11, 1), date(2026, 11, 4))
    series = [PopularitySeries(artist_id, SPOTIFY, window) for artist_id in (8, 61, 7)]

    assert await sparkline(context, series, fields=frozenset(), points=2) == [[5, None], [70, 71], [None, None]]


async def test_the_sparklines_of_a_roster_are_one_command(context: Context, commands: Commands) -> None:
    series = [PopularitySeries(artist_id, SPOTIFY, Window()) for artist_id in range(1, 501)]

    found = await sparkline(context, series, fields=frozenset())

    assert found == [[None] * 30] * 500
    assert commands.names == ["aggregate"]
