"""An example of each answer, for who reads OpenAPI. A test asks for every one and compares."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from routes.problems import UNEXPECTED
from services.charts import SITES, Site
from services.errors import Code
from services.metrics import METRICS
from services.model.popularity import Point, PopularityMeta, PopularityPlatform, PopularitySeries, Window
from services.popularity import draw

JSON, CSV, SVG = "application/json", "text/csv", "image/svg+xml"


@dataclass(frozen=True, slots=True)
class Example:
    """A request for a kind of answer, and the answer: JSON as it is parsed, others as text."""

    path: str
    answer: Any
    media_type: str = JSON


_KWORB_PAGES, _BILLBOARD_PAGES = (len(SITES[site].chosen()) for site in Site)
_KEYS = tuple(row.rest_key for row in METRICS)
_NUMBERS = {"spotify": 1_204_331, "spotify_listeners": 5_102_233, "youtube_views": 3_900_221_100}
_CELLS = ",".join(str(_NUMBERS.get(key, "")) for key in _KEYS)
_SOURCE = "viberate+native(genius,lastfm)"
_AT = "2026-11-19T08:00:00.000Z"
_STATS = {
    "artist_id": 61,
    **{key: _NUMBERS.get(key) for key in _KEYS},
    "updatedAt": _AT,
    "fresh": True,
    "last_refresh_source": _SOURCE,
}
_GROWTH = {"change": 104_331, "percent": 9.48, "since": "2026-10-22", "until": "2026-11-19", "sameSource": True}
_POINTS = [
    Point(date="2025-11-03", value=74),
    Point(date="2026-10-02", value=70),
    Point(date="2026-11-01", value=71),
]
_DRAWN = PopularitySeries(
    61,
    PopularityPlatform.SPOTIFY,
    Window(date(2026, 10, 1), date(2026, 11, 1)),
    _POINTS[1:],
    PopularityMeta(True, "2026-11-01", refreshed=False, points_written=0, pages_fetched=0, error=None),
)

EXAMPLES: dict[str, tuple[Example, ...]] = {
    "/analyst/artists/{artist_id}/stats": (
        Example("/analyst/artists/61/stats", {"data": _STATS}),
        Example("/analyst/artists/61/stats?growth=28", {"data": _STATS | {"growth": {"spotify": _GROWTH}}}),
    ),
    "/analyst/artists/{artist_id}/stats/health": (
        Example(
            "/analyst/artists/61/stats/health",
            {
                "exists": True,
                "fresh": True,
                "updatedAt": _AT,
                "last_refresh_source": _SOURCE,
                "last_refresh_error": None,
            },
        ),
    ),
    "/analyst/artists/{artist_id}/chart-presence": (
        Example(
            "/analyst/artists/61/chart-presence",
            {
                "data": {
                    "artistId": 61,
                    "name": "Nova Ruiz",
                    "spotifyId": "4q3ewBCX7sLwd24euuV69X",
                    "chartCount": 2,
                    "families": ["billboard", "spotify_listeners"],
                    "scrapedAtMax": _AT,
                    "charts": [
                        {
                            "source": "billboard",
                            "label": "Billboard charts",
                            "family": "billboard",
                            "entryCount": 2,
                            "placements": [
                                {"rank": 4, "scope": "hot-100", "title": "Luz", "date": "2026-11-14"},
                                {"rank": 71, "scope": "hot-100", "title": "Brasa", "date": "2026-11-14"},
                            ],
                        },
                        {
                            "source": "kworb_spotify_listeners",
                            "label": "Spotify's monthly listeners",
                            "family": "spotify_listeners",
                            "entryCount": 1,
                            "rank": 12,
                        },
                    ],
                }
            },
        ),
    ),
    "/analyst/artists/{artist_id}/popularity": (
        Example(
            "/analyst/artists/61/popularity?platform=spotify",
            {
                "data": {"items": _POINTS},
                "meta": {
                    "artist_id": 61,
                    "platform": "spotify",
                    "fresh": True,
                    "lastDate": "2026-11-01",
                    "refreshed": False,
                    "pointsWritten": 0,
                    "pagesFetched": 0,
                    "error": None,
                },
            },
        ),
        Example(
            "/analyst/artists/61/popularity?platform=spotify",
            "artist_id,name,platform,date,value,updated_at\r\n"
            "61,Nova Ruiz,spotify,2025-11-03,74,2026-11-20T08:00:00.000Z\r\n"
            "61,Nova Ruiz,spotify,2026-10-02,70,2026-11-20T08:00:00.000Z\r\n"
            "61,Nova Ruiz,spotify,2026-11-01,71,2026-11-20T08:00:00.000Z\r\n",
            CSV,
        ),
    ),
    "/artists/{artist_id}/popularity/{platform}.svg": (
        Example(
            "/artists/61/popularity/spotify.svg?startDate=2026-10-01&endDate=2026-11-01",
            draw(_DRAWN, name="Nova Ruiz"),
            SVG,
        ),
    ),
    "/artists/{artist_id}/popularity/{platform}": (
        Example(
            "/artists/61/popularity/spotify",
            {
                "data": {
                    "current": _POINTS[2],
                    "peak": _POINTS[0],
                    "years": [
                        {"year": 2025, "average": 74.0, "peak": _POINTS[0]},
                        {"year": 2026, "average": 70.5, "peak": _POINTS[2]},
                    ],
                    "change30d": 1,
                    "change365d": -3,
                }
            },
        ),
    ),
    "/artists.csv": (
        Example(
            "/artists.csv?ids=61,62",
            f"artist_id,name,{','.join(_KEYS)},updated_at\r\n"
            f"61,Nova Ruiz,{_CELLS},{_AT}\r\n"
            f"62,Juno Vale,{',' * (len(_KEYS) - 1)},\r\n",
            CSV,
        ),
    ),
    "/instagram/refresh": (
        Example("/instagram/refresh", {"data": {"renewed": False, "expires_at": "2027-01-19T08:00:00.000Z"}}),
    ),
    "/instagram/me": (
        Example(
            "/instagram/me",
            {
                "data": {
                    "user_id": "17841405793187218",
                    "username": "kisum.agency",
                    "name": "Kisum",
                    "account_type": "BUSINESS",
                    "profile_picture_url": "https://scontent.example/kisum.agency.jpg",
                    "followers_count": 47_218,
                    "follows_count": 418,
                    "media_count": 2218,
                    "token_expires_at": "2027-01-19T08:00:00.000Z",
                }
            },
        ),
    ),
    "/crontab/kworb": (Example("/crontab/kworb", {"data": {"site": "kworb", "started": True, "pages": _KWORB_PAGES}}),),
    "/crontab/billboard": (
        Example("/crontab/billboard", {"data": {"site": "billboard", "started": True, "pages": _BILLBOARD_PAGES}}),
    ),
    "/healthz": (Example("/healthz", {"status": "ok"}),),
    "/readyz": (Example("/readyz", {"status": "ready"}),),
}

# For each code that REST has: where it is met, and what it says there.
PROBLEMS: dict[Code, tuple[str, str]] = {
    Code.BAD_USER_INPUT: (
        "/analyst/artists/abc/stats",
        "'abc' is no artist's id: an id is a whole number from 1 to 2147483647.",
    ),
    Code.UNAUTHENTICATED: (
        "/analyst/artists/61/stats",
        "A valid key is needed: X-Internal-API-Key, x-api-key or Authorization: Bearer.",
    ),
    Code.FORBIDDEN: (
        "/analyst/artists/61/stats",
        "This key may read; a refresh needs a key of MUSICDATA_INTERNAL_API_KEY.",
    ),
    Code.NOT_FOUND: ("/analyst/artists/7/stats", "No artist 7."),
    Code.INTERNAL: ("/analyst/artists/61/stats", UNEXPECTED),
    Code.UPSTREAM_FAILED: (
        "/analyst/artists/62/stats",
        "Nothing is stored for artist 62. No provider is configured.",
    ),
    Code.UNAVAILABLE: ("/analyst/artists/61/stats", "The database is away or too slow; try again in a moment."),
}
