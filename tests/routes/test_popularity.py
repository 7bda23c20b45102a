from typing import Any

import httpx
import pytest

from tests.builders import artist_document, point_document
from tests.conftest import Database

SERIES = "/analyst/artists/61/popularity"
AS_CSV = {"accept": "text/csv"}


@pytest.fixture(autouse=True)
async def _stored(database: Database) -> None:
    await database.artists(artist_document(), artist_document(62, external_data={}))
    await database.points(
        point_document("2025-11-03", 74),
        point_document("2026-10-02", 70),
        point_document("2026-11-01", 71),
        point_document("2026-11-01", 12, platform="deezer"),
    )


async def items_of(client: httpx.AsyncClient, query: str) -> Any:
    return (await client.get(f"{SERIES}?{query}")).json()["data"]["items"]


async def test_the_series_has_every_key_of_the_contract(client: httpx.AsyncClient) -> None:
    answer = await client.get(SERIES)

    assert answer.json() == {
        "data": {
            "items": [
                {"date": "2025-11-03", "value": 74},
                {"date": "2026-10-02", "value": 70},
                {"date": "2026-11-01", "value": 71},
            ]
        },
        "meta": {
            "artist_id": 61,
            "platform": "spotify",
            "fresh": True,
            "lastDate": "2026-11-01",
            "refreshed": False,
            "pointsWritten": 0,
            "pagesFetched": 0,
            "error": None,
        },
    }


async def test_the_days_asked_for_are_answered_both_ends_included(client: httpx.AsyncClient) -> None:
    items = await items_of(client, "startDate=2025-11-03&endDate=2026-10-02T00:00:00Z")

    assert [point["date"] for point in items] == ["2025-11-03", "2026-10-02"]


async def test_the_platform_asked_for_is_answered(client: httpx.AsyncClient) -> None:
    assert await items_of(client, "platform=deezer") == [{"date": "2026-11-01", "value": 12}]


async def test_a_forced_refresh_says_that_nobody_can_be_asked(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{SERIES}?refresh=true")

    assert answer.json()["meta"]["error"] == "No provider is configured."
    assert len(answer.json()["data"]["items"]) == 3


async def test_the_summary_has_every_key_of_the_contract(client: httpx.AsyncClient) -> None:
    answer = await client.get("/artists/61/popularity/spotify")

    assert answer.json() == {
        "data": {
            "current": {"date": "2026-11-01", "value": 71},
            "peak": {"date": "2025-11-03", "value": 74},
            "years": [
                {"year": 2025, "average": 74.0, "peak": {"date": "2025-11-03", "value": 74}},
                {"year": 2026, "average": 70.5, "peak": {"date": "2026-11-01", "value": 71}},
            ],
            "change30d": 1,
            "change365d": -3,
        }
    }


@pytest.mark.parametrize("ending", ["", ".svg"], ids=["summary", "picture"])
async def test_where_no_point_is_stored_there_is_nothing_to_sum_up_or_draw(
    client: httpx.AsyncClient, ending: str
) -> None:
    answer = await client.get(f"/artists/61/popularity/tidal{ending}")

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


async def test_a_picture_shows_the_days_asked_for(client: httpx.AsyncClient) -> None:
    answer = await client.get("/artists/61/popularity/spotify.svg?startDate=2025-12-01&endDate=2026-11-30")

    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert "<title>Nova Ruiz: Popularity on Spotify</title>" in answer.text
    assert (
        "<desc>From 1 Dec 2025 to 30 Nov 2026. Peak: 71 on 1 Nov 2026. Current: 71 on 1 Nov 2026.</desc>" in answer.text
    )


async def test_a_picture_whose_days_end_before_the_newest_calls_none_current(client: httpx.AsyncClient) -> None:
    answer = await client.get("/artists/61/popularity/spotify.svg?endDate=2026-10-31")

    assert "Peak: 74 on 3 Nov 2025. Last: 70 on 2 Oct 2026." in answer.text


async def test_a_picture_of_days_without_points_says_so(client: httpx.AsyncClient) -> None:
    answer = await client.get("/artists/61/popularity/spotify.svg?startDate=2030-01-01")

    assert answer.status_code == 200
    assert "<desc>No popularity is stored from 1 Jan 2030 on.</desc>" in answer.text


async def test_a_picture_of_an_artist_without_a_name_is_called_by_its_id(
    client: httpx.AsyncClient, database: Database
) -> None:
    await database.artists(artist_document(63, name=None))
    await database.points(point_document("2026-11-01", 71, artist_id=63))

    answer = await client.get("/artists/63/popularity/spotify.svg")

    assert "<title>Artist 63: Popularity on Spotify</title>" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/analyst/artists/62/popularity",
        "/artists/62/popularity/spotify",
        "/artists/62/popularity/spotify.svg",
        "/analyst/artists/7/popularity",
        "/artists/7/popularity/spotify.svg",
    ],
    ids=[
        "series without soundcharts_uuid",
        "summary without soundcharts_uuid",
        "picture without soundcharts_uuid",
        "series of an unknown artist",
        "picture of an unknown artist",
    ],
)
async def test_an_artist_without_popularity_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    "path",
    [
        f"{SERIES}?startDate=2026-02-30",
        f"{SERIES}?startDate=2026-11-02&endDate=2026-11-01",
        f"{SERIES}?platform=myspace",
        "/artists/61/popularity/myspace",
        f"{SERIES}?storedOnly=1&refresh=1",
        "/artists/61/popularity/myspace.svg",
        "/artists/61/popularity/spotify.svg?startDate=soon",
        "/artists/61/popularity/spotify.svg?startDate=2026-11-02&endDate=2026-11-01",
    ],
    ids=[
        "no day",
        "reversed days",
        "platform",
        "platform of a summary",
        "contradiction",
        "platform of a picture",
        "no day of a picture",
        "reversed days of a picture",
    ],
)
async def test_bad_input_is_told(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_USER_INPUT")


async def test_a_series_is_csv_for_who_prefers_it(client: httpx.AsyncClient, database: Database) -> None:
    await database.points(point_document("2026-11-03", 72, updatedAt=None))

    answer = await client.get(f"{SERIES}?startDate=2026-11-01", headers=AS_CSV)

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="popularity-61-spotify-2026-11-20.csv"'
    assert answer.content.decode() == (
        "\ufeffartist_id,name,platform,date,value,updated_at\r\n"
        "61,Nova Ruiz,spotify,2026-11-01,71,2026-11-20T08:00:00.000Z\r\n"
        "61,Nova Ruiz,spotify,2026-11-03,72,\r\n"
    )


async def test_a_csv_asks_no_provider_so_a_refresh_for_one_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{SERIES}?refresh=true", headers=AS_CSV)

    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize("query", ["startDate=2026-02-30", "platform=myspace", "maxWaitMs=soon"])
async def test_a_csv_tells_bad_input_as_json_does(client: httpx.AsyncClient, query: str) -> None:
    answers = [await client.get(f"{SERIES}?{query}", headers=headers) for headers in (AS_CSV, {})]

    assert answers[0].status_code == 400
    assert answers[0].json()["detail"] == answers[1].json()["detail"]
