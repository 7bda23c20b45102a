"""The charts that artists stand in: how they come in, whose a row is, and where an artist stands."""

from services.charts.enrichment import Roster, RowIds
from services.charts.files import read_charts
from services.charts.index import PresenceIndex
from services.charts.keeper import ChartKeeper
from services.charts.matching import ArtistKeys, artist_keys, claims, decided
from services.charts.opened import SiteAccess, open_chart_runs
from services.charts.outcomes import Outcome, Result, Summary, summed
from services.charts.pages import PageKind
from services.charts.presence import ARTIST_FIELDS, MOST_PLACEMENTS, ChartPresenceReader, known_by
from services.charts.roster import read_roster
from services.charts.runs import Begun, ChartRuns, RunUnderWay, require_run
from services.charts.saved_pages import SavedPages
from services.charts.sites import SITES, Site, SiteRow
from services.charts.stored_enrichment import Enriched, StoredEnrichment

__all__ = [
    "ARTIST_FIELDS",
    "MOST_PLACEMENTS",
    "SITES",
    "ArtistKeys",
    "Begun",
    "ChartKeeper",
    "ChartPresenceReader",
    "ChartRuns",
    "Enriched",
    "Outcome",
    "PageKind",
    "PresenceIndex",
    "Result",
    "Roster",
    "RowIds",
    "RunUnderWay",
    "SavedPages",
    "Site",
    "SiteAccess",
    "SiteRow",
    "StoredEnrichment",
    "Summary",
    "artist_keys",
    "claims",
    "decided",
    "known_by",
    "open_chart_runs",
    "read_charts",
    "read_roster",
    "require_run",
    "summed",
]
