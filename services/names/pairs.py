"""Two names and a verdict: what the normalization is judged by. A file of such pairs has one to a line, as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.names.credits import primary_artist
from services.names.normalization import spellings
from services.names.titles import title_key

# The level that has to hold; a pair that names none is of it.
CORE = "core"


class PairKind(StrEnum):
    """How two names are compared."""

    ARTIST = "artist"  # two names of artists
    PRIMARY = "primary"  # the first artist of a credit, and a name
    RECORDING = "recording"  # two titles


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names, whether they are of one, and who is known, which a credit depends on."""

    kind: PairKind
    a: str
    b: str
    same: bool
    known: tuple[str, ...] = ()
    level: str = CORE
    id: str = ""
    why: str = ""

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "Pair":
        """The pair of a line `{id, kind, a, b, expect, why, level, known}`; KeyError, ValueError where it is none."""
        if document["expect"] not in ("same", "different"):
            raise ValueError(f"expect is {document['expect']!r}: same or different")
        return cls(
            kind=PairKind(document["kind"]),
            a=str(document["a"]),
            b=str(document["b"]),
            same=document["expect"] == "same",
            known=tuple(map(str, document.get("known", ()))),
            level=str(document.get("level", CORE)),
            id=str(document.get("id", "")),
            why=str(document.get("why", "")),
        )

    @property
    def holds(self) -> bool:
        """Whether the names are judged as the pair expects."""
        first, second = self.compared
        return (not set(first).isdisjoint(second)) is self.same

    @property
    def compared(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What each of the two is compared by; they are the same where the two have one in common."""
        if self.kind is PairKind.RECORDING:
            first, second = ((key,) if (key := title_key(title)) else () for title in (self.a, self.b))
            return first, second
        if self.kind is PairKind.PRIMARY:
            return spellings(primary_artist(self.a, self._is_known)), spellings(self.b)
        return spellings(self.a), spellings(self.b)

    def _is_known(self, name: str) -> bool:
        return not set(spellings(name)).isdisjoint(self._known())

    def _known(self) -> Iterator[str]:
        return (spelling for name in self.known for spelling in spellings(name))
