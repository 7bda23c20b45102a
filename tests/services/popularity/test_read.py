from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services import Services
from services.errors import BadInput, NotFound
from services.freshness import ReadMode
from services.model.artist import Artist
from services.model.popularity import Interval, Point, PopularityMeta, PopularityPlatform, PopularitySeries, Window
from services.popularity import MAX_SPARKLINE_POINTS
from tests.builders import NOW, SOUNDCHARTS_UUID, point_document
from tests.conftest import Clock, Commands, Database

SPOTIFY, DEEZER = PopularityPlatform.SPOTIFY, PopularityPlatform.DEEZER
ALWAYS = Window()
EVERYTHING = frozenset({"items", "meta", "summary"})
NO_PROVIDER = "No provider is configured."


def known(artist_id: int = 61) -> Artist:
    return Artist(artist_id, soundcharts_uuid=SOUNDCHARTS_UUID)


async def read_many(services: Services, artists: Sequence[Artist], **changes: Any) -> list[PopularitySeries | None]:
    asked: dict[str, Any] = {
        "platform": SPOTIFY,
        "window": ALWAYS,
        "interval": Interval.DAY,
        "mode": ReadMode(),
        "fields": EVERYTHING,
    }
    return await services.popularity.many(artists, **(asked | changes))


async def read(services: Services, **changes: Any) -> PopularitySeries:
    (found,) = await read_many(services, [known()], **changes)
    assert found is not None
    return found


async def meta_of(services: Services, **changes: Any) -> PopularityMeta:
    meta = (await read(services, **changes)).meta
    assert meta is not None
    return meta


async def test_a_series_comes_with_what_it_sums_up_to_and_how_it_stands(services: Services, database: Database) -> None:
    await database.points(point_document("2026-11-01", 71), point_document("2026-10-01", 80))

    found = await read(services)

    assert found.items == [Point(date="2026-10-01", value=80), Point(date="2026-11-01", value=71)]
    assert found.meta == PopularityMeta(
        fresh=True, last_date="2026-11-01", refreshed=False, points_written=0, pages_fetched=0, error=None
    )
    assert found.summary
    assert (found.summary.peak, found.summary.change_30d) == (Point(date="2026-10-01", value=80), -9)


async def test_series_come_in_the_order_asked_with_none_for_who_has_none(
    services: Services, database: Database
) -> None:
    await database.points(point_document("2026-11-01", 71, artist_id=1), point_document("2026-11-01", 72, artist_id=2))
    artists = [known(2), Artist(1), known(1), known(3), known(2)]

    found = await read_many(services, artists)

    assert [series and (series.artist_id, [item["value"] for item in series.items]) for series in found] == [
        (2, [72]),
        None,
        (1, [71]),
        (3, []),
        (2, [72]),
    ]


async def test_an_artist_unknown_at_soundcharts_asks_nothing(services: Services, commands: Commands) -> None:
    assert await read_many(services, [Artist(61)]) == [None]
    assert commands.names == []


async def test_no_more_than_the_fields_asked_for_is_read(
    services: Services, database: Database, commands: Commands
) -> None:
    await database.points(point_document("2026-11-01", 71))

    found = await read(services, fields=frozenset({"items"}))

    assert (found.meta, found.summary) == (None, None)
    assert commands.names == ["find"]


async def test_nothing_is_read_where_nothing_is_asked_for(services: Services, commands: Commands) -> None:
    assert await read(services, fields=frozenset()) == PopularitySeries(61, SPOTIFY, ALWAYS)
    assert commands.names == []


@pytest.mark.parametrize("fields", [EVERYTHING, frozenset({"meta"})], ids=["with the summary", "by itself"])
async def test_the_last_day_is_that_of_all_points_whatever_the_window(
    services: Services, database: Database, fields: frozenset[str]
) -> None:
    await database.points(point_document("2026-10-01", 71), point_document("2026-11-01", 72))

    meta = await meta_of(services, window=Window(None, date(2026, 10, 15)), fields=fields)

    assert meta.last_date == "2026-11-01"


@pytest.mark.parametrize("fields", [EVERYTHING, frozenset({"meta"})], ids=["with the summary", "by itself"])
async def test_a_day_that_is_none_is_never_the_last(
    services: Services, database: Database, fields: frozenset[str]
) -> None:
    await database.points(point_document("2026-10-01", 71), point_document("2026-11-31", 72))

    assert (await meta_of(services, fields=fields)).last_date == "2026-10-01"


@pytest.mark.parametrize(
    ("now", "fresh"),
    [
        (datetime.fromisoformat("2027-01-01T00:00:00Z") - timedelta(milliseconds=1), True),
        (datetime.fromisoformat("2027-01-01T00:00:00Z"), False),
    ],
    ids=["just under sixty days after its end", "sixty days after its end"],
)
async def test_a_series_is_fresh_for_sixty_days_after_its_last_day(
    services: Services, database: Database, clock: Clock, now: datetime, fresh: bool
) -> None:
    await database.points(point_document("2026-11-01", 71))
    clock.now = now

    assert (await meta_of(services)).fresh is fresh


@pytest.mark.parametrize(
    ("last_day", "mode", "error"),
    [
        ("2026-11-01", ReadMode(), None),
        ("2026-11-01", ReadMode(refresh=True), NO_PROVIDER),
        ("2026-01-01", ReadMode(), NO_PROVIDER),
        ("2026-01-01", ReadMode(stored_only=True), None),
        (None, ReadMode(), NO_PROVIDER),
        (None, ReadMode(stored_only=True), None),
    ],
    ids=["fresh", "fresh, forced", "stale", "stale, nobody asked", "nothing stored", "nothing stored, nobody asked"],
)
async def test_an_error_is_told_where_a_refresh_was_due(
    services: Services, database: Database, last_day: str | None, mode: ReadMode, error: str | None
) -> None:
    if last_day:
        await database.points(point_document(last_day, 71))

    meta = await meta_of(services, mode=mode)

    assert meta == PopularityMeta(
        fresh=last_day == "2026-11-01",
        last_date=last_day,
        refreshed=False,
        points_written=0,
        pages_fetched=0,
        error=error,
    )


