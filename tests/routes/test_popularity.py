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


async def test_a_summary_of_no_points_is_not_found(client: httpx.AsyncClient) -> None:
    answer = await client.get("/artists/61/popularity/tidal")

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    "path",
    ["/analyst/artists/62/popularity", "/artists/62/popularity/spotify", "/analyst/artists/7/popularity"],
    ids=["series without soundcharts_uuid", "summary without soundcharts_uuid", "unknown artist"],
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
    ],
    ids=["no day", "reversed days", "platform", "platform of a summary", "contradiction"],
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
