"""Made-up artists, who aren't in the demo: they have an id on every platform, for tests and for load.

The first, Nova Ruiz, is known to every provider with every metric. The others have gaps, as real ones do.
"""

import string
from collections.abc import Iterator

from sandbox.artists import Artist, aggregator_ids
from sandbox.chance import unit

FIRST_ID = 1_000_001
COUNT = 500

GIVEN = (
    *("Nova", "Mar", "Eve", "Tomas", "Ines", "Bruno", "Lia", "Oskar", "Yuna", "Malik"),
    *("Petra", "Sami", "Clara", "Idris", "Noor", "Felix", "Ada", "Jonas", "Mila", "Hugo"),
)
FAMILY = (
    *("Ruiz", "Ilse", "Sola", "Brandt", "Okoye", "Larsen", "Moreau", "Tanaka", "Vidal", "Novak", "Haddad", "Costa"),
    *("Lindqvist", "Mbeki", "Rossi", "Keller", "Duarte", "Falk", "Ortega", "Petrov", "Quinn", "Sato", "Weiss"),
    *("Yilmaz", "Zhou"),
)
LETTERS = string.digits + string.ascii_letters


def roster() -> Iterator[Artist]:
    """The made-up artists, in the order of their ids."""
    for number in range(COUNT):
        artist_id = FIRST_ID + number
        # Both cycles are walked side by side, so that neighbours differ in both names and no pair comes twice.
        given = GIVEN[number % len(GIVEN)]
        family = FAMILY[(number + number // 100) % len(FAMILY)]
        name = f"{given} {family}"
        yield Artist(artist_id, name, _ids(artist_id, name), is_known_everywhere=number == 0)


def _ids(artist_id: int, name: str) -> dict[str, str]:
    handle = name.lower().replace(" ", "")
    return aggregator_ids(artist_id) | {
        "spotify": _letters(22, "spotify", artist_id),
        "youtube": "UC" + _letters(22, "youtube", artist_id),
        "youtube_handle": handle,
        "instagram": handle,
        # Some are stored by number, as the marketplaces' APIs take both.
        "tiktok": str(6_754_000_000_000_000_000 + artist_id) if artist_id % 3 == 0 else handle,
        "facebook": handle,
        "twitter": handle,
        "soundcloud": handle,
        "deezer": str(900_000_000 + artist_id),
        "genius": str(90_000_000 + artist_id),
        "lastfm": name,
        "musicbrainz": f"{artist_id:08x}-5a0d-4b0c-8000-{artist_id:012x}",
        "netease": str(70_000_000 + artist_id),
        "qq": "00" + _letters(12, "qq", artist_id),
        "bandsintown": str(80_000_000 + artist_id),
        "songkick": str(60_000_000 + artist_id),
    }


def _letters(count: int, *about: object) -> str:
    return "".join(LETTERS[int(unit(*about, place) * len(LETTERS))] for place in range(count))
