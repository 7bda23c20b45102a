"""The files of `demo/`, made into documents in the shapes that are stored. Values in, values out.

`artists.jsonl` has an artist a line. `numbers/{source}.csv` has what one source counted, a column a metric by its
stored name, an empty cell where it is unknown. `popularity.csv` has a point a line. Where all of it comes from is told
in `demo/SOURCES.md`.

Each artist also gets ids of the sandbox's Viberate, Songstats and Soundcharts, so that they can be asked for it there.
The sandbox computes the same from Kisum's id.
"""

import csv
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from operator import attrgetter
from pathlib import PurePosixPath

from services.metrics import Metric
from services.model.popularity import PopularityPlatform
from services.platforms import Platform
from services.store.driver import Document

ARTISTS = "artists.jsonl"
NUMBERS = "numbers"
POPULARITY = "popularity.csv"

# Counts up when the same files make other documents.
SHAPE = 2

# Of the ids in the sandbox; they mean nothing anywhere else.
SANDBOX = uuid.uuid5(uuid.NAMESPACE_URL, "https://kisum.example/sandbox")

# Where a field of an artist's line is stored; its ids are stored by platform.
STORED = {"name": "name", "sort_name": "sortName", "country": "country"}


@dataclass(frozen=True, slots=True)
class DemoDocuments:
    """What is to be stored, by collection: `artists_v2`, `artist_data`, `artist_data_history`, `artist_popularity`."""

    artists: Sequence[Document]
    stats: Sequence[Document]
    history: Sequence[Document]
    points: Sequence[Document]


def demo_documents(files: Mapping[str, str]) -> DemoDocuments:
    """The documents of the files, which are texts by their path in the folder.

    Raises ValueError for a platform, a metric or a day that is none.
    """
    artists = [_artist(json.loads(line)) for line in files[ARTISTS].splitlines()]
    numbers = sorted(_numbers(files), key=attrgetter("day"))
    return DemoDocuments(
        artists=artists,
        stats=_stats(numbers),
        history=_history(numbers),
        points=_points(files[POPULARITY], artists),
    )


def sandbox_ids(artist_id: int) -> dict[str, str]:
    """The artist's ids at the aggregators that the sandbox plays, by their names in `external_data`."""

    def made(place: str) -> uuid.UUID:
        return uuid.uuid5(SANDBOX, f"{place}:{artist_id}")

    return {
        "viberate_uuid": str(made("viberate")),
        "songstats_id": made("songstats").hex[:8],
        "soundcharts_uuid": str(made("soundcharts")),
    }


@dataclass(frozen=True, slots=True)
class _Number:
    artist_id: int
    day: str
    metric: Metric
    value: int
    source: str


def _artist(row: Document) -> Document:
    """A document without the keys that no source gives."""
    document = {"id": row["id"]} | {stored: row[field] for field, stored in STORED.items() if field in row}
    document["platforms"] = {Platform(key).value: {"id": foreign_id} for key, foreign_id in row["ids"].items()}
    document["external_data"] = sandbox_ids(row["id"])
    if "soundcharts_uuid" in row:
        document["external_data"]["soundcharts_uuid"] = row["soundcharts_uuid"]
    return document


def _numbers(files: Mapping[str, str]) -> Iterator[_Number]:
    for path in map(PurePosixPath, files):
        if path.parent.name != NUMBERS:
            continue
        for row in csv.DictReader(files[str(path)].splitlines()):
            artist_id, day = int(row.pop("artist_id")), row.pop("date")
            for metric, value in row.items():
                if value:
                    yield _Number(artist_id, day, Metric(metric), int(value), f"demo:{path.stem}")


def _stats(numbers: Iterable[_Number]) -> list[Document]:
    """A document an artist: of each metric the newest number, which is the last one."""
    newest: dict[int, dict[Metric, _Number]] = {}
    for number in numbers:
        newest.setdefault(number.artist_id, {})[number.metric] = number
    return [_stats_document(artist_id, list(found.values())) for artist_id, found in newest.items()]


def _stats_document(artist_id: int, numbers: Sequence[_Number]) -> Document:
    return {
        "artist_id": artist_id,
        **_values(numbers),
        "updatedAt": _midnight(max(number.day for number in numbers)),
        "last_refresh_source": "+".join(sorted({number.source for number in numbers})),
        "last_refresh_error": None,
    }


def _history(numbers: Iterable[_Number]) -> list[Document]:
    """A document for each artist and day."""
    days: dict[tuple[int, str], list[_Number]] = {}
    for number in numbers:
        days.setdefault((number.artist_id, number.day), []).append(number)
    return [{"artist_id": artist_id, "date": day, **_values(found)} for (artist_id, day), found in days.items()]


def _values(numbers: Sequence[_Number]) -> Document:
    """The metrics, and where each came from."""
    return {
        **{number.metric.value: number.value for number in numbers},
        "provenance": {
            number.metric.value: {"source": number.source, "at": _midnight(number.day)} for number in numbers
        },
    }


def _points(text: str, artists: Iterable[Document]) -> list[Document]:
    uuids = {artist["id"]: artist.get("external_data", {}).get("soundcharts_uuid") for artist in artists}
    return [
        {
            "artist_id": int(row["artist_id"]),
            "platform": PopularityPlatform(row["platform"]).value,
            "date": row["date"],
            "value": int(row["value"]),
            "source": "soundchart",
            "soundcharts_uuid": uuids[int(row["artist_id"])],
            "updatedAt": _midnight(row["date"]),
        }
        for row in csv.DictReader(text.splitlines())
    ]


def _midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), UTC)
