"""An artist's stats and their health over REST, in the shapes that the Promoters client reads."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, NotRequired

from pydantic import Field
from starlette.requests import Request
from typing_extensions import TypedDict

from routes.answers import Day, Instant, JSONAnswer, Long, NotModified, unless_known
from routes.parameters import ARTIST_ID, GROWTH
from routes.requests import mode_of, services_of
from services.freshness import STATS
from services.metrics import BY_NAME, METRICS
from services.model.instants import rfc3339
from services.model.stats import Growth, Stats
from services.stats import VALUES_NEED

_NO_FIELDS: frozenset[str] = frozenset()


class GrowthAnswer(TypedDict):
    """How a metric changed between two stored days."""

    change: Annotated[Long, Field(description="The later value less the earlier.")]
    percent: Annotated[float | None, Field(description="The change in percent of the earlier value, to two decimals.")]
    since: Annotated[Day, Field(description="The earlier day: the stored one nearest to so many days before.")]
    until: Annotated[Day, Field(description="The later day: the newest that is stored.")]
    sameSource: Annotated[bool, Field(description="Whether both values have one source; else it may be no growth.")]


class _Flat(TypedDict):
    artist_id: int
    updatedAt: Annotated[Instant | None, Field(description="When they were last refreshed; null: nothing is stored.")]
    fresh: Annotated[bool, Field(description=f"Whether they are younger than {STATS.max_age.days} days.")]
    last_refresh_source: Annotated[
        str | None, Field(description="What gave a value at the last refresh, as `viberate+native(genius,lastfm)`.")
    ]
    growth: NotRequired[
        Annotated[
            dict[str, GrowthAnswer],
            Field(description="Only where `growth` asks for it: by REST key, of each metric that has both values."),
        ]
    ]


if TYPE_CHECKING:
    # A checker can't follow keys that come from a table.
    FlatStats = _Flat
else:
    _METRICS = {row.rest_key: Annotated[Long | None, Field(description=row.description)] for row in METRICS}
    FlatStats = TypedDict("FlatStats", {"artist_id": int, **_METRICS, **_Flat.__annotations__})
    FlatStats.__doc__ = "An artist's metrics by REST key, null where unknown, and how fresh they are."


class StatsAnswer(TypedDict):
    """The stats in their envelope."""

    data: FlatStats


class StatsHealthAnswer(TypedDict):
    """How the stored stats stand."""

    exists: Annotated[bool, Field(description="Whether any are stored.")]
    fresh: Annotated[bool, Field(description=f"Whether they are younger than {STATS.max_age.days} days.")]
    updatedAt: Instant | None
    last_refresh_source: str | None
    last_refresh_error: Annotated[str | None, Field(description="Why the last refresh failed; null where it didn't.")]


async def stats(request: Request) -> JSONAnswer[StatsAnswer] | NotModified:
    """An artist's stats.

    Every metric by its REST key, null where unknown. What is stored is answered while it is fresh; otherwise the
    providers are asked first. With `growth`, how each metric changed since so many days before.
    """
    artist_id, mode, services = ARTIST_ID.of(request), mode_of(request), services_of(request.scope)
    days = GROWTH.of(request)
    artist = await services.artists.one(artist_id, fields=_NO_FIELDS)
    found = await services.stats.one(artist, mode, fields=VALUES_NEED)
    changes = (await services.growth.many([artist_id], days=days))[0] if days else None
    facts = found and (found.values, found.updated_at, found.fresh, found.last_refresh_source)
    return unless_known(
        request, (artist_id, facts, changes), lambda: JSONAnswer({"data": _flat(artist_id, found, changes)})
    )


async def stats_health(request: Request) -> JSONAnswer[StatsHealthAnswer] | NotModified:
    """How an artist's stored stats stand.

    Whether there are any, how old they are and why the last refresh failed. Asking for it never refreshes them.
    """
    artist_id, services = ARTIST_ID.of(request), services_of(request.scope)
    artist = await services.artists.one(artist_id, fields=_NO_FIELDS)
    health = await services.stats.one_health(artist)
    answer: StatsHealthAnswer = {
        "exists": health.exists,
        "fresh": health.fresh,
        "updatedAt": rfc3339(health.updated_at) if health.updated_at else None,
        "last_refresh_source": health.last_refresh_source,
        "last_refresh_error": health.last_refresh_error,
    }
    return unless_known(request, (artist_id, answer), lambda: JSONAnswer(answer))


def _flat(artist_id: int, found: Stats | None, changes: Iterable[Growth] | None) -> FlatStats:
    metrics = {row.rest_key: found.values.get(row.name) if found else None for row in METRICS}
    beside: FlatStats = {
        "artist_id": artist_id,
        "updatedAt": rfc3339(found.updated_at) if found else None,
        "fresh": found.fresh if found else False,
        "last_refresh_source": found.last_refresh_source if found else None,
    }
    if changes is not None:
        beside["growth"] = {BY_NAME[change.metric].rest_key: _growth(change) for change in changes}
    return {"artist_id": artist_id, **metrics, **beside}  # type: ignore[typeddict-item]


def _growth(change: Growth) -> GrowthAnswer:
    return {
        "change": change.change,
        "percent": change.percent,
        "since": change.since.isoformat(),
        "until": change.until.isoformat(),
        "sameSource": change.same_source,
    }
