"""A roster's stats for a spreadsheet, and what every answer for one is made with.

CSV is as RFC 4180 has it, in UTF-8 with the mark by which Excel knows it. No provider is asked for any.
"""

import csv
import io
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, islice

from starlette.requests import Request
from starlette.responses import StreamingResponse

from routes.answers import NotModified, unless_known
from routes.parameters import ARTIST_IDS
from routes.requests import services_of, today_of
from services.metrics import METRIC_NAMES, METRICS
from services.model.artist import Artist
from services.model.instants import rfc3339
from services.model.stats import Stats

Cell = str | int | None

ROWS_AT_ONCE = 200
HEADER = ("artist_id", "name", *(row.rest_key for row in METRICS), "updated_at")

_NAME = frozenset({"name"})
_NEEDS = METRIC_NAMES | {"updated_at"}
# Where a spreadsheet begins to read a formula: at the start of a cell, whatever white space is before it, and behind
# what it may take for the end of one, since many countries' Excel splits at semicolons. The signs may be full-width.
_FORMULA = re.compile(r"(?:^|(?<=[;\t\r\n]))(?=[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20])|^(?=[\t\r\n])")


class CSVAnswer(StreamingResponse):
    """Rows as a file to be saved, named for what it holds and for its day."""

    media_type = "text/csv"

    def __init__(self, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, name: str, day: date) -> None:
        headers = {
            "Content-Disposition": f'attachment; filename="{name}-{day}.csv"',
            "X-Content-Type-Options": "nosniff",
        }
        super().__init__(_parts(header, rows), headers=headers)


async def artists_csv(request: Request) -> CSVAnswer | NotModified:
    """A roster's stats, for a spreadsheet.

    A row for each id in the order asked, with the artist's name, every metric by its REST key and when they were last
    refreshed. What is unknown is empty. No provider is asked.
    """
    ids, services = ARTIST_IDS.of(request), services_of(request.scope)
    artists = await services.artists.many(ids, fields=_NAME)
    known = [artist for artist in artists if artist]
    found = services.stats.answers(await services.stats.stored(known, fields=_NEEDS))
    stats = {one.artist_id: one for one in found if one}
    rows = [_row(i, artist, stats.get(i)) for i, artist in zip(ids, artists, strict=True)]
    return unless_known(request, rows, lambda: CSVAnswer(HEADER, rows, name="artists", day=today_of(request.scope)))


def prefers_csv(request: Request) -> bool:
    """Whether the client names CSV among what it accepts, and no JSON before it or beside it."""
    weights = dict(_weights(",".join(request.headers.getlist("accept"))))
    return weights.get("text/csv", 0) > weights.get("application/json", 0)


def _row(artist_id: int, artist: Artist | None, stats: Stats | None) -> list[Cell]:
    metrics = [stats.values.get(row.name) if stats else None for row in METRICS]
    return [artist_id, artist.name if artist else None, *metrics, rfc3339(stats.updated_at) if stats else None]


async def _parts(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> AsyncIterator[bytes]:
    text = io.StringIO("\ufeff", newline="")
    text.seek(0, io.SEEK_END)
    writer, waiting = csv.writer(text), chain([header], rows)
    while batch := list(islice(waiting, ROWS_AT_ONCE)):
        writer.writerows([_harmless(cell) for cell in row] for row in batch)
        yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    """What is written so far, which is taken out."""
    written = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return written


def _harmless(cell: Cell) -> Cell:
    """The cell, a text with an apostrophe wherever a formula could start; numbers stay numbers."""
    return _FORMULA.sub("'", cell) if isinstance(cell, str) else cell


def _weights(accept: str) -> Iterator[tuple[str, float]]:
    """The types of an Accept header with their weights, 1 where none is told and 0 where it is none."""
    for part in accept.lower().split(","):
        media_type, *parameters = (piece.strip() for piece in part.split(";"))
        weight = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        yield media_type, float(weight) if re.fullmatch(r"[01](\.\d{0,3})?", weight) else 0.0
