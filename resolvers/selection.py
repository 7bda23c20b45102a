"""GraphQL selection → what is needed of what is stored, by noun."""

from functools import lru_cache

from services.charts import ARTIST_FIELDS
from services.metrics import METRIC_NAMES

_ARTIST = {
    "name": {"name"},
    "sort_name": {"sort_name"},
    "image": {"image"},
    "country": {"country"},
    "genres": {"genres"},
    "platforms": {"platforms"},
    "popularity": {"soundcharts_uuid"},
    "chart_presence": ARTIST_FIELDS,
}
_STATS = {
    "fresh": {"updated_at"},
    "last_refresh_source": {"last_refresh_source"},
    # Which metrics have a value decides which have an origin.
    "provenance": METRIC_NAMES | {"origins"},
}
_HEALTH = {
    "last_refresh_source": {"last_refresh_source"},
    "last_refresh_error": {"last_refresh_error"},
}


# A request asks for what the requests before it asked for: what a selection needs is found once.
MAX_SELECTIONS = 1000

# What is asked of how refreshes stand, and not of the stored numbers.
REFRESH_FIELDS = frozenset({"refreshing", "retry_at"})


@lru_cache(MAX_SELECTIONS)
def of_artist(fields: frozenset[str]) -> frozenset[str]:
    """The fields of an Artist that the selected ones need: its series need to know whether there can be one."""
    return frozenset[str]().union(*(_ARTIST[field] for field in fields if field in _ARTIST))


@lru_cache(MAX_SELECTIONS)
def of_stats(fields: frozenset[str]) -> frozenset[str]:
    """The fields of StoredStats that the selected ones need; its time always, as it says whether there is any."""
    return (fields & METRIC_NAMES).union({"updated_at"}, *(_STATS[field] for field in fields if field in _STATS))


@lru_cache(MAX_SELECTIONS)
def of_health(fields: frozenset[str]) -> frozenset[str]:
    """The fields of StoredStats that the selected ones of its health need."""
    return frozenset({"updated_at"}).union(*(_HEALTH[field] for field in fields if field in _HEALTH))
