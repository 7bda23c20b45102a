"""What was asked: calls by artist, how many at once, rates that were broken, and a log of the requests."""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.protocol import Provider

LOGGED = 20_000
SECRETS = frozenset({"key", "api_key", "apikey", "app_id", "access_token", "client_secret", "code", "token"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A request, without anything secret: of headers the names alone."""

    provider: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Sequence[str]
    artists: Sequence[str]
    fault: str | None

    def told(self) -> dict[str, Any]:
        """The entry with its secrets masked."""
        query = {name: "***" if name.lower() in SECRETS else value for name, value in self.query.items()}
        return {name: getattr(self, name) for name in self.__slots__} | {"query": query}


class Calls:
    """Counts since the last reset. A request about many artists counts once for each of them."""

    def __init__(self, providers: Iterable[Provider], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rates = {provider.name: provider.rate for provider in providers}
        self._clock = clock
        self._in_flight: Counter[str] = Counter()
        self.reset()

    def reset(self) -> None:
        """Forgets everything but the requests that are under way."""
        self._by_artist: dict[str, Counter[str]] = {}
        self._requests: Counter[str] = Counter()
        self._most: Counter[str] = Counter(+self._in_flight)
        self._broken: Counter[str] = Counter()
        self._arrivals: dict[str, deque[float]] = {name: deque() for name, rate in self._rates.items() if rate}
        self.log: deque[Entry] = deque(maxlen=LOGGED)

    def begin(self, entry: Entry) -> None:
        """A request has come."""
        provider = entry.provider
        self.log.append(entry)
        self._requests[provider] += 1
        self._by_artist.setdefault(provider, Counter()).update(entry.artists)
        self._in_flight[provider] += 1
        self._most[provider] = max(self._most[provider], self._in_flight[provider])
        self._measure(provider)

    def end(self, provider: str) -> None:
        """A request is answered, or its client has gone."""
        self._in_flight[provider] -= 1

    def told(self) -> dict[str, Any]:
        """The counts by provider."""
        return {
            "calls": self._by_artist,
            "requests": self._requests,
            "maxInFlight": self._most,
            "rateBroken": {name: self._broken[name] for name in self._arrivals},
        }

    def _measure(self, provider: str) -> None:
        """A request that finds a full window before it breaks the rate."""
        rate = self._rates.get(provider)
        if rate is None:
            return
        now, arrivals = self._clock(), self._arrivals[provider]
        while arrivals and arrivals[0] <= now - rate.per_s:
            arrivals.popleft()
        self._broken[provider] += len(arrivals) >= rate.calls
        arrivals.append(now)
