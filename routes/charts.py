"""Where an artist stands in the charts, over REST."""

from collections.abc import Sequence
from typing import Annotated, NotRequired

from pydantic import Field
from starlette.requests import Request
from typing_extensions import TypedDict

from routes.answers import Day, Instant, JSONAnswer, NotModified, unless_known
from routes.parameters import ARTIST_ID
from routes.requests import services_of
from services.charts import ARTIST_FIELDS, MOST_PLACEMENTS
from services.model.artist import Artist
from services.model.charts import ChartFamily
from services.model.instants import rfc3339
from services.model.presence import Chart, ChartPresence, Placement
from services.platforms import Platform


class PlacementRow(TypedDict):
    """An artist in a chart."""

    rank: Annotated[int | None, Field(description="1 is the highest; null where the chart has none.")]
    scope: Annotated[str | None, Field(description="The country, format or period of the chart, or its own name.")]
    title: str | None
    date: Day | None


class ChartRow(TypedDict):
    """Charts of one kind: with a rank where the artist stands there once, else with placements."""

    source: Annotated[str, Field(description="The collection that the charts are stored in.")]
    label: str
    family: ChartFamily
    rank: NotRequired[Annotated[int, Field(description="The rank, where the artist stands there once.")]]
    entryCount: Annotated[int, Field(description="How often the artist stands there.")]
    placements: NotRequired[
        Annotated[
            Sequence[PlacementRow],
            Field(description=f"The newest first, of a day the highest; the first {MOST_PLACEMENTS}."),
        ]
    ]


class Presence(TypedDict):
    """All charts that an artist stands in."""

    artistId: int
    name: str | None
    spotifyId: str | None
    chartCount: Annotated[int, Field(description="The length of charts.")]
    families: Annotated[Sequence[ChartFamily], Field(description="Each once, by name.")]
    scrapedAtMax: Annotated[Instant | None, Field(description="When the newest row of the artist was scraped.")]
    charts: Annotated[Sequence[ChartRow], Field(description="By the names of their collections.")]


class PresenceAnswer(TypedDict):
    """The charts in their envelope."""

    data: Presence


async def chart_presence(request: Request) -> JSONAnswer[PresenceAnswer] | NotModified:
    """The charts that an artist stands in.

    Charts of one kind together: with the rank where the artist stands there once, else with the placements.
    """
    artist_id, services = ARTIST_ID.of(request), services_of(request.scope)
    artist = await services.artists.one(artist_id, fields=ARTIST_FIELDS)
    (presence,) = await services.chart_presence.many([artist])
    several = [chart for chart in presence.charts if chart.rank is None]
    placements = await services.chart_presence.placements(several, limit=MOST_PLACEMENTS)
    by_source = dict(zip((chart.source for chart in several), placements, strict=True))
    answer = _presence(artist, presence, [_chart(chart, by_source.get(chart.source)) for chart in presence.charts])
    return unless_known(request, answer, lambda: JSONAnswer({"data": answer}))


def _presence(artist: Artist, presence: ChartPresence, charts: Sequence[ChartRow]) -> Presence:
    at = presence.scraped_at_max
    return {
        "artistId": artist.id,
        "name": artist.name,
        "spotifyId": artist.platform_id(Platform.SPOTIFY),
        "chartCount": presence.chart_count,
        "families": presence.families,
        "scrapedAtMax": rfc3339(at) if at else None,
        "charts": charts,
    }


def _chart(chart: Chart, placements: Sequence[Placement] | None) -> ChartRow:
    row: ChartRow = {
        "source": chart.source,
        "label": chart.label,
        "family": chart.family,
        "entryCount": chart.entry_count,
    }
    if chart.rank is not None:
        row["rank"] = chart.rank
    else:
        row["placements"] = [_placement(placement) for placement in placements or ()]
    return row


def _placement(placement: Placement) -> PlacementRow:
    return {
        "rank": placement.rank,
        "scope": placement.scope,
        "title": placement.title,
        "date": placement.date,
    }
