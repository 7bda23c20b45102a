"""Spotify's monthly listeners, from the charts collection."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from services.errors import StoreUnavailable
from services.platforms import Platform
from services.providers import Stored
from services.transport import ProviderUnavailable
from tests.services.providers.asking import Ask, Remembered, artist


class Listed:
    """The collection, and how it was asked."""

    def __init__(self, listeners: Mapping[str, int]) -> None:
        self.listeners = listeners
        self.asked: list[Sequence[str]] = []

    async def find(self, spotify_ids: Sequence[str]) -> Mapping[str, int]:
        self.asked.append(spotify_ids)
        return {key: self.listeners[key] for key in spotify_ids if key in self.listeners}


async def test_reads_the_listeners_by_the_spotify_id_without_a_call(ask: Ask) -> None:
    listed = Listed({"4q3ewBCX7sLwd24euuV69X": 5_102_233})
    listeners = ask("spotify_listeners", stored=Stored(Remembered(), listed.find))

    assert await listeners.read(artist()) == {"spotify_monthly_listeners": 5_102_233}
    assert listeners.sent == []


async def test_an_artist_who_is_not_listed_is_a_gap(ask: Ask) -> None:
    listeners = ask("spotify_listeners", stored=Stored(Remembered(), Listed({}).find))

    assert await listeners.read(artist()) == {}


async def test_artists_of_the_same_moment_share_a_find(ask: Ask) -> None:
    numbers = {f"{number:022}": 1000 + number for number in range(3)}
    listed = Listed(numbers)
    listeners = ask("spotify_listeners", stored=Stored(Remembered(), listed.find))

    values = await asyncio.gather(*(listeners.read(artist({Platform.SPOTIFY: key})) for key in numbers))

    assert values == [{"spotify_monthly_listeners": number} for number in numbers.values()]
    assert listed.asked == [list(numbers)]


async def test_a_database_that_is_away_is_a_fault_of_this_provider_alone(ask: Ask) -> None:
    async def away(_: Sequence[str]) -> Mapping[str, int]:
        raise StoreUnavailable("MongoDB is away.")

    listeners = ask("spotify_listeners", stored=Stored(Remembered(), away))

    with pytest.raises(ProviderUnavailable, match="could not be read from the charts collection"):
        await listeners.read(artist())
