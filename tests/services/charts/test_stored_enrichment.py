from collections import Counter
from typing import Any

import pytest
from pymongo import MongoClient

from services import Services
from services.chart_collections import BILLBOARD, ITUNES_CHARTS, SPOTIFY_LISTENERS, ChartCollection
from services.charts import Enriched, Roster, RowIds, StoredEnrichment
from services.store import chart_documents
from tests.builders import Document
from tests.conftest import Database
from tests.services.charts.test_matching import ANA, NOVA, NOVA_ON_SPOTIFY, artist

ROSTER = Roster([NOVA, ANA, artist(63, "Bo"), artist(64, "BO")])


async def enrich(services: Services, collection: ChartCollection, pages: list[int] | None = None) -> Enriched:
    told = [] if pages is None else pages
    return await StoredEnrichment(services.store, ROSTER).enrich(collection, on_documents=told.append)


async def test_rows_of_a_flat_collection_are_given_their_ids(services: Services, database: Database) -> None:
    await database.insert(
        SPOTIFY_LISTENERS.stored,
        {"spotifyId": NOVA_ON_SPOTIFY, "listeners": 5},
        {"spotifyId": NOVA_ON_SPOTIFY, "artist_id": 7},
        {"spotifyId": "another", "artist_id": None},
    )

    assert await enrich(services, SPOTIFY_LISTENERS) == Enriched(SPOTIFY_LISTENERS.name, rows=3, carried=1, given=1)
    assert await database.all(SPOTIFY_LISTENERS.stored) == [
        {"spotifyId": NOVA_ON_SPOTIFY, "listeners": 5, "artist_id": 61},
        {"spotifyId": NOVA_ON_SPOTIFY, "artist_id": 7},
        {"spotifyId": "another", "artist_id": None},
    ]


async def test_rows_of_a_nested_collection_are_given_theirs(services: Services, database: Database) -> None:
    rows: list[Any] = ["odd", {"rank": 1, "artist": "NOVA RUIZ"}, {"rank": 2, "artist": "Cy"}, None]
    await database.insert(ITUNES_CHARTS.stored, {"_id": 1, "data": rows}, {"_id": 2, "data": "odd"}, {"_id": 3})

    assert await enrich(services, ITUNES_CHARTS) == Enriched(ITUNES_CHARTS.name, rows=2, given=1)
    assert (await database.all(ITUNES_CHARTS.stored))[0]["data"] == [
        "odd",
        {"rank": 1, "artist": "NOVA RUIZ", "artist_id": 61},
        {"rank": 2, "artist": "Cy"},
        None,
    ]


async def test_a_row_with_odd_fields_is_given_its_id_too(services: Services, database: Database) -> None:
    odd = {"spotifyId": NOVA_ON_SPOTIFY, "$odd": 1, "a.b": {"$c": 2}, "": 3}
    await database.insert(SPOTIFY_LISTENERS.stored, odd)

    assert (await enrich(services, SPOTIFY_LISTENERS)).missed == 0
    assert await database.all(SPOTIFY_LISTENERS.stored) == [odd | {"artist_id": 61}]


async def test_each_of_a_list_is_given_its_own(services: Services, database: Database) -> None:
    await database.insert(BILLBOARD.stored, {"_id": 1, "data": [{"artist": [{"name": "Ana"}, {"name": "Nova Ruiz"}]}]})

    assert await enrich(services, BILLBOARD) == Enriched(BILLBOARD.name, rows=1, given=1)
    assert (await database.all(BILLBOARD.stored))[0]["data"] == [
        {"artist": [{"name": "Ana", "id": 62}, {"name": "Nova Ruiz", "id": 61}]}
    ]


async def test_names_of_several_artists_are_listed(services: Services, database: Database) -> None:
    await database.insert(ITUNES_CHARTS.stored, {"data": [{"artist": "Bo"}, {"artist": "BO feat. Cy"}]})

    assert await enrich(services, ITUNES_CHARTS) == Enriched(
        ITUNES_CHARTS.name, rows=2, ambiguous={"Bo": (63, 64)}, ambiguous_rows=Counter({"Bo": 2})
    )


async def test_done_twice_it_changes_nothing(services: Services, database: Database) -> None:
    await database.insert(ITUNES_CHARTS.stored, {"data": [{"artist": "Ana"}, {"artist": "Cy"}]})
    await enrich(services, ITUNES_CHARTS)

    assert await enrich(services, ITUNES_CHARTS) == Enriched(ITUNES_CHARTS.name, rows=2, carried=1)


async def test_all_pages_are_gone_over_and_told(
    services: Services, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chart_documents, "NESTED_PAGE", 2)
    await database.insert(ITUNES_CHARTS.stored, *({"data": [{"artist": "Ana"}]} for _ in range(5)))
    pages: list[int] = []

    assert (await enrich(services, ITUNES_CHARTS, pages)).given == 5
    assert pages == [2, 2, 1]


async def test_a_chart_that_is_replaced_in_between_is_missed(
    services: Services, database: Database, mongodb: str
) -> None:
    await database.insert(ITUNES_CHARTS.stored, {"_id": 1, "data": [{"artist": "Ana"}]})

    with MongoClient[Document](mongodb) as others:

        class Interrupted(Roster):
            def ids(self, row: object, collection: ChartCollection) -> RowIds:
                charts = others[f"{database.prefix}charts"][ITUNES_CHARTS.name]
                charts.replace_one({"_id": 1}, {"data": [{"artist": "Cy"}]})
                return super().ids(row, collection)

        enrichment = StoredEnrichment(services.store, Interrupted([ANA]))
        enriched = await enrichment.enrich(ITUNES_CHARTS, on_documents=list[int]().append)

    assert enriched == Enriched(ITUNES_CHARTS.name, rows=1, given=1, missed=1)
    assert await database.all(ITUNES_CHARTS.stored) == [{"data": [{"artist": "Cy"}]}]
