"""The tiers: who is asked, in what order, and for what. Each tier only for the gaps that those before it left.

A provider that can't be read is a fault beside the others' readings, never the end of a refresh.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from services.metrics import METRIC_NAMES
from services.model.artist import Artist
from services.model.merge import Fault, Reading
from services.providers import OpenProvider, PartlyRead
from services.stats.merge import gaps
from services.transport import ProviderError

NATIVE_TIER = 4
NATIVES_AT_ONCE = 4
NATIVE_TIMEOUT_S = 3.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What asking came to. `readings` are in tier order, natives in that of the table; empty ones are among them.

    What is read from our own store and has nothing there has not answered: nobody was asked.
    """

    readings: tuple[Reading, ...]
    faults: tuple[Fault, ...]

    @property
    def anyone_answered(self) -> bool:
        """Whether any provider answered, be it that it knows nothing."""
        return bool(self.readings)


async def ask_tiers(providers: Sequence[OpenProvider], artist: Artist, *, deadline: float) -> Asked:
    """Asks tier by tier until there are no gaps, nobody is left or the deadline, on the loop's clock, is reached.

    A tier has the time that is left, divided by the tiers still to come and itself: a slow one starves none after it.
    """
    readings: list[Reading] = []
    faults: list[Fault] = []
    able = [provider for provider in providers if provider.provider.can_ask(artist)]
    tiers = sorted({provider.row.tier for provider in able})
    for number, tier in enumerate(tiers):
        left = gaps(METRIC_NAMES, readings)
        asked = [provider for provider in able if provider.row.tier == tier and provider.row.metrics & left]
        until = _share(deadline, among=len(tiers) - number)
        if tier < NATIVE_TIER:
            answers = [answer for provider in asked for answer in await _read(provider, artist, left, deadline=until)]
        else:
            answers = await _read_natives(asked, artist, left, deadline=until)
        readings += [answer for answer in answers if isinstance(answer, Reading)]
        faults += [answer for answer in answers if isinstance(answer, Fault)]
    return Asked(tuple(readings), tuple(faults))


def _share(deadline: float, *, among: int) -> float:
    """The end of the first of so many equal parts of the time that is left."""
    now = asyncio.get_running_loop().time()
    return now + (deadline - now) / among


async def _read_natives(
    providers: Sequence[OpenProvider], artist: Artist, wanted: frozenset[str], *, deadline: float
) -> list[Reading | Fault]:
    free = asyncio.Semaphore(NATIVES_AT_ONCE)
    loop = asyncio.get_running_loop()

    async def read(provider: OpenProvider) -> list[Reading | Fault]:
        async with free:
            return await _read(provider, artist, wanted, deadline=min(deadline, loop.time() + NATIVE_TIMEOUT_S))

    return list(chain.from_iterable(await asyncio.gather(*(read(provider) for provider in providers))))


async def _read(
    provider: OpenProvider, artist: Artist, wanted: frozenset[str], *, deadline: float
) -> list[Reading | Fault]:
    """What the provider said, what went wrong, or both where it answered in part; nothing where nobody was asked."""
    row, told = provider.row, list[Reading | Fault]()
    try:
        async with asyncio.timeout_at(deadline):
            values = await provider.provider.read(artist, wanted & row.metrics, deadline=deadline)
    except PartlyRead as error:
        values = error.values
        told.append(Fault(provider.source, str(error)))
    except ProviderError as error:
        return [Fault(provider.source, str(error))]
    except TimeoutError:
        return [Fault(provider.source, "took too long")]
    if values or row.outside:
        gave = {name: value for name, value in values.items() if name in wanted}
        told.append(Reading(provider.source, gave, native=row.tier == NATIVE_TIER))
    return told
