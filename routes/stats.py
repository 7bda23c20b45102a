"""An artist's stats and their health over REST, in the shapes that the Promoters client reads."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from routes import answers
from routes.requests import artist_id_of, mode_of, services_of
from services.metrics import METRICS
from services.model.instants import rfc3339
from services.model.stats import Stats

_NO_FIELDS: frozenset[str] = frozenset()


async def stats(request: Request) -> Response:
    """`{"data": {…}}` with every REST key of the metric table, null where unknown."""
    artist_id, mode, services = artist_id_of(request), mode_of(request), services_of(request.scope)
    artist = await services.artists.one(artist_id, fields=_NO_FIELDS)
    return answers.data(_flat(artist_id, await services.stats.one(artist, mode)))


async def stats_health(request: Request) -> Response:
    """How the stored stats stand; asking for it never refreshes them."""
    artist_id, services = artist_id_of(request), services_of(request.scope)
    artist = await services.artists.one(artist_id, fields=_NO_FIELDS)
    health = await services.stats.one_health(artist)
    return answers.JSONAnswer(
        {
            "exists": health.exists,
            "fresh": health.fresh,
            "updatedAt": rfc3339(health.updated_at) if health.updated_at else None,
            "last_refresh_source": health.last_refresh_source,
            "last_refresh_error": health.last_refresh_error,
        }
    )


def _flat(artist_id: int, found: Stats | None) -> dict[str, Any]:
    return {
        "artist_id": artist_id,
        **{row.rest_key: found.values[row.name] if found else None for row in METRICS},
        "updatedAt": rfc3339(found.updated_at) if found else None,
        "fresh": found.fresh if found else False,
        "last_refresh_source": found.last_refresh_source if found else None,
    }
