import pytest

from services import Services
from services.chart_collections import BILLBOARD, COLLECTIONS, SPOTIFY_LISTENERS
from services.charts.scan import ChartScan, in_order
from services.errors import StoreUnavailable
from services.model.charts import Key, MatchedBy
from services.model.presence import EntryGroup, Place
from tests.builders import NOW, chart_document, chart_row, listeners_row
from tests.conftest import Database

NOVA = Key(MatchedBy.ARTIST_ID, "61")


async def test_rows_with_a_key_are_found_in_groups_with_their_places_in_order(
    services: Services, database: Database
) -> None:
    await database.insert(
        BILLBOARD.stored,
        chart_document(
            chart_row(9, artist_id=61), chart_row(4, artist_id=61), chart_row(5, artist_id=62), scrapedAt=NOW
        ),
        chart_document(chart_row(7, artist_id=61), date="2026-11-21"),
    )

    (group,) = await ChartScan(services.store).groups([NOVA], collections=COLLECTIONS)

    assert group == EntryGroup(
        collection="billboard",
        claims=((NOVA,),),
        count=3,
        rank=9,
        scraped_at=NOW,
        places=(
            Place(7, "hot-100", "Luz", "2026-11-21"),
            Place(4, "hot-100", "Luz", "2026-11-14"),
            Place(9, "hot-100", "Luz", "2026-11-14"),
        ),
    )


async def test_only_the_collections_asked_for_are_gone_over(services: Services, database: Database) -> None:
    await database.insert(SPOTIFY_LISTENERS.stored, listeners_row())

    assert await ChartScan(services.store).groups([NOVA], collections=[BILLBOARD]) == []


async def test_a_scan_that_takes_too_long_is_given_up(services: Services, database: Database) -> None:
    await database.insert(SPOTIFY_LISTENERS.stored, listeners_row())

    with pytest.raises(StoreUnavailable, match="index is being built"):
        await ChartScan(services.store, longest_s=0).groups([NOVA], collections=COLLECTIONS)


def test_places_are_in_order_the_newest_first_and_of_a_day_the_highest() -> None:
    ordered = [
        Place(9, date="2026-11-21"),
        Place(1, date="2026-11-14"),
        Place(2, date="2026-11-14", scope="es"),
        Place(2, date="2026-11-14", scope="es", title="Luz"),
        Place(2, date="2026-11-14", scope="us"),
        Place(date="2026-11-14"),
        Place(3),
        Place(),
    ]

    assert sorted(reversed(ordered), key=in_order) == ordered
