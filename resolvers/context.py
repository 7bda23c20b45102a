"""What a GraphQL request carries."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import telemetry
from execution.batching import Loads
from services import Services
from services.freshness import Caller
from services.model.stats import StoredStats

Found = Mapping[int, StoredStats | None]


class StatsReads:
    """The reads of stats in this request, which may refresh: what they changed, for who asks of the same artists."""

    def __init__(self) -> None:
        self._reads: list[StatsRead] = []

    def begun(self) -> "StatsRead":
        """A read, from before it first waits for anything until it ends, however that is: to be used as a context."""
        read = StatsRead()
        self._reads.append(read)
        return read

    async def ended(self) -> Found:
        """What all the reads that have begun changed, by artist, once they have ended."""
        if not self._reads:
            # What the same selection asks for begins in the same breath, if not before.
            await asyncio.sleep(0)
        for read in tuple(self._reads):
            await read.ended.wait()
        changed: dict[int, StoredStats | None] = {}
        for read in self._reads:
            changed.update(read.changed)
        return changed


class StatsRead:
    """One read, and what it changed."""

    def __init__(self) -> None:
        self.changed: Found = {}
        self.ended = asyncio.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self.ended.set()

    def tell(self, changed: Found) -> None:
        """These are stored now."""
        self.changed = changed


@dataclass(slots=True)
class Context:
    """One request's services, caller, loads and reads; `is_event` where it answers an event of a subscription."""

    services: Services
    caller: Caller
    is_event: bool = False
    # Made when first asked for: requests that are carried out as one have those of a sibling.
    _loads: Loads | None = field(default=None, init=False, repr=False)
    _stats_reads: StatsReads | None = field(default=None, init=False, repr=False)

    @property
    def loads(self) -> Loads:
        """The loads of the request."""
        if self._loads is None:
            self._loads = Loads(self, observe=telemetry.observe_batch)
        return self._loads

    @property
    def stats_reads(self) -> StatsReads:
        """The reads of stats in the request."""
        if self._stats_reads is None:
            self._stats_reads = StatsReads()
        return self._stats_reads

    @property
    def kin(self) -> tuple[Caller, bool]:
        """What contexts have in common whose requests may be carried out as one."""
        return self.caller, self.is_event

    def sibling(self) -> "Context":
        """Another one of its kin, for such requests."""
        return Context(self.services, self.caller, self.is_event)

    def begin_event(self) -> None:
        """Answer an event with loads and reads of its own, and without asking a provider."""
        self._loads = self._stats_reads = None
        self.is_event = True
