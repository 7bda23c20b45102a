"""Bandsintown, native: those who track an artist.

Asked by the artist's name, so a namesake may answer: the name in the answer is compared. The path, the encoding of
names and the count are documented; what an unknown artist is answered was seen in several forms.
"""

from dataclasses import dataclass
from typing import NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from services.model.artist import Artist
from services.names import normalized
from services.providers.answers import body_of, is_unknown, shaped, told
from services.providers.ids import NAME, fitting
from services.providers.protocol import Access, ProviderRow, Values
from services.providers.values import pick, values_at
from services.transport import Answer, HTTPPolicy, ProviderClient, ProviderUnreadable, Rate, Request, quoted

PATHS = {"bandsintown_trackers": ("tracker_count",)}

# What its reference wants to see escaped twice, and the quotation mark in a way of its own.
ESCAPED = {"/": "%252F", "?": "%253F", "*": "%252A", '"': "%27C"}
NOTHING = (b"", b'""', b"null")


class _Artist(TypedDict):
    name: str
    tracker_count: NotRequired[object]


_ARTIST = TypeAdapter(_Artist)


@dataclass(frozen=True, slots=True)
class Bandsintown:
    """What Bandsintown counts of an artist."""

    client: ProviderClient
    access: Access

    def can_ask(self, artist: Artist) -> bool:
        """Whether the artist has a name."""
        return fitting(NAME, artist.name) is not None

    async def read(self, artist: Artist, wanted: frozenset[str], *, deadline: float) -> Values:
        """One call; empty where another name answers."""
        name = fitting(NAME, artist.name)
        if name is None:
            return {}
        request = Request(
            f"/artists/{''.join(ESCAPED.get(letter) or quoted(letter) for letter in name)}",
            params={"app_id": self.access.secret("bandsintown_app_id")},
            headers={"Accept": "application/json"},
        )
        found = await self.client.ask(request, _found, deadline=deadline)
        if found is None or normalized(found["name"]) != normalized(name):
            return {}
        return values_at(PATHS, found)


def _found(answer: Answer) -> _Artist | None:
    if is_unknown(answer) or (answer.status == 200 and answer.body.strip() in NOTHING):
        return None
    body = body_of(answer)
    if pick(body, "error"):
        if "not found" in told(answer) or "notfound" in told(answer):
            return None
        raise ProviderUnreadable("answered an error in place of an artist")
    return shaped(_ARTIST, body)


ROW = ProviderRow(
    name="bandsintown",
    tier=4,
    paths=PATHS,
    base_url="https://rest.bandsintown.com",
    policy=HTTPPolicy(rate=Rate(calls=5, per_s=1.0)),
    make=lambda client, access, _: Bandsintown(client, access),
    credentials=("bandsintown_app_id",),
)