async def test_weeks_and_months_are_means_by_their_first_day(services: Services, database: Database) -> None:
    await database.points(point_document("2026-11-17", 70), point_document("2026-11-20", 71))

    found = [(await read(services, interval=interval)).items for interval in (Interval.WEEK, Interval.MONTH)]

    assert found == [[Point(date="2026-11-16", value=71)], [Point(date="2026-11-01", value=71)]]


async def test_a_window_that_ends_before_it_starts_is_refused(services: Services, commands: Commands) -> None:
    with pytest.raises(BadInput, match=r"^endDate 2026-11-01 is before startDate 2026-11-02\.$"):
        await read(services, window=Window(date(2026, 11, 2), date(2026, 11, 1)))

    assert commands.names == []


async def test_one_series_is_of_days(services: Services, database: Database) -> None:
    await database.points(point_document("2026-11-01", 71, platform="deezer"))

    found = await services.popularity.one(
        known(), platform=DEEZER, window=ALWAYS, mode=ReadMode(), fields=frozenset({"items"})
    )

    assert found == PopularitySeries(61, DEEZER, ALWAYS, [Point(date="2026-11-01", value=71)])


async def test_one_series_of_an_artist_unknown_at_soundcharts_is_not_found(services: Services) -> None:
    with pytest.raises(NotFound, match=r"^Artist 61 has no popularity: it is not known at Soundcharts\.$"):
        await services.popularity.one(Artist(61), platform=SPOTIFY, window=ALWAYS, mode=ReadMode(), fields=EVERYTHING)


@pytest.mark.parametrize("count", [1, 50, 500])
async def test_everything_is_two_commands_however_many_artists(
    services: Services, database: Database, commands: Commands, count: int
) -> None:
    artists = [known(artist_id) for artist_id in range(1, count + 1)]
    await database.points(*(point_document("2026-11-01", 71, artist_id=artist.id) for artist in artists))

    found = await read_many(services, artists)

    assert [series.items for series in found if series] == [[Point(date="2026-11-01", value=71)]] * count
    assert sorted(commands.names) == ["aggregate", "find"]


async def test_a_sparkline_is_of_the_last_365_days(services: Services, database: Database) -> None:
    first = NOW.date() - timedelta(days=364)
    await database.points(
        point_document((first - timedelta(days=1)).isoformat(), 10),
        point_document(first.isoformat(), 20),
        point_document(NOW.date().isoformat(), 30),
    )

    (sparkline,) = await services.popularity.sparklines([PopularitySeries(61, SPOTIFY, ALWAYS)], points=365)

    assert sparkline == [20, *[None] * 363, 30]


@pytest.mark.parametrize(
    ("window", "sparkline"),
    [
        (Window(date(2026, 11, 1), date(2026, 11, 2)), [71, 72]),
        (Window(date(2026, 11, 1)), [72, None]),
        (Window(None, date(2026, 11, 2)), [None, 72]),
        (Window(date(2027, 1, 1)), [None, None]),
        (Window(date.min, date.max), [72, None]),
        (Window(None, date.min), [None, None]),
        (Window(date.max, None), [None, None]),
    ],
    ids=["both ends", "to today", "the year before", "in the future", "all days there are", "long ago", "far ahead"],
)
async def test_a_sparkline_is_of_the_series_own_window(
    services: Services, database: Database, window: Window, sparkline: list[int | None]
) -> None:
    await database.points(point_document("2026-11-01", 71), point_document("2026-11-02", 72))

    found = await services.popularity.sparklines([PopularitySeries(61, SPOTIFY, window)], points=2)

    assert found == [sparkline]


async def test_sparklines_come_in_the_order_asked_by_one_command_for_each_platform_and_window(
    services: Services, database: Database, commands: Commands
) -> None:
    await database.points(
        point_document("2026-11-01", 71, artist_id=1),
        point_document("2026-11-01", 72, artist_id=2),
        point_document("2026-11-01", 73, artist_id=1, platform="deezer"),
    )
    series = [PopularitySeries(*asked, ALWAYS) for asked in ((2, SPOTIFY), (1, DEEZER), (3, SPOTIFY), (1, SPOTIFY))]

    found = await services.popularity.sparklines(series, points=1)

    assert found == [[72], [73], [None], [71]]
    assert commands.names == ["aggregate", "aggregate"]


@pytest.mark.parametrize("points", [0, -1, MAX_SPARKLINE_POINTS + 1])
async def test_a_sparkline_of_no_or_too_many_points_is_refused(services: Services, points: int) -> None:
    with pytest.raises(BadInput, match=rf"^points is {points}: 1 to 1000 are given\.$"):
        await services.popularity.sparklines([PopularitySeries(61, SPOTIFY, ALWAYS)], points=points)


async def test_the_days_of_an_artist_tell_when_they_were_last_written(services: Services, database: Database) -> None:
    await database.points(point_document("2026-11-01", 71), point_document("2026-11-02", 72))

    window = Window(start=date(2026, 11, 2))
    found = [await services.popularity.stored_at(known(i), platform=SPOTIFY, window=window) for i in (61, 62)]

    assert found == [{"2026-11-02": NOW}, {}]
