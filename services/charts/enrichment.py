"""Enrichment: the `artist_id` of a row, from all artists in memory. No I/O.

An id that is written stays, whoever the roster gains later. So it is written only where nothing is left open: by the
Spotify id where the row has one, else by the whole name or the one before its guests, where one artist alone has it.
What stands before a comma or an `&` is left to the readers, who decide anew each time. Of several artists that
a row lists apart each gets its own id, and the row none: it would be that artist's alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from services.chart_collections import ChartCollection
from services.charts.matching import artist_keys, shares
from services.model.artist import Artist
from services.model.charts import Claim, Key, MatchedBy
from services.names import credited, lead, spellings

# Where the id of a row's artist stands.
ROW_ID = "artist_id"
# What is read of an artist for it.
ARTIST_FIELDS = frozenset({"name", "sort_name", "platforms"})


@dataclass(frozen=True, slots=True)
class RowIds:
    """The ids that a row lacks and that are known, by their place in it, and the names that several artists have."""

    found: Mapping[str, int] = field(default_factory=dict)
    ambiguous: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


class Roster:
    """All artists by what rows name them by; made in one pass over them."""

    def __init__(self, artists: Iterable[Artist] = ()) -> None:
        self._owners: dict[Key, tuple[int, ...]] = {}
        self._names: dict[int, str] = {}
        for artist in artists:
            self.add(artist)

    def add(self, artist: Artist) -> None:
        """Know the artist too; it has ARTIST_FIELDS."""
        self._names[artist.id] = artist.name or artist.sort_name or ""
        for key in artist_keys(artist).keys:
            if key.matched_by in (MatchedBy.SPOTIFY_ID, MatchedBy.NAME):
                self._owners[key] = tuple(sorted({*self._owners.get(key, ()), artist.id}))

    def knows(self, name: str) -> bool:
        """Whether an artist has the name."""
        return any(Key(MatchedBy.NAME, spelling) in self._owners for spelling in spellings(name))

    def credited(self, credit: str) -> tuple[str, ...]:
        """Those whom the credit names, to be stored one by one: joined names stay one where that is in doubt."""
        return credited(credit, self.knows)

    def ids(self, row: object, collection: ChartCollection) -> RowIds:
        """The ids that the row lacks, of those who are known: as `artist_id`, or as `artist.1.id` of those it lists."""
        told = list(shares(row, collection, _sure_spellings))
        owners = {share.path: self._owners_of(share.claim) for share in told}
        found = {path: ids[0] for path, ids in owners.items() if len(ids) == 1}
        if found and len(told) == 1:
            found[ROW_ID] = next(iter(found.values()))
        return RowIds(found, {self._names[ids[0]]: ids for ids in owners.values() if len(ids) > 1})

    def _owners_of(self, claim: Claim) -> tuple[int, ...]:
        """Who has the claim's Spotify id; where it has none, its first key that anybody has."""
        if claim[0].matched_by is MatchedBy.SPOTIFY_ID:
            return self._owners.get(claim[0], ())
        return next((owners for key in claim if (owners := self._owners.get(key))), ())


def _sure_spellings(text: str, is_credit: bool) -> Iterator[str]:
    """Those of the whole, and of a credit those of what stands before its guests."""
    yield from spellings(text)
    if is_credit:
        yield from spellings(lead(text))
