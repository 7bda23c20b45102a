"""Whom the sandbox knows, and by which ids: the artists of the demo, and made-up ones (`roster.py`)."""

import unicodedata
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# The product computes the same ids for the documents of the demo: a test compares them.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://kisum.example/sandbox")

# Ids that differ by upper and lower case alone are ids of two artists there; all else is folded.
CASE_MATTERS = frozenset({"spotify", "youtube", "qq"})


@dataclass(frozen=True, slots=True)
class Artist:
    """An artist: Kisum's id, the name, and the ids by place, which is a platform's or an aggregator's name."""

    id: int
    name: str
    ids: Mapping[str, str]
    # Known to every provider with every metric, for whoever needs one artist without gaps.
    is_known_everywhere: bool = False

    @property
    def slug(self) -> str:
        """The name as it stands in addresses."""
        return "-".join(self.name.lower().split())


def aggregator_ids(artist_id: int) -> dict[str, str]:
    """The ids of the sandbox's own aggregators: they follow from Kisum's id, and mean nothing anywhere else."""

    def made(place: str) -> uuid.UUID:
        return uuid.uuid5(NAMESPACE, f"{place}:{artist_id}")

    return {
        "viberate": str(made("viberate")),
        "songstats": made("songstats").hex[:8],
        "soundcharts": str(made("soundcharts")),
    }


class Directory:
    """Artists by what they are asked for: a place, which is `name` too, and an id there."""

    def __init__(self, artists: Iterable[Artist]) -> None:
        self.artists = tuple(artists)
        self._by_key: dict[tuple[str, str], Artist] = {}
        for artist in self.artists:
            # Where two share a name, who came first answers to it: a namesake, as at real providers.
            for place, key in (*artist.ids.items(), ("name", artist.name), *aggregator_ids(artist.id).items()):
                self._by_key.setdefault((place, _folded(place, key)), artist)

    def find(self, place: str, key: str) -> Artist | None:
        """The artist with that id in that place; None where it is nobody's."""
        return self._by_key.get((place, _folded(place, key)))


def _folded(place: str, key: str) -> str:
    if place in CASE_MATTERS:
        return key
    return " ".join(unicodedata.normalize("NFC", key).removeprefix("@").casefold().split())
