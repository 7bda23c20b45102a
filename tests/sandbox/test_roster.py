import re

import pytest

from sandbox.roster import COUNT, FIRST_ID, roster

PATTERNS = {
    "viberate": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "soundcharts": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "songstats": r"[0-9a-f]{8}",
    "musicbrainz": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "spotify": r"[0-9A-Za-z]{22}",
    "youtube": r"UC[0-9A-Za-z]{22}",
    "qq": r"00[0-9A-Za-z]{12}",
    "deezer": r"[1-9]\d+",
    "genius": r"[1-9]\d+",
    "netease": r"[1-9]\d+",
    "tiktok": r"[a-z]+|[1-9]\d{18}",
}
ROSTER = list(roster())


def test_made_up_artists_have_ids_and_names_of_their_own() -> None:
    assert [artist.id for artist in ROSTER] == list(range(FIRST_ID, FIRST_ID + COUNT))
    assert len({artist.name for artist in ROSTER}) == COUNT


@pytest.mark.parametrize("place", PATTERNS)
def test_every_id_has_the_form_that_it_has_there_and_stands_for_one_artist(place: str) -> None:
    ids = [artist.ids[place] for artist in ROSTER]

    assert [key for key in ids if not re.fullmatch(PATTERNS[place], key)] == []
    assert len(set(ids)) == COUNT


def test_the_first_alone_is_known_everywhere() -> None:
    assert [artist.name for artist in ROSTER if artist.is_known_everywhere] == ["Nova Ruiz"]
