from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import Int64
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services import Services
from services.chart_collections import COLLECTIONS, ChartCollection
from services.charts import MOST_PLACEMENTS, known_by
from services.demo import DemoLoader
from services.errors import BadInput
from services.model.artist import Artist
from services.model.charts import ChartFamily, MatchedBy
from services.model.presence import ChartPresence, Placement
from services.store.indexes import make_indexes
from tests.builders import NOW, Document, artist_document, chart_document, chart_row, listeners_row
from tests.conftest import Commands, Database
from tests.indexing import index_artists, index_charts
from tests.services.charts.standing import FIELDS, named, told_of
from tests.services.conftest import counted
from tests.services.store.plans import explained, stages

BILLBOARD, LISTENERS = "charts.billboard", "charts.kworb_spotify_listeners"
SPOTIFY_ID = "4q3ewBCX7sLwd24euuV69X"


Read = Callable[..., Awaitable[ChartPresence]]


@pytest.fixture(params=["index", "scan"])
def read(request: pytest.FixtureRequest, services: Services) -> Read:
    """Where an artist stands, by each of the two ways to find out."""

    async def one(artist_id: int, *, families: Collection[ChartFamily] | None = None) -> ChartPresence:
        await index_artists(services.store)
        if request.param == "index":
            await index_charts(services.store)
        artist = await services.artists.one(artist_id, fields=FIELDS)
        (presence,) = await services.chart_presence.many([artist], families=families)
        return presence

    return one


def sources(presence: Any) -> list[str]:
    return [chart.source for chart in presence.charts]


async def test_an_artist_who_stands_once_has_that_rank(read: Read, database: Database) -> None:
    await database.artists(artist_document())
    await database.insert(LISTENERS, listeners_row(12, scrapedAt=NOW), listeners_row(13, artist_id=7))

    presence = await read(61)

    (chart,) = presence.charts
    assert (chart.source, chart.label, chart.family) == (
        "kworb_spotify_listeners",
        "Spotify's monthly listeners",
        ChartFamily.SPOTIFY_LISTENERS,
    )
    assert (chart.rank, chart.entry_count, chart.scraped_at) == (12, 1, NOW)
    assert (presence.chart_count, presence.families, presence.scraped_at_max) == (
        1,
        [ChartFamily.SPOTIFY_LISTENERS],
        NOW,
    )


async def test_an_artist_who_stands_several_times_has_placements_and_no_rank(
    read: Read, database: Database, services: Services
) -> None:
    await database.artists(artist_document())
    await database.insert(
        BILLBOARD,
        chart_document(chart_row(71, title="Brasa"), chart_row(4, artist_id=61)),
        chart_document(chart_row(9, artist="Nova Ruiz feat. Ana"), date="2026-11-21"),
    )

    presence = await read(61)
    (chart,) = presence.charts
    (placements,) = await services.chart_presence.placements([chart], limit=100)

    assert (chart.rank, chart.entry_count) == (None, 3)
    assert placements == [
        Placement(9, "hot-100", "Luz", "2026-11-21", MatchedBy.NAME),
        Placement(4, "hot-100", "Luz", "2026-11-14", MatchedBy.ARTIST_ID),
        Placement(71, "hot-100", "Brasa", "2026-11-14", MatchedBy.NAME),
    ]


async def test_charts_and_families_come_by_name_and_the_newest_time_counts(read: Read, database: Database) -> None:
    await database.artists(artist_document())
    await database.insert(LISTENERS, listeners_row(scrapedAt=NOW - timedelta(days=9)))
    await database.insert("charts.kworb_spotify_top_artists", {"artist_id": 61, "rank": 3, "scrapedAt": NOW})
    await database.insert(BILLBOARD, chart_document(chart_row(), scrapedAt=None))

    presence = await read(61)

    assert sources(presence) == ["billboard", "kworb_spotify_listeners", "kworb_spotify_top_artists"]
    assert presence.families == ["billboard", "spotify", "spotify_listeners"]
    assert presence.scraped_at_max == NOW


