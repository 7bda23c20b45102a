"""Documents as they are stored, with a default for every field; a test names only what it is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

Document = dict[str, Any]

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SOUNDCHARTS_UUID = "11e81bcc-9c1c-ce38-b96b-a0369fe50396"


def artist_document(artist_id: int = 61, **changes: Any) -> Document:
    """A document of `kisum_data.artists_v2`."""
    return {
        "id": artist_id,
        "name": "Nova Ruiz",
        "sortName": "Ruiz, Nova",
        "image": "https://images.example/61.jpg",
        "country": "ES",
        "genres": ["pop", "flamenco"],
        "platforms": {"spotify": {"id": "4q3ewBCX7sLwd24euuV69X"}, "youtube": {"id": "UCmBA_wu8xGg1OfOkfW13Q0Q"}},
        "external_data": {
            "viberate_uuid": "fb092561-f572-49ed-b75e-b4853f65aa09",
            "soundcharts_uuid": SOUNDCHARTS_UUID,
            "songstats_id": "z0xl1iq2",
        },
    } | changes


def stats_document(artist_id: int = 61, **changes: Any) -> Document:
    """A document of `data_analyst.artist_data`, a day old at NOW."""
    at = NOW - timedelta(days=1)
    return {
        "artist_id": artist_id,
        "spotify_followers": 1_204_331,
        "spotify_monthly_listeners": 5_102_233,
        "youtube_views": 3_900_221_100,
        "updatedAt": at,
        "last_refresh_source": "viberate+native(genius,lastfm)",
        "last_refresh_error": None,
        "provenance": {
            "spotify_followers": {"source": "viberate", "at": at},
            "spotify_monthly_listeners": {"source": "native(spotify_listeners)", "at": at},
        },
    } | changes


def chart_document(*rows: Document, **changes: Any) -> Document:
    """A document of a nested chart collection: a week of Billboard's Hot 100, with these rows."""
    return {
        "chart": "hot-100",
        "date": "2026-11-14",
        "scrapedAt": NOW - timedelta(days=1),
        "data": list(rows),
    } | changes


def chart_row(rank: Any = 4, **changes: Any) -> Document:
    """A row of such a chart, which is nobody's but for its name."""
    return {"rank": rank, "artist": "Nova Ruiz", "title": "Luz", "artist_id": None} | changes


def listeners_row(rank: Any = 12, **changes: Any) -> Document:
    """A document of `charts.kworb_spotify_listeners`, which is flat: a row."""
    return {
        "rank": rank,
        "artist": "Nova Ruiz",
        "spotifyId": "4q3ewBCX7sLwd24euuV69X",
        "artist_id": 61,
        "listeners": 5_102_233,
        "scrapedAt": NOW - timedelta(days=2),
    } | changes


def point_document(
    date: Any, value: Any, *, artist_id: int = 61, platform: str = "spotify", **changes: Any
) -> Document:
    """A document of `data_analyst.artist_popularity`."""
    return {
        "artist_id": artist_id,
        "platform": platform,
        "date": date,
        "value": value,
        "source": "soundchart",
        "soundcharts_uuid": SOUNDCHARTS_UUID,
        "updatedAt": NOW,
    } | changes


def day_document(date: str, *, artist_id: int = 61, source: str = "viberate", **values: Any) -> Document:
    """A document of `data_analyst.artist_data_history`."""
    provenance = {name: {"source": source, "at": NOW} for name in values}
    return {"artist_id": artist_id, "date": date, "provenance": provenance, **values}
