"""Spotify's monthly listeners, from the charts collection."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from services.errors import StoreUnavailable
from services.providers import Stored
from services.providers.protocol import Listed
from services.transport import ProviderUnavailable
from tests.services.providers.asking import Ask, Remembered, artist


class Chart:
    """The collection, and how it was asked."""

    def __init__(self, listeners: Mapping[int, int]) -> None:
        self.listeners = listeners
        self.asked: list[Sequence[Listed]] = []

    async def find(self, artists: Sequence[Listed]) -> Mapping[int, int]:
        self.asked.append(artists)
        return {artist_id: self.listeners[artist_id] for artist_id, _ in artists if artist_id in self.listeners}


async def test_reads_the_listeners_of_the_artists_row_without_a_call(ask: Ask) -> None:
    chart = Chart({61: 5_102_233})
    listeners = ask("spotify_listeners", stored=Stored(Remembered(), chart.find))

    assert await listeners.read(artist()) == {"spotify_monthly_listeners": 5_102_233}
    assert (listeners.sent, chart.asked) == ([], [[(61, "4q3ewBCX7sLwd24euuV69X")]])


async def test_an_artist_without_a_spotify_id_is_listed_by_its_own(ask: Ask) -> None:
    chart = Chart({61: 5_102_233})
    listeners = ask("spotify_listeners", stored=Stored(Remembered(), chart.find))

    assert await listeners.read(artist({})) == {"spotify_monthly_listeners": 5_102_233}
    assert chart.asked == [[(61, None)]]


async def test_an_artist_who_is_not_listed_is_a_gap(ask: Ask) -> None:
    listeners = ask("spotify_listeners", stored=Stored(Remembered(), Chart({}).find))

    assert await listeners.read(artist()) == {}


async def test_artists_of_the_same_moment_share_a_find(ask: Ask) -> None:
    chart = Chart({number: 1000 + number for number in range(1, 4)})
    listeners = ask("spotify_listeners", stored=Stored(Remembered(), chart.find))

    values = await asyncio.gather(*(listeners.read(artist({}, id=number)) for number in chart.listeners))

    assert values == [{"spotify_monthly_listeners": number} for number in chart.listeners.values()]
    assert chart.asked == [[(1, None), (2, None), (3, None)]]


async def test_a_database_that_is_away_is_a_fault_of_this_provider_alone(ask: Ask) -> None:
    async def away(_: Sequence[Listed]) -> Mapping[int, int]:
        raise StoreUnavailable("MongoDB is away.")

    listeners = ask("spotify_listeners", stored=Stored(Remembered(), away))

    with pytest.raises(ProviderUnavailable, match="could not be read from the charts collection"):
        await listeners.read(artist())
