"""Popularity: series, judged by their newest point and filled from Soundcharts at reads; and as pictures."""

from services.popularity.backfill import BackfillQueue, PopularityBackfill, queue_of
from services.popularity.due import subject_of
from services.popularity.picture import draw
from services.popularity.read import MAX_SPARKLINE_POINTS, PopularityReader

__all__ = [
    "MAX_SPARKLINE_POINTS",
    "BackfillQueue",
    "PopularityBackfill",
    "PopularityReader",
    "draw",
    "queue_of",
    "subject_of",
]