async def test_an_artist_in_no_chart_stands_nowhere(read: Read, database: Database) -> None:
    await database.artists(artist_document(), artist_document(62, name="Ana", platforms={}))
    await database.insert(LISTENERS, listeners_row())

    presence = await read(62)

    assert (presence.chart_count, presence.families, presence.scraped_at_max, presence.charts) == (0, [], None, ())


@pytest.mark.parametrize(
    ("families", "expected"),
    [
        (None, ["billboard", "kworb_spotify_listeners"]),
        ([ChartFamily.BILLBOARD], ["billboard"]),
        ([ChartFamily.RADIO, ChartFamily.SPOTIFY_LISTENERS], ["kworb_spotify_listeners"]),
        ([], []),
    ],
)
async def test_only_the_families_asked_for_are_told(
    read: Read, database: Database, families: list[ChartFamily] | None, expected: list[str]
) -> None:
    await database.artists(artist_document())
    await database.insert(LISTENERS, listeners_row())
    await database.insert(BILLBOARD, chart_document(chart_row()))

    assert sources(await read(61, families=families)) == expected


async def test_a_row_with_an_artist_id_is_that_artists_alone(read: Read, database: Database) -> None:
    await database.artists(named(61, "Nova Ruiz"), named(62, "Nova Ruiz"))
    await database.insert(BILLBOARD, chart_document(chart_row(artist_id=Int64(62))))

    assert sources(await read(61)) == []
    assert sources(await read(62)) == ["billboard"]


async def test_the_longest_name_that_is_known_has_the_row(read: Read, database: Database) -> None:
    await database.artists(named(1, "Earth"), named(2, "Earth, Wind & Fire"))
    await database.insert(BILLBOARD, chart_document(chart_row(artist="Earth, Wind & Fire")))

    assert sources(await read(1)) == []
    assert sources(await read(2)) == ["billboard"]


async def test_the_roster_may_gain_an_artist_whose_name_is_longer(services: Services, database: Database) -> None:
    await database.artists(named(1, "Earth"))
    await database.insert(BILLBOARD, chart_document(chart_row(artist="Earth, Wind & Fire")))
    await index_charts(services.store)
    await index_artists(services.store)
    earth = Artist(1, "Earth")
    before = await services.chart_presence.many([earth])

    await database.artists(named(2, "Earth, Wind & Fire"))
    await index_artists(services.store)
    after = await services.chart_presence.many([earth, Artist(2, "Earth, Wind & Fire")])

    assert [sources(presence) for presence in (*before, *after)] == [["billboard"], [], ["billboard"]]


async def test_a_namesake_without_ids_never_has_the_row_of_a_known_artist(read: Read, database: Database) -> None:
    await database.artists(named(61, "Nova Ruiz", SPOTIFY_ID), named(62, "Nova Ruiz"))
    row = {"rank": 1, "artist": "Nova Ruiz", "spotifyArtistId": SPOTIFY_ID, "artist_id": None}
    await database.insert("charts.kworb_spotify_country_charts", {"country": "es", "data": [row]})

    assert sources(await read(61)) == ["kworb_spotify_country_charts"]
    assert sources(await read(62)) == []


async def test_a_row_that_names_an_artist_twice_counts_once(read: Read, database: Database) -> None:
    await database.artists(named(61, "Nova Ruiz"))
    credits = [{"id": 61, "name": "Nova Ruiz"}, {"id": None, "name": "NOVA RUIZ"}]
    await database.insert(BILLBOARD, chart_document(chart_row(artist=credits)))

    (chart,) = (await read(61)).charts

    assert (chart.rank, chart.entry_count) == (4, 1)


@pytest.mark.parametrize("limit", [0, -1, MOST_PLACEMENTS + 1])
async def test_a_limit_out_of_bounds_is_refused(services: Services, limit: int) -> None:
    with pytest.raises(BadInput, match=f"limit is {limit}"):
        await services.chart_presence.placements([], limit=limit)


