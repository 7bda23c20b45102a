"""Kworb's YouTube charts: `youtube/`, which is of this moment, and `youtube/insights/…`, by week and by day.

Only the lead artist is credited. Titles of videos keep what their makers add to them.
"""

import re

from selectolax.lexbor import LexborNode

from services.charts.pages.cells import SEPARATOR, artist_and_title, label, whole
from services.charts.pages.kind import PageRead
from services.charts.pages.ranking import read_ranking
from services.charts.pages.tables import Column, Row
from services.charts.refusals import PageChanged
from services.model.scraped import ScrapedRow

MOMENT = (
    Column("change", ("P+", "+/-", "Change"), label),
    Column("song", ("Video",), str, is_required=True),
    Column("views", ("Views",), whole, is_required=True),
    Column("likes", ("Likes",), whole),
)
INSIGHTS = (
    Column("change", ("P+",), label),
    Column("song", ("Track",), str, is_required=True),
    Column("weeks", ("Wks",), whole),
    Column("days", ("Days",), whole),
    Column("peak", ("Pk",), whole),
    Column("streams", ("Streams",), whole, is_required=True),
    Column("streamsChange", ("Streams+",), whole),
)
_VIDEO = re.compile(r"(?:^|/)video/([0-9A-Za-z_-]{1,40})\.html$")


def read_moment(html: str) -> PageRead:
    """The videos in order, with their ids. A title without a credit is told as both. Raises PageChanged."""
    return read_ranking(html, MOMENT, _video)


def read_insights(html: str) -> PageRead:
    """The songs in order. Raises PageChanged."""
    return read_ranking(html, INSIGHTS, _song)


def _video(row: Row, rank: int | None) -> ScrapedRow:
    text = row.text("song")
    if not text:
        raise PageChanged("a video's title", text)
    # Not every video is called by its artist and a dash.
    artist, title = artist_and_title(text) if SEPARATOR in text else (text, text)
    return ScrapedRow(rank, artist, title, {"videoId": _video_id(row.cells["song"]), **row.values("rank", "song")})


def _video_id(cell: LexborNode) -> str:
    for link in cell.css("a"):
        if found := _VIDEO.search(link.attributes.get("href") or ""):
            return found[1]
    raise PageChanged("a link to video/{id}.html", "")


def _song(row: Row, rank: int | None) -> ScrapedRow:
    artist, title = artist_and_title(row.text("song"))
    return ScrapedRow(rank, artist, title, row.values("rank", "song"))
