"""A client keeps an answer for as long as it holds: 304 until what is stored, or its freshness, changes."""

from datetime import timedelta
from typing import get_args, get_type_hints

import httpx
import pytest

from routes import ROUTES
from routes.answers import NotModified
from routes.examples import CSV, EXAMPLES, Example
from tests.builders import NOW, artist_document, listeners_row, point_document, stats_document
from tests.conftest import Clock, Database

KEPT = [
    example
    for row in ROUTES
    if NotModified in get_args(get_type_hints(row.endpoint)["return"])
    for example in EXAMPLES.get(row.path, ())
]
SERIES = "/analyst/artists/61/popularity"
every_kept_answer = pytest.mark.parametrize("example", KEPT, ids=lambda example: f"{example.path} {example.media_type}")


@pytest.fixture(autouse=True)
async def _stored(database: Database) -> None:
    await database.artists(artist_document(61), artist_document(62))
    await database.stats(stats_document(61), stats_document(62))
    await database.points(point_document("2026-11-01", 71), point_document("2026-11-01", 71, platform="deezer"))
    await database.insert("charts.kworb_spotify_listeners", listeners_row())


async def ask(client: httpx.AsyncClient, example: Example, known: str = '"nothing"') -> httpx.Response:
    return await client.get(example.path, headers={"accept": example.media_type, "if-none-match": known})


async def tag_of(client: httpx.AsyncClient, path: str, accept: str = "*/*") -> str:
    tag: str = (await client.get(path, headers={"accept": accept})).headers["etag"]
    return tag


@every_kept_answer
async def test_what_the_client_has_is_not_sent_again(client: httpx.AsyncClient, example: Example) -> None:
    first = await ask(client, example)

    again = await ask(client, example, first.headers["etag"])

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    for answer in (first, again):
        assert answer.headers["etag"] == first.headers["etag"]
        assert answer.headers["cache-control"] == "private, no-cache"


@every_kept_answer
async def test_what_changed_is_sent(client: httpx.AsyncClient, database: Database, example: Example) -> None:
    first = await ask(client, example)

    changed = {"spotify_followers": 1_204_332, "updatedAt": NOW}
    await database.collection("data_analyst.artist_data").update_one({"artist_id": 61}, {"$set": changed})
    await database.points(point_document("2026-11-05", 72))
    await database.collection("charts.kworb_spotify_listeners").update_one({}, {"$set": {"rank": 11}})
    again = await ask(client, example, first.headers["etag"])

    assert again.status_code == 200
    assert again.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize(
    "changed",
    [
        {"qq_followers": 1},
        {"spotify_followers": None},
        {"updatedAt": NOW},
        {"last_refresh_source": "songstats"},
    ],
    ids=lambda changed: "".join(changed),
)
async def test_each_thing_that_stats_tell_is_heeded(
    client: httpx.AsyncClient, database: Database, changed: dict[str, object]
) -> None:
    first = await tag_of(client, "/analyst/artists/61/stats")

    await database.collection("data_analyst.artist_data").update_one({"artist_id": 61}, {"$set": changed})

    assert await tag_of(client, "/analyst/artists/61/stats") != first


@pytest.mark.parametrize("path", ["/analyst/artists/61/stats", "/analyst/artists/61/stats/health", SERIES])
async def test_what_is_fresh_no_more_is_another_answer(client: httpx.AsyncClient, clock: Clock, path: str) -> None:
    first = await tag_of(client, path)

    clock.advance(timedelta(days=61))

    assert await tag_of(client, path) != first


async def test_answers_to_different_questions_have_different_tags(client: httpx.AsyncClient) -> None:
    tags = [
        *[await tag_of(client, f"/analyst/artists/{artist_id}/stats") for artist_id in (61, 62)],
        *[await tag_of(client, SERIES + query) for query in ("", "?platform=deezer", "?startDate=2026-11-02")],
        await tag_of(client, SERIES, CSV),
        *[await tag_of(client, f"/artists.csv?ids={ids}") for ids in ("61", "62", "61,62", "62,61")],
        *[await tag_of(client, f"/artists/61/popularity/{platform}") for platform in ("spotify", "deezer")],
    ]

    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("accept", ["application/json", CSV])
async def test_a_series_says_that_it_depends_on_what_is_accepted(client: httpx.AsyncClient, accept: str) -> None:
    first = await client.get(SERIES, headers={"accept": accept})
    again = await client.get(SERIES, headers={"accept": accept, "if-none-match": first.headers["etag"]})

    assert (first.headers["vary"], again.headers["vary"]) == ("Accept", "Accept")


@pytest.mark.parametrize("path", ["/analyst/artists/7/stats", "/analyst/artists/x/stats", "/healthz", "/readyz"])
async def test_problems_and_health_are_not_kept(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"if-none-match": "*"})

    assert answer.status_code != 304
    assert "etag" not in answer.headers