async def test_no_more_placements_are_told_than_asked_for(read: Read, database: Database, services: Services) -> None:
    await database.artists(artist_document())
    await database.insert(
        BILLBOARD,
        chart_document(*(chart_row(rank, artist_id=61) for rank in range(1, 9))),
        chart_document(chart_row(9)),
    )

    (chart,) = (await read(61)).charts
    (placements,) = await services.chart_presence.placements([chart], limit=3)

    assert chart.entry_count == 9
    assert [placement.rank for placement in placements] == [1, 2, 3]


@pytest.mark.parametrize("count", [1, 50, 500])
async def test_many_artists_cost_the_same_commands_and_none_goes_over_a_collection(
    services: Services, database: Database, commands: Commands, count: int
) -> None:
    await make_indexes(services.store.mongo)
    ids = range(1, count + 1)
    await database.artists(*(named(number, f"Nova {number}") for number in ids))
    rows = [chart_row(number, artist=f"Nova {number} & Ana") for number in ids]
    await database.insert(BILLBOARD, chart_document(*rows), chart_document(*rows, date="2026-11-21"))
    await index_artists(services.store)
    await index_charts(services.store)
    artists = [Artist(number, f"Nova {number}") for number in ids]
    commands.sent.clear()

    presences = await services.chart_presence.many(artists)
    placements = await services.chart_presence.placements([one.charts[0] for one in presences], limit=100)

    assert [len(found) for found in placements] == [2] * count
    # State, groups, known names; places.
    assert commands.names == ["find", "aggregate", "find", "aggregate"]
    plans = [await explained(command, database) for command in commands.sent]
    assert not any("COLLSCAN" in stages(plan) for plan in plans)


async def test_what_is_sure_asks_for_no_names(services: Services, database: Database, commands: Commands) -> None:
    await database.insert(LISTENERS, listeners_row())
    await index_charts(services.store)
    commands.sent.clear()

    await services.chart_presence.many([Artist(61, "Nova Ruiz")])

    assert commands.names == ["find", "aggregate"]


async def test_nobody_and_no_family_cost_nothing(services: Services, commands: Commands) -> None:
    assert await services.chart_presence.many([]) == []
    assert sources((await services.chart_presence.many([Artist(61)], families=[]))[0]) == []
    assert commands.names == []


async def test_what_answered_is_counted(services: Services, database: Database) -> None:
    before = {way: counted("kisum_chart_presence_reads_total", source=way) for way in ("index", "scan")}

    await services.chart_presence.many([Artist(61)])
    await index_charts(services.store)
    await services.chart_presence.many([Artist(61)])

    after = {way: counted("kisum_chart_presence_reads_total", source=way) for way in ("index", "scan")}
    assert after == {way: count + 1 for way, count in before.items()}


def test_an_artist_is_known_by_all_its_keys() -> None:
    assert known_by(Artist(61, "Nova Ruiz", sort_name="Ruiz, Nova")) == [
        "artist_id:61",
        "name:novaruiz",
        "name:ruiznova",
        "slug:novaruiz",
    ]


async def test_the_index_and_the_scan_agree_for_every_artist_of_the_demo_data(
    services: Services, database: Database
) -> None:
    await DemoLoader(services.store).load()
    await index_artists(services.store)
    ids = await database.collection("kisum_data.artists_v2").distinct("id")
    batches = [
        await services.artists.many(ids[start : start + 500], fields=FIELDS) for start in range(0, len(ids), 500)
    ]
    artists = [artist for batch in batches for artist in batch if artist]

    scanned = await told_of(services.chart_presence, artists)
    await index_charts(services.store)
    indexed = await told_of(services.chart_presence, artists)

    assert indexed == scanned
    assert sum(bool(charts) for charts in indexed) > 100


