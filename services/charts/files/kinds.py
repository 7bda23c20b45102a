"""THE table of the kinds of tables that charts are imported from, by what stands above their columns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.chart_collections import (
    BILLBOARD,
    ITUNES_CHARTS,
    RADIO_CHARTS,
    SPOTIFY_COUNTRY_CHARTS,
    SPOTIFY_PERIOD_CHARTS,
    YOUTUBE_CHARTS,
    ChartCollection,
)
from services.charts.files.naming import FileName
from services.charts.files.numbers import count, millions
from services.charts.pages.cells import label, times
from services.charts.pages.tables import Column

DATE, RANK, ARTIST, TITLE, SONG = "date", "rank", "artist", "title", "song"
# What a row is made of; all else are its facts.
OWN = frozenset({DATE, RANK, ARTIST, TITLE, SONG})

Scope = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class TableKind:
    """One kind of table: the collection that its charts go to, its columns, and what its name must tell of a chart.

    `scope` may have None for what the name should tell and doesn't. `is_archived`: days are kept beside each other.
    """

    collection: ChartCollection
    columns: tuple[Column, ...]
    scope: Callable[[FileName], Scope]
    is_archived: bool = False


def _column(name: str, *headers: str, read: Callable[[str], int | str | None] = count) -> Column:
    return Column(name, headers, read)


def _text(name: str, *headers: str) -> Column:
    return Column(name, headers, str, is_required=True)


_SONG = _text(SONG, "Artist and Title", "artist_and_title", "Artist - Title")
_PEAKS = (_column("peak", "Pk", "peak"), _column("timesAtPeak", "(x?)", read=times))

KINDS: tuple[TableKind, ...] = (
    TableKind(
        BILLBOARD,
        (
            _text(DATE, "chart_week", "chart_date", "date", "week"),
            _text(RANK, "current_week", "this_week", "rank", "position"),
            # A chart of artists has none.
            _column(TITLE, "title", "song", read=str),
            _text(ARTIST, "performer", "artist"),
            Column("lastWeek", ("last_week", "last-week"), count, is_required=True),
            _column("peak", "peak_pos", "peak_position", "peak-rank"),
            _column("weeks", "wks_on_chart", "weeks_on_chart", "weeks-on-board"),
        ),
        lambda name: {"chart": name.chart},
        is_archived=True,
    ),
    TableKind(
        RADIO_CHARTS,
        (
            _text(DATE, "date"),
            _text(RANK, "pos"),
            _text(TITLE, "title"),
            _text(ARTIST, "artist"),
            Column("spins", ("spins",), count, is_required=True),
        ),
        lambda name: {"chart": "radio", "format": name.radio_format},
        is_archived=True,
    ),
    TableKind(
        RADIO_CHARTS,
        (
            _text(RANK, "Pos"),
            _text(ARTIST, "Artist"),
            _text(TITLE, "Title"),
            Column("spins", ("Spins",), count, is_required=True),
            _column("change", "Pos+", read=label),
            _column("spinsChange", "Spins+"),
            _column("audience", "Aud", read=millions),
            _column("audienceChange", "Aud+", read=millions),
            _column("days", "Days"),
            _column("itunes", "iTunes", read=label),
            _column("peak", "Pk"),
            _column("peakSpins", "PkSp"),
            _column("peakAudience", "PkAu", read=millions),
        ),
        lambda name: {"chart": "radio", "format": name.radio_format},
        is_archived=True,
    ),
    TableKind(
        SPOTIFY_COUNTRY_CHARTS,
        (
            _text(DATE, "date"),
            _text(RANK, "pos"),
            _SONG,
            Column("streams", ("streams",), count, is_required=True),
            *_PEAKS,
            _column("change", "pos_change", read=label),
            _column("days", "days"),
            _column("timesAtPeak", "times_at_peak", read=times),
            _column("streamsChange", "streams_change"),
            _column("sevenDays", "seven_day"),
            _column("sevenDaysChange", "seven_day_change"),
            _column("total", "total"),
        ),
        lambda name: {"chart": "spotify", "country": name.country, "period": "daily"},
        is_archived=True,
    ),
    TableKind(
        SPOTIFY_PERIOD_CHARTS,
        (
            _text(RANK, "Pos"),
            _SONG,
            Column("weeks", ("Wks",), count, is_required=True),
            _column("topTen", "T10"),
            *_PEAKS,
            _column("peakStreams", "PkStreams"),
            Column("total", ("Total",), count, is_required=True),
        ),
        lambda name: {"chart": "spotify", "country": name.country, "period": name.years},
    ),
    TableKind(
        ITUNES_CHARTS,
        (
            _SONG,
            Column("days", ("Days",), count, is_required=True),
            *_PEAKS,
            Column("totalPoints", ("Total",), count, is_required=True),
            _column("points", "Today"),
        ),
        lambda name: {"chart": "itunes", "country": name.country, "period": name.years},
    ),
    TableKind(
        YOUTUBE_CHARTS,
        (
            _text(SONG, "Video"),
            Column("views", ("Views",), count, is_required=True),
            _column("viewsPerDay", "Current avg/day"),
        ),
        lambda name: {"chart": "youtube", "period": name.years},
    ),
)
