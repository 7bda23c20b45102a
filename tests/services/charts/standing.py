"""Artists that a test stores, where they are told to stand, and a position that nothing follows."""

from collections.abc import Collection, Mapping
from contextlib import aclosing
from typing import Any

from services.charts import ChartPresenceReader
from services.model.artist import Artist
from services.store import Store
from tests.builders import Document, artist_document
from tests.conftest import Database

FIELDS = frozenset({"name", "sort_name", "platforms"})


def named(artist_id: int, name: str | None, spotify_id: str | None = None, **changes: Any) -> Document:
    """An artist that is known by its name, and by its Spotify id where it has one."""
    platforms = {"spotify": {"id": spotify_id}} if spotify_id else {}
    return artist_document(artist_id, name=name, sortName=None, platforms=platforms, **changes)


async def ended_position(store: Store, database: Database) -> Mapping[str, Any]:
    """A position that MongoDB tells nothing after: the charts' database was dropped then."""
    position = await store.chart_documents.position()
    await database.insert("charts.something", {"_id": 1})
    await database.client.drop_database(f"{database.prefix}charts")
    last = position
    async with aclosing(store.mongo.changes("charts", resume_after=position, idle_ms=50)) as changes:
        async for change in changes:
            last = change["_id"] if change else last
    assert last is not None
    return last


async def told_of(reader: ChartPresenceReader, artists: Collection[Artist]) -> list[Any]:
    """All that is told of each artist, to be compared."""
    presences = await reader.many(list(artists))
    charts = [chart for presence in presences for chart in presence.charts]
    placements = iter(await reader.placements(charts, limit=1000))
    return [
        [(c.source, c.rank, c.entry_count, c.scraped_at, next(placements)) for c in presence.charts]
        for presence in presences
    ]
