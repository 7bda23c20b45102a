import uuid

import pytest

from sandbox.artists import NAMESPACE, Artist, Directory, aggregator_ids

NOVA = Artist(1, "Nova Ruiz", {"spotify": "4q3eW", "instagram": "novaruiz", "soundcharts": "11e8"})
NAMESAKE = Artist(2, "NOVA RUIZ", {"spotify": "4q3ew"})


def test_ids_at_the_aggregators_are_uuids_of_our_own_namespace() -> None:
    assert aggregator_ids(61) == {
        "viberate": str(uuid.uuid5(NAMESPACE, "viberate:61")),
        "songstats": str(uuid.uuid5(NAMESPACE, "songstats:61"))[:8],
        "soundcharts": str(uuid.uuid5(NAMESPACE, "soundcharts:61")),
    }


@pytest.mark.parametrize(
    ("place", "key", "found"),
    [
        ("spotify", "4q3eW", NOVA),
        ("spotify", "4q3ew", NAMESAKE),
        ("instagram", "@NovaRuiz", NOVA),
        ("name", "nova  ruiz ", NOVA),
        ("soundcharts", "11E8", NOVA),
        ("soundcharts", aggregator_ids(1)["soundcharts"], NOVA),
        ("tiktok", "novaruiz", None),
        ("instagram", "", None),
    ],
)
def test_an_artist_is_found_by_its_id_in_a_place(place: str, key: str, found: Artist | None) -> None:
    assert Directory([NOVA, NAMESAKE]).find(place, key) is found


def test_a_slug_is_the_name_as_it_stands_in_addresses() -> None:
    assert Artist(1, "Tones and  I", {}).slug == "tones-and-i"
