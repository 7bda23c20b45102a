"""Documents of chart collections, made into rows with whose they can be. Values in, values out.

What is unusable is None, counted, and never an error: others write these collections too.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import telemetry
from services.chart_collections import (
    DATE_FIELD,
    RANK_FIELDS,
    ROWS,
    SCRAPED_AT_FIELDS,
    TITLE_FIELD,
    ChartCollection,
)
from services.charts.matching import claims
from services.model.presence import ChartDocument, ChartEntry, Place
from services.store import decode

# Counts up when the same document makes other rows, as with another normalization of names: then it is built anew.
SHAPE = 1

LONGEST_TEXT = 500
# After so many rows, requests beside it may go on.
ROWS_AT_ONCE = 100


async def chart_documents(collection: ChartCollection, documents: Sequence[Mapping[str, Any]]) -> list[ChartDocument]:
    """The documents with their rows; the event loop turns in between."""
    made, rows = [], 0
    for document in documents:
        entries = chart_entries(collection, document)
        made.append(ChartDocument(document["_id"], entries))
        rows += max(len(entries), 1)
        if rows >= ROWS_AT_ONCE:
            rows = 0
            await asyncio.sleep(0)
    return made


def chart_entries(collection: ChartCollection, document: Mapping[str, Any]) -> tuple[ChartEntry, ...]:
    """The rows of a document that may be some artist's, in its order; a row that stands there twice counts once."""
    scraped_at = _scraped_at(document)
    scope = next(filter(None, (_text(document.get(field)) for field in collection.scope)), None)
    of_document = _date(document.get(DATE_FIELD))
    found: dict[ChartEntry, None] = {}
    for row in _rows(collection, document):
        if claimed := claims(row, collection):
            date = (_date(row.get(DATE_FIELD)) if collection.is_nested else None) or of_document
            place = Place(rank=_rank(row), scope=scope, title=_text(row.get(TITLE_FIELD)), date=date)
            found[ChartEntry(claimed, place, scraped_at)] = None
    return tuple(found)


def _rows(collection: ChartCollection, document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if not collection.is_nested:
        yield document
        return
    rows = document.get(ROWS)
    if not isinstance(rows, list):
        _count("chart_rows", rows)
        return
    for row in rows:
        if isinstance(row, dict):
            yield row
        else:
            telemetry.UNREADABLE_FIELDS.labels("chart_row").inc()


def _scraped_at(document: Mapping[str, Any]) -> datetime | None:
    """The first of the fields that can be read."""
    return next(filter(None, (decode.instant(document.get(field)) for field in SCRAPED_AT_FIELDS)), None)


def _rank(row: Mapping[str, Any]) -> int | None:
    for field in RANK_FIELDS:
        rank = decode.whole(row.get(field))
        if rank is not None and 0 < rank < 2**31:
            return rank
        _count("chart_rank", row.get(field))
    return None


def _date(value: object) -> str | None:
    day = decode.day(value)
    if day is None:
        _count("chart_date", value)
    return day


def _text(value: object) -> str | None:
    text = decode.text(value)
    if text is None:
        _count("chart_text", value)
    return text[:LONGEST_TEXT] if text else None


def _count(field: str, value: object) -> None:
    if value is not None:
        telemetry.UNREADABLE_FIELDS.labels(field).inc()
