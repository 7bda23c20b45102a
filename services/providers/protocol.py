"""What a provider is to a refresh, and what it is made of: each is a file beside this one, and a row of TIERS."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import SecretStr

from services.metrics import METRIC_NAMES
from services.model.artist import Artist
from services.model.providers import Resolved
from services.providers.values import Paths
from services.transport import HTTPPolicy, ProviderClient, ProviderError

Values = Mapping[str, int]
# An artist as a chart lists it: its id, and its Spotify id where that is known.
Listed = tuple[int, str | None]

SANDBOX = "sandbox"


@dataclass(frozen=True, slots=True)
class Access:
    """How a provider is reached: its address, what it wants to see, and whether it is the sandbox that plays it."""

    base_url: str
    credentials: Mapping[str, SecretStr] = field(default_factory=dict)
    sandbox: bool = False
    # Where its tokens come from, when that is another address and not the provider's usual one.
    token_base_url: str | None = None

    def secret(self, name: str) -> str:
        """The credential of that name, in the clear: for a request, and nothing else."""
        return self.credentials[name].get_secret_value()


class UUIDMemory(Protocol):
    """Where uuids that were looked for are kept, by artist, so that they are looked for once."""

    async def get(self, artist_id: int) -> Resolved | None:
        """What was found; None where nothing is kept, or where it's time to look again. Raises StoreUnavailable."""
        ...

    async def put(self, artist_id: int, uuid: str | None) -> None:
        """Keeps a uuid for good, and None, that there is none, for a while. Raises StoreUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Stored:
    """What some providers need of the store."""

    soundcharts_uuids: UUIDMemory
    # Monthly listeners of the collection `charts.kworb_spotify_listeners` by artist id, of those artists that stand
    # there; asked for by artist id and Spotify id. Raises StoreUnavailable.
    spotify_listeners: Callable[[Sequence[Listed]], Awaitable[Mapping[int, int]]]


class PartlyRead(Exception):
    """Of several calls some were answered, with `values`, and one failed, as the text says."""

    def __init__(self, values: Values, fault: ProviderError) -> None:
        super().__init__(str(fault))
        self.values = values


class Provider(Protocol):
    """One outside service that metrics come from."""

    def can_ask(self, artist: Artist) -> bool:
        """Whether the artist has what a request needs: an id there, or a name."""
        ...

    async def read(self, artist: Artist, wanted: frozenset[str], *, deadline: float) -> Values:
        """The artist's metrics by stored name, of those that are wanted or come along; empty where it knows nothing.

        Only positive whole numbers. `deadline` is on the event loop's clock. Raises ProviderError; PartlyRead where
        it was answered in part.
        """
        ...


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """A provider: its name as in `last_refresh_source`, its tier, what it can give, what it needs, its limits.

    Raises ValueError where `paths` names a metric that the metric table lacks.
    """

    name: str
    tier: int
    paths: Paths
    # Empty: there is no usual address, and without one that is set the provider is left out.
    base_url: str
    policy: HTTPPolicy
    make: Callable[[ProviderClient, Access, Stored], Provider]
    # Names of settings, all needed; without them the provider is left out.
    credentials: tuple[str, ...] = ()
    # False for what is read from our own store: it needs no address, and no call is made.
    outside: bool = True

    def __post_init__(self) -> None:
        if unknown := self.paths.keys() - METRIC_NAMES:
            raise ValueError(f"{self.name} gives what is no metric: {', '.join(sorted(unknown))}")

    @property
    def metrics(self) -> frozenset[str]:
        """The stored names of what it can give."""
        return frozenset(self.paths)


def signed(name: str, *, sandbox: bool) -> str:
    """The name that a value or a fault comes with, after the sandbox's where that plays the provider."""
    return f"{SANDBOX}:{name}" if sandbox else name