NAMES = [
    "Nova Ruiz",
    "NOVA RUIZ",
    "Nova",
    "Nova & Ana",
    "Nova, Ana feat. Bo",
    "The Nova",
    "노바",
    "Ñóva",
    "!!!",
    "",
    ".*",
]
IDS = [SPOTIFY_ID, "06HL4z0CvFAxyc27GXpf02"]
ODD = (
    st.none()
    | st.booleans()
    | st.integers(-2, 70)
    | st.integers(1, 5).map(Int64)
    | st.floats()
    | st.sampled_from([*NAMES, *IDS, "novaruiz", "2026-11-14"])
    | st.text(max_size=4)
    | st.just(NOW)
    | st.lists(st.integers(0, 9), max_size=2)
)


def mostly(usual: st.SearchStrategy[Any], odd: st.SearchStrategy[Any] = ODD) -> st.SearchStrategy[Any]:
    """What is usual, and now and then what is odd."""
    return st.integers(0, 7).flatmap(lambda chance: usual if chance else odd)


ARTIST_IDS = mostly(st.none() | st.integers(1, 5) | st.integers(1, 5).map(float))
CREDITED = mostly(st.sampled_from(NAMES))
CREDITS = mostly(
    CREDITED | st.lists(st.fixed_dictionaries({"id": mostly(st.none(), ARTIST_IDS), "name": CREDITED}), max_size=3)
)
ROWS: st.SearchStrategy[Document] = st.fixed_dictionaries(
    {"artist": CREDITS, "rank": mostly(st.integers(1, 200))},
    optional={
        "artist_id": ARTIST_IDS,
        "name": CREDITED,
        "spotify_id": mostly(st.sampled_from(IDS)),
        "spotifyId": mostly(st.sampled_from(IDS)),
        "spotifyArtistId": mostly(st.sampled_from(IDS)),
        "kworbSlug": mostly(st.sampled_from(["novaruiz", "nova"])),
        "position": ODD,
        "title": mostly(st.sampled_from(["Luz", "Brasa"])),
        "date": mostly(st.sampled_from(["2026-11-14", datetime(2026, 11, 21, tzinfo=UTC)])),
        "country": mostly(st.sampled_from(["es", "us"])),
        "chart": mostly(st.just("hot-100")),
        "scrapedAt": mostly(st.sampled_from([NOW, "2026-11-14T08:00:00Z"])),
        "updatedAt": ODD,
    },
)
DATA: st.SearchStrategy[Any] = st.lists(mostly(ROWS), max_size=6).flatmap(
    lambda rows: st.sampled_from([rows, [*rows, *rows]])
)


def documents_of(collection: ChartCollection) -> st.SearchStrategy[list[Document]]:
    """Documents in the wild: with the fields that they should have, and without, and with what should not be there."""
    nested = st.builds(lambda row, data: row | {"data": data}, ROWS, mostly(DATA))
    return st.lists(mostly(nested if collection.is_nested else ROWS, st.just({})), min_size=1, max_size=4)


# Of the collections some at a time: all of them at once would be more than Hypothesis makes.
COLLECTED = st.lists(
    st.sampled_from(COLLECTIONS).flatmap(lambda one: st.tuples(st.just(one.stored), documents_of(one))),
    min_size=1,
    max_size=4,
).map(dict)
ARTISTS = st.lists(
    st.builds(named, st.just(0), st.sampled_from(NAMES) | st.none(), st.sampled_from([*IDS, None])),
    min_size=5,
    max_size=5,
).map(lambda artists: [artist | {"id": number} for number, artist in enumerate(artists, 1)])


@settings(
    max_examples=12,
    deadline=None,
    # Without a shrinking, each step of which would build an index.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.data_too_large, HealthCheck.too_slow],
)
@given(collected=COLLECTED, known=ARTISTS)
async def test_the_index_and_the_scan_agree_whatever_is_stored(
    services: Services, database: Database, collected: dict[str, list[Document]], known: list[Document]
) -> None:
    await database.drop()
    await database.artists(*known)
    for name, documents in collected.items():
        if documents:
            await database.insert(name, *documents)
    await index_artists(services.store)
    artists = [found for found in await services.artists.many(range(1, 6), fields=FIELDS) if found]

    scanned = await told_of(services.chart_presence, artists)
    await index_charts(services.store)
    indexed = await told_of(services.chart_presence, artists)

    assert indexed == scanned
