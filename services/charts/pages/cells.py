"""What stands in a cell of a page: numbers as they are written for people, credits with titles, days, ids in links."""

import re
from datetime import date
from decimal import Decimal

from selectolax.lexbor import LexborNode

from services.charts.refusals import PageChanged

# What a cell says where there is nothing to say.
NOTHING = frozenset({"", "=", "-", "--"})
# A new entry, and one that is back: no number either.
_ENTRIES = frozenset({"NEW", "RE"})
MILLION = 1_000_000
SEPARATOR = " - "

_WHOLE = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,18})")
_MILLIONS = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})(?:\.[0-9]{1,6})?")
_TIMES = re.compile(r"\(x([0-9]{1,6})\)")
_DAY = re.compile(r"\b([0-9]{4})[/-]([0-9]{2})[/-]([0-9]{2})\b")
_ARTIST_LINK = re.compile(r"(?:^|/)artist/([0-9A-Za-z]{1,40})(?:_songs)?\.html$")
_SLUG_LINK = re.compile(r"(?:^|/)artist/([^/?#]{1,200})\.html$")


def whole(text: str) -> int | None:
    """A whole number such as `1,234,567`, `+12`, `-3`; None for what says nothing. Raises PageChanged."""
    if text in NOTHING | _ENTRIES:
        return None
    if not _WHOLE.fullmatch(text):
        raise PageChanged("a whole number", text)
    return int(text.replace(",", ""))


def millions(text: str) -> int | None:
    """A number that is written in millions (`136,904.9`), whole; None for what says nothing. Raises PageChanged."""
    if text in NOTHING | _ENTRIES:
        return None
    if not _MILLIONS.fullmatch(text):
        raise PageChanged("a number of millions", text)
    return int(Decimal(text.replace(",", "")) * MILLION)


def times(text: str) -> int | None:
    """How many times, as `(x12)`; None for what says nothing. Raises PageChanged."""
    if text in NOTHING:
        return None
    found = _TIMES.fullmatch(text)
    if not found:
        raise PageChanged("a number of times, as (x12)", text)
    return int(found[1])


def label(text: str) -> str | None:
    """A word or two as they stand; None for what says nothing."""
    return None if text in NOTHING else text


def day(text: str) -> date | None:
    """The first calendar day in the text, as `2026/07/16` or `2026-07-16`; None where there is none."""
    for found in _DAY.finditer(text):
        try:
            return date(*map(int, found.groups()))
        except ValueError:
            continue
    return None


def artist_and_title(text: str) -> tuple[str, str]:
    """The credit and the title of `Artist - Title`, which the first such dash divides. Raises PageChanged."""
    artist, _, title = text.partition(SEPARATOR)
    if not artist.strip() or not title.strip():
        raise PageChanged("Artist - Title", text)
    return artist.strip(), title.strip()


def spotify_id(node: LexborNode) -> str:
    """The Spotify id in the cell's first link to an artist. Raises PageChanged."""
    return _linked(node, _ARTIST_LINK, "a link to artist/{Spotify id}.html")


def slug(node: LexborNode) -> str:
    """Kworb's own name of an artist in the cell's first link to one (`burnaboy`). Raises PageChanged."""
    return _linked(node, _SLUG_LINK, "a link to artist/{name}.html")


def text_of(node: LexborNode) -> str:
    """What the node shows, its blanks made one."""
    return " ".join(node.text(deep=True).split())


def _linked(node: LexborNode, pattern: re.Pattern[str], expected: str) -> str:
    links = [link.attributes.get("href") or "" for link in node.css("a")]
    for href in links:
        if found := pattern.search(href):
            return found[1]
    raise PageChanged(expected, ", ".join(links))
