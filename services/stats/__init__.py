"""Stats: audience numbers, judged by their age and refreshed from the providers by the reads that find them stale."""

from services.stats.growth import MAX_DAYS, GrowthReader
from services.stats.read import ALL_NEEDS, VALUES_NEED, StatsReader
from services.stats.refresh import ARTIST_FIELDS, StatsQueue, StatsRefresh, subject_of
from services.stats.request import RefreshRequests

__all__ = [
    "ALL_NEEDS",
    "ARTIST_FIELDS",
    "MAX_DAYS",
    "VALUES_NEED",
    "GrowthReader",
    "RefreshRequests",
    "StatsQueue",
    "StatsReader",
    "StatsRefresh",
    "subject_of",
]
