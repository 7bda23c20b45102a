"""The door to where artists stand in the charts: answered from the index, by the scan until there is one.

A row is told apart by what it claims, as `matching` has it; which names are known is read beside, so an answer stays
right when the roster gains an artist.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

import telemetry
from services.chart_collections import BY_NAME, COLLECTIONS, ChartCollection
from services.charts.entries import SHAPE
from services.charts.matching import ArtistKeys, artist_keys, decided
from services.charts.scan import LONGEST_S, ChartScan, in_order
from services.errors import BadInput
from services.model.artist import Artist
from services.model.charts import ChartFamily, Claim, Key, MatchedBy
from services.model.presence import Chart, ChartPresence, EntryGroup, Place, Placement
from services.store import Store

# What is needed of an artist.
ARTIST_FIELDS = frozenset({"name", "sort_name", "platforms"})
MOST_PLACEMENTS = 1000

Matched = tuple[EntryGroup, MatchedBy]
Places = dict[tuple[str, tuple[Claim, ...]], tuple[Place, ...]]


def known_by(artist: Artist) -> list[str]:
    """What an artist is known by, as the search index is to keep it: for the keys that claims are decided by."""
    return sorted(key.term for key in artist_keys(artist).keys)


class ChartPresenceReader:
    """Reads where many artists stand at once."""

    def __init__(self, store: Store, *, longest_scan_s: float = LONGEST_S) -> None:
        self._index = store.chart_presence
        self._artists = store.artist_search
        self._scan = ChartScan(store, longest_s=longest_scan_s)

    async def many(
        self, artists: Sequence[Artist], *, families: Collection[ChartFamily] | None = None
    ) -> list[ChartPresence]:
        """In which charts each artist stands, of these families or of all; needs ARTIST_FIELDS of each.

        Three commands, whatever the number of artists and of rows. Raises StoreUnavailable.
        """
        collections = [one for one in COLLECTIONS if families is None or one.family in families]
        if not artists or not collections:
            return [ChartPresence()] * len(artists)
        keyed = [artist_keys(artist) for artist in artists]
        wanted = frozenset[Key]().union(*(one.keys for one in keyed))
        state = await self._index.state()
        if state.shape == SHAPE:
            names = [collection.name for collection in collections]
            groups = await self._index.groups(wanted, generation=state.generation, collections=names)
        else:
            groups = await self._scan.groups(wanted, collections=collections)
        telemetry.PRESENCE_READS.labels("index" if state.shape == SHAPE else "scan").inc()
        matched = await self._matched(keyed, groups)
        return [_presence(matched[one.artist_id]) for one in keyed]

    async def placements(self, charts: Sequence[Chart], *, limit: int) -> list[list[Placement]]:
        """The first placements of each chart, the newest first and of a day the highest.

        One command for all charts, none where they were scanned. Raises BadInput for a limit that is out of bounds,
        StoreUnavailable.
        """
        if not 1 <= limit <= MOST_PLACEMENTS:
            raise BadInput(f"limit is {limit}: from 1 to {MOST_PLACEMENTS} placements of a chart are answered.")
        places = await self._places([group for chart in charts for group, _ in chart.matched], limit)
        return [_placements(chart, places, limit) for chart in charts]

    async def _matched(self, artists: Sequence[ArtistKeys], groups: Sequence[EntryGroup]) -> dict[int, list[Matched]]:
        """The groups that are each artist's, and by what they are. One command at most."""
        having: dict[Key, list[EntryGroup]] = defaultdict(list)
        for group in groups:
            for key in {key for claim in group.claims for key in claim}:
                having[key].append(group)
        near = {one: list({id(group): group for key in one.keys for group in having[key]}.values()) for one in artists}
        doubtful = {key for one, found in near.items() for group in found for key in _before(group, one)}
        known = await self._artists.known(doubtful) if doubtful else frozenset()
        return {
            one.artist_id: [(group, by) for group in found if (by := _matched_by(group, one, known))]
            for one, found in near.items()
        }

    async def _places(self, groups: Sequence[EntryGroup], limit: int) -> Places:
        """The places of each group. One command for those of one generation that weren't read yet."""
        found: Places = {_identity(group): group.places for group in groups if group.places is not None}
        unread = [group for group in groups if group.places is None]
        for generation in {group.generation for group in unread}:
            of_it = [group for group in unread if group.generation == generation]
            found |= await self._index.places(
                # Any key of a group finds it.
                {group.claims[0][0] for group in of_it},
                generation=generation,
                collections={group.collection for group in of_it},
                limit=limit,
            )
        return found


def _identity(group: EntryGroup) -> tuple[str, tuple[Claim, ...]]:
    return group.collection, group.claims


def _before(group: EntryGroup, artist: ArtistKeys) -> Iterator[Key]:
    """The keys that stand before the artist's own: were another artist known by one, the row would not be its."""
    for claim in group.claims:
        own = next((number for number, key in enumerate(claim) if key in artist.keys), 0)
        yield from claim[:own]


def _matched_by(group: EntryGroup, artist: ArtistKeys, known: Collection[Key]) -> MatchedBy | None:
    """By what the rows are the artist's, by the first of their claims that is."""
    found = (decided(claim, artist, known.__contains__) for claim in group.claims)
    return next(filter(None, found), None)


def _presence(matched: Iterable[Matched]) -> ChartPresence:
    by_collection: dict[str, list[Matched]] = defaultdict(list)
    for group, matched_by in matched:
        by_collection[group.collection].append((group, matched_by))
    return ChartPresence(tuple(_chart(BY_NAME[name], found) for name, found in sorted(by_collection.items())))


def _chart(collection: ChartCollection, matched: Sequence[Matched]) -> Chart:
    count = sum(group.count for group, _ in matched)
    return Chart(
        source=collection.name,
        label=collection.label,
        family=collection.family,
        rank=matched[0][0].rank if count == 1 else None,
        entry_count=count,
        scraped_at=max((group.scraped_at for group, _ in matched if group.scraped_at), default=None),
        matched=tuple(matched),
    )


def _placements(chart: Chart, places: Places, limit: int) -> list[Placement]:
    found = ((place, by) for group, by in chart.matched for place in places.get(_identity(group), ()))
    first = sorted(found, key=lambda one: in_order(one[0]))[:limit]
    return [Placement(place.rank, place.scope, place.title, place.date, by) for place, by in first]
