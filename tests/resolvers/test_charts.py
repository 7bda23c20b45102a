import pytest
from strawberry import UNSET

from resolvers.charts import chart_presence, placements
from resolvers.context import Context
from services.model.artist import Artist
from services.model.charts import ChartFamily
from tests.builders import chart_document, chart_row, listeners_row
from tests.conftest import Database

ARTISTS = [Artist(61, "Nova Ruiz"), Artist(7, "Ana")]
NO_FIELDS: frozenset[str] = frozenset()


@pytest.fixture(autouse=True)
async def _stored(database: Database) -> None:
    await database.insert("charts.kworb_spotify_listeners", listeners_row())
    await database.insert("charts.billboard", chart_document(*(chart_row(rank) for rank in range(1, 121))))


async def test_each_artist_has_its_charts_in_the_order_asked(context: Context) -> None:
    found = await chart_presence(context, ARTISTS, fields=NO_FIELDS)

    assert [[chart.source for chart in presence.charts] for presence in found] == [
        ["billboard", "kworb_spotify_listeners"],
        [],
    ]


@pytest.mark.parametrize(
    ("families", "count"),
    [(UNSET, 2), (None, 2), ([], 0), ([ChartFamily.BILLBOARD], 1), ([ChartFamily.RADIO], 0)],
    ids=str,
)
async def test_families_are_those_asked_for_by_default_all(
    context: Context, families: list[ChartFamily] | None, count: int
) -> None:
    (found,) = await chart_presence(context, ARTISTS[:1], fields=NO_FIELDS, families=families)

    assert found.chart_count == count


async def test_a_hundred_placements_are_given_unless_another_number_is_asked_for(context: Context) -> None:
    (presence,) = await chart_presence(context, ARTISTS[:1], fields=NO_FIELDS, families=[ChartFamily.BILLBOARD])

    (by_default,) = await placements(context, presence.charts, fields=NO_FIELDS)
    (three,) = await placements(context, presence.charts, fields=NO_FIELDS, limit=3)

    assert [placement.rank for placement in by_default] == list(range(1, 101))
    assert three == by_default[:3]
