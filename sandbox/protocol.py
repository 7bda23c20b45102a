"""What a provider is made of here: endpoints that answer what is asked, and its own ways of saying no."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from sandbox.artists import Artist, Directory
from sandbox.world import World

# Bodies that are shared with the tests of the product's providers.
BODIES = Path(__file__).with_name("bodies")
JSON_TYPE = "application/json; charset=utf-8"
# What every key, token and secret has to begin with; anything else is refused as a wrong one.
KEY = "sandbox"


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls in any stretch of so many seconds."""

    calls: int
    per_s: float


@dataclass(frozen=True, slots=True)
class Ask:
    """A request as a provider reads it."""

    # The path as sent, with its query, without the provider's name.
    target: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    # Who is meant: the artist by what was asked for, None for an unknown one.
    meant: Mapping[str, Artist | None] = field(default_factory=dict)

    @property
    def artist(self) -> Artist | None:
        """The one artist that is meant."""
        return next(iter(self.meant.values()), None)

    @property
    def bearer(self) -> str:
        """The token of the header Authorization; empty without one."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" else ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: a body of bytes is sent as it is, anything else as JSON. A header that is None is not sent."""

    body: Any
    status: int = 200
    headers: Mapping[str, str | None] = field(default_factory=dict)


Meant = Callable[[Ask, Directory], Mapping[str, Artist | None]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A path below the provider's, who is meant by a request to it, and what it answers."""

    path: str
    meant: Meant
    answer: Callable[[Ask, World], Reply]
    method: str = "GET"


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider: its first path segment here, its endpoints, its check of keys, and its own answers to trouble."""

    name: str
    # What stands between the provider's name here and the paths of its documentation.
    base: str
    endpoints: Sequence[Endpoint]
    # Answers who may not ask, None who may.
    refusal: Callable[[Ask], Reply | None]
    # Its own answers by kind: key_refused, unknown, throttled, quota, error_with_200, forbidden, token_dead.
    own: Mapping[str, Reply]
    # The members of its bodies that carry the numbers.
    counts: frozenset[str]
    # As published, or as the product has to assume it.
    rate: Rate | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def in_path(place: str, name: str) -> Meant:
    """Who is meant: the artist whose id in that place is the path's part of that name."""
    return lambda ask, directory: {ask.path[name]: directory.find(place, ask.path[name])}


def in_query(place: str, name: str) -> Meant:
    """Who is meant: the artist whose id in that place is the query's parameter of that name."""
    return lambda ask, directory: {key: directory.find(place, key) for key in (ask.query.get(name, ""),)}


def nobody(ask: Ask, directory: Directory) -> Mapping[str, Artist | None]:
    """Who is meant where it's about no artist."""
    return {}


def is_key(text: str | None) -> bool:
    """Whether the sandbox takes it as a key."""
    return bool(text) and str(text).startswith(KEY)


def no_keys(ask: Ask) -> None:
    """The check of a provider that wants no key."""
    return


def recorded(case: str) -> Any:
    """The body `{provider}/{case}` of the folder `bodies`."""
    return orjson.loads((BODIES / f"{case}.json").read_bytes())
