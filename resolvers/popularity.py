"""An artist's popularity over time."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from strawberry import UNSET, argument

from resolvers.arguments import MaxWaitMs, Refresh, StoredOnly, mode
from resolvers.context import Context
from services.model.artist import Artist
from services.model.popularity import Interval, PopularityPlatform, PopularitySeries, Window


async def popularity(
    context: Context,
    artists: Sequence[Artist],
    *,
    fields: frozenset[str],
    platform: Annotated[PopularityPlatform, argument(description="Whose popularity.")] = PopularityPlatform.SPOTIFY,
    start_date: Annotated[
        date | None, argument(description="The first day to answer; by default the first that is stored.")
    ] = UNSET,
    end_date: Annotated[
        date | None, argument(description="The last day to answer; by default the last that is stored.")
    ] = UNSET,
    interval: Annotated[
        Interval, argument(description="Days as stored, or the means of weeks or months.")
    ] = Interval.DAY,
    refresh: Refresh = False,
    max_wait_ms: MaxWaitMs = UNSET,
    stored_only: StoredOnly = False,
) -> list[PopularitySeries | None]:
    """The series of each artist; None for one that Soundcharts doesn't know."""
    return await context.services.popularity.many(
        artists,
        platform=platform,
        window=Window(start_date or None, end_date or None),
        interval=interval,
        mode=mode(context, refresh=refresh, max_wait_ms=max_wait_ms, stored_only=stored_only),
        fields=fields,
    )


async def sparkline(
    context: Context,
    series: Sequence[PopularitySeries],
    *,
    fields: frozenset[str],
    points: Annotated[int, argument(description="How many values to give, 1 to 1000.")] = 30,
) -> list[list[int | None]]:
    """The last value in each span, for each series."""
    return await context.services.popularity.sparklines(series, points=points)
