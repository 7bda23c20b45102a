"""Where an artist stands in the charts."""

from collections.abc import Sequence
from typing import Annotated

from strawberry import UNSET, argument

from resolvers.context import Context
from services.charts import MOST_PLACEMENTS
from services.model.artist import Artist
from services.model.charts import ChartFamily
from services.model.presence import Chart, ChartPresence, Placement


async def chart_presence(
    context: Context,
    artists: Sequence[Artist],
    *,
    fields: frozenset[str],
    families: Annotated[
        list[ChartFamily] | None, argument(description="The families to tell of; by default all.")
    ] = UNSET,
) -> list[ChartPresence]:
    """The charts of each artist."""
    wanted = None if families is UNSET else families
    return await context.services.chart_presence.many(artists, families=wanted)


async def placements(
    context: Context,
    charts: Sequence[Chart],
    *,
    fields: frozenset[str],
    limit: Annotated[int, argument(description=f"How many to give at most, 1 to {MOST_PLACEMENTS}.")] = 100,
) -> list[list[Placement]]:
    """The first placements of each chart."""
    return await context.services.chart_presence.placements(charts, limit=limit)
