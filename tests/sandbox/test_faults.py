from typing import Any

import pytest

from sandbox.artists import Artist
from sandbox.faults import Faults, WrongKnob, fault_of
from sandbox.named import BY_NAME, Knobs
from sandbox.protocol import Ask

NOVA, MAR = Artist(61, "Nova Ruiz", {}), Artist(62, "Mar Ilse", {})


def about(*artists: Artist, target: str = "/artist") -> Ask:
    return Ask(target, meant={f"id-{artist.id}": artist for artist in artists})


def strikes(faults: Faults, ask: Ask, count: int) -> list[bool]:
    return [faults.struck("deezer", ask) is not None for _ in range(count)]


@pytest.fixture
def faults() -> Faults:
    return Faults()


def test_a_fault_strikes_its_provider_alone(faults: Faults) -> None:
    faults.put("deezer", {"status": 500})

    assert faults.struck("deezer", about(NOVA)) is not None
    assert faults.struck("genius", about(NOVA)) is None


def test_a_fault_with_times_passes(faults: Faults) -> None:
    faults.put("deezer", {"status": 500, "times": 2})

    assert strikes(faults, about(NOVA), 4) == [True, True, False, False]


def test_a_fault_strikes_every_nth_request(faults: Faults) -> None:
    faults.put("deezer", {"status": 500, "every_nth": 3})

    assert strikes(faults, about(NOVA), 7) == [False, False, True, False, False, True, False]


def test_a_fault_strikes_the_third_request_once(faults: Faults) -> None:
    faults.put("deezer", {"status": 500, "every_nth": 3, "times": 1})

    assert strikes(faults, about(NOVA), 7) == [False, False, True, False, False, False, False]


@pytest.mark.parametrize("artist", ["61", 61, "id-61"])
def test_a_fault_for_an_artist_strikes_requests_about_it_alone(faults: Faults, artist: object) -> None:
    faults.put("deezer", {"status": 500, "artist": artist})

    assert strikes(faults, about(MAR), 1) == [False]
    assert strikes(faults, about(MAR, NOVA), 1) == [True]


def test_a_fault_for_a_path_strikes_where_the_address_holds_it(faults: Faults) -> None:
    faults.put("deezer", {"status": 500, "path": "offset=200"})

    assert strikes(faults, about(NOVA, target="/series?offset=100"), 1) == [False]
    assert strikes(faults, about(NOVA, target="/series?offset=200"), 1) == [True]


def test_a_fault_for_an_artist_goes_before_one_for_all(faults: Faults) -> None:
    faults.put("deezer", {"status": 500})
    faults.put("deezer", {"status": 503, "artist": "61"})

    struck = [faults.struck("deezer", about(artist)) for artist in (NOVA, MAR)]

    assert [fault and fault.knobs.status for fault in struck] == [503, 500]


def test_a_fault_takes_the_place_of_the_one_before(faults: Faults) -> None:
    faults.put("deezer", {"status": 500})
    faults.put("deezer", {"status": 503})

    assert faults.told() == {"deezer": [{"status": 503, "met": 0, "struck": 0}]}


def test_no_knobs_end_the_faults_of_a_provider(faults: Faults) -> None:
    faults.put("deezer", {"status": 500})
    faults.put("deezer", {"status": 500, "artist": "61"})
    faults.put("genius", {"status": 500})

    faults.put("deezer", {})

    assert list(faults.told()) == ["genius"]


def test_all_faults_can_be_ended(faults: Faults) -> None:
    faults.put("deezer", {"status": 500})

    faults.clear()

    assert faults.told() == {}


def test_what_is_set_is_told_with_what_it_met_and_struck(faults: Faults) -> None:
    faults.put("deezer", {"status": 500, "every_nth": 2})

    strikes(faults, about(NOVA), 3)

    assert faults.told() == {"deezer": [{"status": 500, "every_nth": 2, "met": 3, "struck": 1}]}


def test_knobs_that_are_turned_go_before_those_of_a_name() -> None:
    fault = fault_of({"body": {"named": "throttled_shortly"}, "status": 503, "headers": {"Retry-After": "9"}})

    assert fault.named is BY_NAME["throttled_shortly"]
    assert fault.knobs == Knobs(status=503, headers={"retry-after": "9"})


def test_all_knobs_are_taken() -> None:
    told = {
        "status": 200,
        "headers": {"Content-Type": None},
        "body": "ñ",
        "delay_ms": 5,
        "drip": 2.5,
        "truncate_at": -3,
    }

    assert fault_of(told).knobs == Knobs(200, {"content-type": None}, "ñ".encode(), 5, 2.5, -3)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ([], "object"),
        ("late", "object"),
        ({"stauts": 500}, "No such knob: stauts"),
        ({"status": 99}, "status"),
        ({"status": "500"}, "status"),
        ({"status": True}, "status"),
        ({"headers": {"a": 1}}, "headers"),
        ({"headers": ["a"]}, "headers"),
        ({"body": {"named": "nonsense"}}, "body"),
        ({"body": {"name": "late"}}, "body"),
        ({"body": 7}, "body"),
        ({"delay_ms": -1}, "delay_ms"),
        ({"drip": 0}, "drip"),
        ({"drip": True}, "drip"),
        ({"truncate_at": 1.5}, "truncate_at"),
        ({"times": -1}, "times"),
        ({"every_nth": 0}, "every_nth"),
        ({"path": 7}, "path"),
    ],
    ids=str,
)
def test_what_cannot_be_set_is_refused_with_the_knob(told: Any, message: str) -> None:
    with pytest.raises(WrongKnob, match=message):
        fault_of(told)
