"""An artist's popularity over REST: the series, and the summary that the Promoters client shows."""

from starlette.requests import Request
from starlette.responses import Response

from routes import answers
from routes.requests import artist_id_of, mode_of, parameter, platform_of, services_of, window_of
from services.errors import NotFound
from services.freshness import ReadMode
from services.model.popularity import Window

_ARTIST_FIELDS = frozenset({"soundcharts_uuid"})


async def popularity(request: Request) -> Response:
    """`{"data": {"items": […]}, "meta": {…}}`: the points of the asked days, ascending."""
    artist_id, mode, window = artist_id_of(request), mode_of(request), window_of(request)
    platform = platform_of(parameter(request, "platform"))
    services = services_of(request.scope)
    artist = await services.artists.one(artist_id, fields=_ARTIST_FIELDS)
    series = await services.popularity.one(
        artist, platform=platform, window=window, mode=mode, fields=frozenset({"items", "meta"})
    )
    meta = series.meta
    return answers.data(
        {"items": series.items},
        meta={
            "artist_id": artist_id,
            "platform": platform,
            "fresh": meta.fresh,
            "lastDate": meta.last_date,
            "refreshed": meta.refreshed,
            "pointsWritten": meta.points_written,
            "pagesFetched": meta.pages_fetched,
            "error": meta.error,
        }
        if meta
        else None,
    )


async def popularity_summary(request: Request) -> Response:
    """`{"data": {…}}`: the newest point, the highest, each year's mean and highest, and the changes."""
    artist_id, platform = artist_id_of(request), platform_of(request.path_params["platform"])
    services = services_of(request.scope)
    artist = await services.artists.one(artist_id, fields=_ARTIST_FIELDS)
    series = await services.popularity.one(
        artist, platform=platform, window=Window(), mode=ReadMode(), fields=frozenset({"summary"})
    )
    summary = series.summary
    if summary is None:
        raise NotFound(f"No popularity on {platform} is stored for artist {artist_id}.")
    return answers.data(
        {
            "current": summary.current,
            "peak": summary.peak,
            "years": [{"year": year.year, "average": year.average, "peak": year.peak} for year in summary.years],
            "change30d": summary.change_30d,
            "change365d": summary.change_365d,
        }
    )
