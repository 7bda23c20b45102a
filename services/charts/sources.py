"""Where pages are got from: what a source of them promises, and the site itself as one."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Protocol

from services.model.scraped import NOTHING_KNOWN, Validators
from services.transport import Answer, ProviderClient, Request, fault_of

# With its turn among others and the tries again.
DEADLINE_S = 120.0

_UNCHANGED, _GONE = 304, (404, 410)


class Got(Enum):
    """What came of asking for a page."""

    TEXT = "text"
    UNCHANGED = "unchanged"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page, where there is one: what it says, when it was got, and by what the site knows it again.

    `day` is what is told of the page's day beside it.
    """

    got: Got
    at: datetime
    html: str = ""
    day: date | None = None
    validators: Validators = NOTHING_KNOWN


class PageSource(Protocol):
    """Gives pages by their path."""

    name: str
    # Whether it has some pages of a site and not others, of whatever days.
    is_partial: bool

    async def get(self, path: str, known: Validators) -> Fetched:
        """The page; unchanged where it still is what is `known`. Raises ProviderError."""
        ...


class WebPages:
    """The pages of a site as it serves them; `name` is how what they say is signed."""

    is_partial = False

    def __init__(self, client: ProviderClient, *, name: str, clock: Callable[[], datetime]) -> None:
        self.name = name
        self._client = client
        self._clock = clock

    async def get(self, path: str, known: Validators) -> Fetched:
        """The page; asked for with what is known of it. Raises ProviderError."""
        request = Request(f"/{path}", headers={"Accept": "text/html", **_conditions(known)})
        return await self._client.ask(request, self._read, deadline=asyncio.get_running_loop().time() + DEADLINE_S)

    def _read(self, answer: Answer) -> Fetched:
        at = self._clock()
        if answer.status == _UNCHANGED:
            return Fetched(Got.UNCHANGED, at)
        if answer.status in _GONE:
            return Fetched(Got.ABSENT, at)
        if fault := fault_of(answer):
            raise fault
        validators = Validators(answer.headers.get("etag"), answer.headers.get("last-modified"))
        return Fetched(Got.TEXT, at, text_of(answer.body), validators=validators)


def _conditions(known: Validators) -> Mapping[str, str]:
    told = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in told.items() if value}


def text_of(body: bytes) -> str:
    """Whatever the header says of its encoding: these sites write UTF-8, and one doesn't say so."""
    return body.decode("utf-8-sig", errors="replace")
