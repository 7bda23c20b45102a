"""The pages that charts are read from, a file for each kind: THE tables of them, a site each.

Where they are and what stands on them is not documented by the sites: it was seen in public readers of them, and what
was a guess is said where it stands. A page with another shape is refused whole, as PageChanged.
"""

from collections.abc import Mapping

from services.chart_collections import (
    APPLE_MUSIC_CHARTS,
    BILLBOARD,
    CURRENT_CHARTS,
    DEEZER_CHARTS,
    GLOBAL_ARTISTS,
    ITUNES_CHARTS,
    RADIO_CHARTS,
    SHAZAM_CHARTS,
    SPOTIFY_COUNTRY_CHARTS,
    SPOTIFY_LISTENERS,
    SPOTIFY_PERIOD_CHARTS,
    SPOTIFY_TOP_ARTISTS,
    YOUTUBE_CHARTS,
)
from services.charts.pages import (
    billboard_chart,
    current_charts,
    global_artists,
    radio,
    spotify_listeners,
    spotify_songs,
    spotify_top_artists,
    stores,
    youtube,
)
from services.charts.pages.kind import Page, PageKind, PageRead
from services.charts.refusals import PageChanged

__all__ = ["BILLBOARD_PAGES", "CHARTS", "COUNTRIES", "KWORB_PAGES", "Page", "PageChanged", "PageKind", "PageRead"]

_EUROPE = "ad at be bg by ch cy cz de dk ee es fi fr gb gr hu ie is it lt lu lv mt nl no pl pt ro se sk ua"
_ELSEWHERE = "ae ar au bo br ca cl co cr do ec eg gt hk hn id il in jp kr kz ma mx my ng ni nz pa pe ph pk py sa sg sv"
COUNTRIES = (*_EUROPE.split(), *_ELSEWHERE.split(), "th", "tr", "tw", "us", "uy", "ve", "vn", "za")
CHARTS = ("hot-100", "billboard-200", "artist-100", "billboard-global-200", "streaming-songs", "radio-songs")

_EACH: tuple[Mapping[str, str], ...] = tuple({"country": country} for country in COUNTRIES)
_WORLD: Mapping[str, str] = {"country": "global"}
_RADIO: Mapping[str, str] = {"chart": "radio", "format": "overall"}
# There are eleven.
_FURTHER = tuple(f"spotify/listeners{number}.html" for number in range(2, 20))

KWORB_PAGES: tuple[PageKind, ...] = (
    PageKind("listeners", "spotify/listeners.html", SPOTIFY_LISTENERS, spotify_listeners.read, further=_FURTHER),
    PageKind("top-artists", "spotify/artists.html", SPOTIFY_TOP_ARTISTS, spotify_top_artists.read),
    PageKind("global-artists", "itunes/", GLOBAL_ARTISTS, global_artists.read, further=(global_artists.EXTENDED,)),
    PageKind("current", "charts/", CURRENT_CHARTS, current_charts.read),
    *(
        PageKind(
            f"spotify-{period.replace('_', '-')}",
            f"spotify/country/{{country}}_{period}.html",
            collection,
            spotify_songs.read,
            {"chart": "spotify", "country": "{country}", "period": period},
            usual,
        )
        for period, collection, usual in (
            ("daily", SPOTIFY_COUNTRY_CHARTS, (_WORLD, *_EACH)),
            ("weekly", SPOTIFY_PERIOD_CHARTS, (_WORLD, *_EACH)),
            ("daily_totals", SPOTIFY_PERIOD_CHARTS, (_WORLD,)),
            ("weekly_totals", SPOTIFY_PERIOD_CHARTS, (_WORLD,)),
        )
    ),
    PageKind("itunes-world", "ww/", ITUNES_CHARTS, stores.read, {"chart": "itunes", **_WORLD}),
    PageKind("apple-music-world", "apple_songs/", APPLE_MUSIC_CHARTS, stores.read, {"chart": "apple_music", **_WORLD}),
    *(
        PageKind(
            chart.replace("_", "-"),
            f"charts/{folder}/{{country}}.html",
            collection,
            stores.read,
            {"chart": chart, "country": "{country}"},
            _EACH,
        )
        for chart, folder, collection in (
            ("itunes", "itunes", ITUNES_CHARTS),
            ("apple_music", "apple_s", APPLE_MUSIC_CHARTS),
            ("deezer", "deezer", DEEZER_CHARTS),
            ("shazam", "shazam", SHAZAM_CHARTS),
        )
    ),
    PageKind("radio", "radio/", RADIO_CHARTS, radio.read, _RADIO),
    PageKind(
        "radio-archive", "radio/archives/{date}.html", RADIO_CHARTS, radio.read, _RADIO, usual=(), is_archived=True
    ),
    PageKind("youtube", "youtube/", YOUTUBE_CHARTS, youtube.read_moment, {"chart": "youtube", "period": "now"}),
    PageKind(
        "youtube-weekly",
        "youtube/insights/{country}.html",
        YOUTUBE_CHARTS,
        youtube.read_insights,
        {"chart": "youtube", "country": "{country}", "period": "weekly"},
        _EACH,
    ),
    PageKind(
        "youtube-daily",
        "youtube/insights/{country}_daily.html",
        YOUTUBE_CHARTS,
        youtube.read_insights,
        {"chart": "youtube", "country": "{country}", "period": "daily"},
        _EACH,
    ),
)
# Each week of a chart is kept. The first kind has no name: its charts are called by their own.
BILLBOARD_PAGES: tuple[PageKind, ...] = (
    PageKind(
        "",
        "charts/{chart}/",
        BILLBOARD,
        billboard_chart.read,
        {"chart": "{chart}"},
        tuple({"chart": chart} for chart in CHARTS),
        is_archived=True,
    ),
    PageKind(
        "",
        "charts/{chart}/{date}/",
        BILLBOARD,
        billboard_chart.read,
        {"chart": "{chart}"},
        usual=(),
        is_archived=True,
    ),
    PageKind(
        "year-end",
        "charts/year-end/{year}/{chart}/",
        BILLBOARD,
        billboard_chart.read,
        {"chart": "{chart}", "period": "{year}"},
        usual=(),
    ),
)
