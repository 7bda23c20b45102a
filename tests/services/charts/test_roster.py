import pytest

from services import Services
from services.chart_collections import ITUNES_CHARTS, SPOTIFY_LISTENERS
from services.charts import RowIds, read_roster, roster
from tests.builders import artist_document
from tests.conftest import Database


async def test_every_artist_is_known_by_its_names_and_its_spotify_id(
    services: Services, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "PAGE", 2)
    await database.artists(
        artist_document(61),
        artist_document(62, name="Ana", sortName=None, platforms={}),
        artist_document(63, name=None, sortName="Bo", platforms={"spotify": None}),
    )

    found = await read_roster(services.store)

    assert found.ids({"spotifyId": "4q3ewBCX7sLwd24euuV69X"}, SPOTIFY_LISTENERS) == RowIds({"artist_id": 61})
    assert [
        found.ids({"artist": name}, ITUNES_CHARTS).found.get("artist_id")
        for name in ("Nova Ruiz", "Ruiz, Nova", "ANA", "Bo", "Cy")
    ] == [61, 61, 62, 63, None]


async def test_no_artists_are_a_roster_of_nobody(services: Services) -> None:
    assert not (await read_roster(services.store)).knows("Nova Ruiz")
