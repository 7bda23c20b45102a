"""Spotify's monthly listeners, native: no provider outside, but what Kworb listed and `charts` holds.

`charts.kworb_spotify_listeners.listeners`, of the row that is the artist's: by the `artist_id` that was written
into it, else by the Spotify id. Artists below Kworb's last page are gaps.
"""

from collections.abc import Mapping, Sequence

from services.errors import StoreUnavailable
from services.model.artist import Artist
from services.platforms import Platform
from services.providers.ids import SPOTIFY_ID, fitting
from services.providers.protocol import Listed, ProviderRow, Stored, Values
from services.providers.sharing import Gathering
from services.providers.values import counts
from services.transport import HTTPPolicy, ProviderUnavailable

PATHS = {"spotify_monthly_listeners": ("listeners",)}
AT_ONCE = 500


class SpotifyListeners:
    """The monthly listeners that the chart collection has, many artists a find."""

    def __init__(self, stored: Stored) -> None:
        self._stored = stored
        self._gathering: Gathering[Listed, int] = Gathering(self._find, most=AT_ONCE)

    def can_ask(self, artist: Artist) -> bool:
        """Whether the artist's Spotify id is known, or the name by which its id is written into rows."""
        return _id(artist) is not None or artist.name is not None

    async def read(self, artist: Artist, wanted: frozenset[str], *, deadline: float) -> Values:
        """The listeners of the newest listing; one find for all artists that are asked for at the same moment."""
        if not self.can_ask(artist):
            return {}
        listeners = await self._gathering.get((artist.id, _id(artist)), deadline=deadline)
        return counts({"spotify_monthly_listeners": listeners})

    async def _find(self, artists: Sequence[Listed], _deadline: float) -> Mapping[Listed, int]:
        try:
            found = await self._stored.spotify_listeners(artists)
            return {artist: found[artist[0]] for artist in artists if artist[0] in found}
        except StoreUnavailable:
            raise ProviderUnavailable("could not be read from the charts collection") from None


def _id(artist: Artist) -> str | None:
    return fitting(SPOTIFY_ID, artist.platform_id(Platform.SPOTIFY))


ROW = ProviderRow(
    name="spotify_listeners",
    tier=4,
    paths=PATHS,
    base_url="",
    policy=HTTPPolicy(),
    make=lambda _client, _access, stored: SpotifyListeners(stored),
    outside=False,
)
