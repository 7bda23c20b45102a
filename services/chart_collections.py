"""THE table of chart collections. A collection is one row; matching, index, scan and scrapers follow from it.

What follows besides: the collections' names wherever they are read or written, and docs/charts.md. A flat collection
holds a document for each row of its chart; a nested one a document for each chart, with the rows in its `data`.
"""

from dataclasses import dataclass

from services.model.charts import ChartFamily, MatchedBy

DATABASE = "charts"
# Where a nested collection's document holds its rows.
ROWS = "data"

# Ours first; the others are what those before us wrote.
RANK_FIELDS = ("rank", "pos", "position")
SCRAPED_AT_FIELDS = ("scrapedAt", "scraped_at", "updatedAt")
TITLE_FIELD = "title"
DATE_FIELD = "date"


@dataclass(frozen=True, slots=True)
class RowKey:
    """A field by which a row belongs to an artist; a dot leads into a document, or into each of a list of them.

    Of a NAME, `is_credit` says that the field may name several artists (`A feat. B`).
    """

    matched_by: MatchedBy
    path: str
    is_credit: bool = False


@dataclass(frozen=True, slots=True)
class ChartCollection:
    """One collection: its name in the database `charts`, what it holds, and where in it things stand.

    `keys` are in the order in which they decide. `scope` are the fields of a document that tell which chart it is of
    its kind, where it has one: country, format, period or the chart's own name.
    """

    name: str
    family: ChartFamily
    label: str
    is_nested: bool
    keys: tuple[RowKey, ...]
    scope: tuple[str, ...] = ()

    @property
    def stored(self) -> str:
        """The collection as the store names it, with its database."""
        return f"{DATABASE}.{self.name}"


_ARTIST_ID = RowKey(MatchedBy.ARTIST_ID, "artist_id")
_CREDIT = RowKey(MatchedBy.NAME, "artist", is_credit=True)
_NESTED = (_ARTIST_ID, _CREDIT)
_NESTED_OF_SPOTIFY = (_ARTIST_ID, RowKey(MatchedBy.SPOTIFY_ID, "spotifyArtistId"), _CREDIT)

SPOTIFY_TOP_ARTISTS = ChartCollection(
    "kworb_spotify_top_artists",
    ChartFamily.SPOTIFY,
    "Spotify's most streamed artists",
    False,
    (_ARTIST_ID, RowKey(MatchedBy.SPOTIFY_ID, "spotify_id")),
)
SPOTIFY_LISTENERS = ChartCollection(
    "kworb_spotify_listeners",
    ChartFamily.SPOTIFY_LISTENERS,
    "Spotify's monthly listeners",
    False,
    (_ARTIST_ID, RowKey(MatchedBy.SPOTIFY_ID, "spotifyId")),
)
GLOBAL_ARTISTS = ChartCollection(
    "kworb_global_artists",
    ChartFamily.GLOBAL_ARTISTS,
    "Global artists",
    False,
    (
        _ARTIST_ID,
        RowKey(MatchedBy.SLUG, "kworbSlug"),
        RowKey(MatchedBy.NAME, "artist"),
        RowKey(MatchedBy.NAME, "name"),
    ),
)
CURRENT_CHARTS = ChartCollection(
    "kworb_current_charts",
    ChartFamily.CURRENT,
    "Number one of current charts",
    False,
    _NESTED,
    ("chart",),
)
SPOTIFY_COUNTRY_CHARTS = ChartCollection(
    "kworb_spotify_country_charts",
    ChartFamily.SPOTIFY,
    "Spotify's charts by country",
    True,
    _NESTED_OF_SPOTIFY,
    ("country", "period"),
)
SPOTIFY_PERIOD_CHARTS = ChartCollection(
    "kworb_spotify_period_charts",
    ChartFamily.SPOTIFY,
    "Spotify's charts by period",
    True,
    _NESTED_OF_SPOTIFY,
    ("country", "period"),
)
ITUNES_CHARTS = ChartCollection(
    "kworb_itunes_charts", ChartFamily.ITUNES, "iTunes charts", True, _NESTED, ("country", "period")
)
APPLE_MUSIC_CHARTS = ChartCollection(
    "kworb_apple_music_charts", ChartFamily.APPLE_MUSIC, "Apple Music charts", True, _NESTED, ("country", "period")
)
RADIO_CHARTS = ChartCollection("kworb_radio_charts", ChartFamily.RADIO, "Radio charts", True, _NESTED, ("format",))
YOUTUBE_CHARTS = ChartCollection(
    "kworb_youtube_charts", ChartFamily.YOUTUBE, "YouTube charts", True, _NESTED, ("country", "period")
)
SHAZAM_CHARTS = ChartCollection(
    "kworb_shazam_charts", ChartFamily.SHAZAM, "Shazam charts", True, _NESTED, ("country", "period")
)
DEEZER_CHARTS = ChartCollection(
    "kworb_deezer_charts", ChartFamily.DEEZER, "Deezer charts", True, _NESTED, ("country", "period")
)
BILLBOARD = ChartCollection(
    "billboard",
    ChartFamily.BILLBOARD,
    "Billboard charts",
    True,
    (
        _ARTIST_ID,
        RowKey(MatchedBy.ARTIST_ID, "artist.id"),
        RowKey(MatchedBy.NAME, "artist.name", is_credit=True),
        _CREDIT,
    ),
    ("chart",),
)

COLLECTIONS: tuple[ChartCollection, ...] = (
    SPOTIFY_TOP_ARTISTS,
    SPOTIFY_LISTENERS,
    GLOBAL_ARTISTS,
    CURRENT_CHARTS,
    SPOTIFY_COUNTRY_CHARTS,
    SPOTIFY_PERIOD_CHARTS,
    ITUNES_CHARTS,
    APPLE_MUSIC_CHARTS,
    RADIO_CHARTS,
    YOUTUBE_CHARTS,
    SHAZAM_CHARTS,
    DEEZER_CHARTS,
    BILLBOARD,
)
BY_NAME: dict[str, ChartCollection] = {collection.name: collection for collection in COLLECTIONS}

# What tells a row of a flat collection from the others, and a chart from the others of its nested collection.
FLAT_KEYS = {
    SPOTIFY_TOP_ARTISTS.name: "spotify_id",
    SPOTIFY_LISTENERS.name: "spotifyId",
    GLOBAL_ARTISTS.name: "kworbSlug",
    CURRENT_CHARTS.name: "chart",
}
NESTED_SCOPE = ("chart", "country", "period", "format")
