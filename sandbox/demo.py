"""Reads the files of `demo/`: real artists, and the real numbers that the sandbox's grow from."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sandbox.artists import Artist, aggregator_ids

FOLDER = Path(__file__).parents[1] / "demo"

# A value on a day, by artist and metric (its stored name), the oldest first.
Real = dict[tuple[int, str], dict[date, int]]


def demo_artists(folder: Path = FOLDER) -> Iterator[Artist]:
    """The artists with the ids of their line, and those of the sandbox's aggregators where the line has none."""
    for line in (folder / "artists.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        ids = aggregator_ids(row["id"]) | row["ids"]
        if "soundcharts_uuid" in row:
            ids["soundcharts"] = row["soundcharts_uuid"]
        yield Artist(row["id"], row["name"], ids)


def demo_numbers(folder: Path = FOLDER) -> Real:
    """What was really counted, with Spotify's popularity as a metric among the others."""
    found: Real = {}
    for artist_id, metric, day, value in sorted(_rows(folder), key=lambda row: row[2]):
        found.setdefault((artist_id, metric), {})[day] = value
    return found


def _rows(folder: Path) -> Iterator[tuple[int, str, date, int]]:
    for path in sorted((folder / "numbers").glob("*.csv")):
        for row in _table(path):
            artist_id, day = int(row.pop("artist_id")), date.fromisoformat(row.pop("date"))
            for metric, value in row.items():
                if value:
                    yield artist_id, metric, day, int(value)
    for row in _table(folder / "popularity.csv"):
        if row["platform"] == "spotify":
            yield int(row["artist_id"]), "spotify_popularity", date.fromisoformat(row["date"]), int(row["value"])


def _table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
