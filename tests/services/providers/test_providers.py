"""The table of tiers, and what holds for every provider in it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.metrics import METRIC_NAMES
from services.model.artist import Artist
from services.platforms import Platform
from services.providers import TIERS, ProviderRow, Stored
from tests.services.providers.asking import (
    REFUSED,
    ROWS,
    UNAVAILABLE,
    UNREADABLE,
    Ask,
    Case,
    Fault,
    Remembered,
    artist,
    throttled,
)

OUTSIDE = [row for row in TIERS if row.outside]
DOCUMENT = Path(__file__).parents[3] / "docs" / "providers.md"


def test_tiers_come_in_order() -> None:
    assert [(row.tier, row.name) for row in TIERS if row.tier < 4] == [
        (1, "viberate"),
        (2, "songstats"),
        (3, "soundcharts"),
    ]
    assert [row.tier for row in TIERS] == sorted(row.tier for row in TIERS)


def test_names_are_those_of_the_refresh_source() -> None:
    assert {row.name for row in TIERS if row.tier == 4} == {
        *("genius", "lastfm", "netease", "qq", "instagram", "tiktok", "bandsintown"),
        *("spotify", "spotify_listeners", "youtube", "deezer"),
    }


def test_every_metric_has_a_provider() -> None:
    assert METRIC_NAMES - {metric for row in TIERS for metric in row.metrics} == set()


def test_credentials_are_those_of_the_settings() -> None:
    assert {credential for row in TIERS for credential in row.credentials} == {
        *("viberate_token", "songstats_api_key", "soundcharts_app_id", "soundcharts_api_key"),
        *("spotify_client_id", "spotify_client_secret", "youtube_api_key", "genius_access_token", "lastfm_api_key"),
        *("zylalabs_key", "rapidapi_key", "bandsintown_app_id"),
    }


@pytest.mark.parametrize("row", TIERS, ids=lambda row: row.name)
def test_the_document_has_every_place_of_every_metric(row: ProviderRow) -> None:
    _, _, section = DOCUMENT.read_text().partition(f"\n## {row.name}\n")
    section, _, _ = section.partition("\n## ")

    documented = {line.split("|")[1].strip(): line for line in section.splitlines() if line.startswith("| `")}

    assert documented.keys() == {f"`{metric}`" for metric in row.metrics}
    for metric, places in row.paths.items():
        assert [place for place in places if f"`{place}`" not in documented[f"`{metric}`"]] == []
    assert [name for name in row.credentials if f"`{name.upper()}`" not in section] == []


# A body of each provider with the same value at every place.
BODIES: dict[str, Callable[[Any], Any]] = {
    "viberate": lambda value: {"data": {"data": {place: value for places in paths("viberate") for place in places}}},
    "songstats": lambda value: {
        "result": "success",
        "stats": [{"source": source, "data": members} for source, members in nested("songstats", value).items()],
    },
    "soundcharts": lambda value: {
        **{
            block: [{"platform": platform, "value": found} for platform, found in platforms.items()]
            for block, platforms in nested("soundcharts", value).items()
            if block != "audience"
        },
        "items": [{"date": "2026-11-19", "followerCount": value, "viewCount": value}],
    },
    "spotify": lambda value: {"id": "x", "followers": {"total": value}, "popularity": value},
    "youtube": lambda value: {
        "items": [
            {"id": "UC_x5XG1OV2P6uZZ5FSM9Ttw", "statistics": {"viewCount": value, "subscriberCount": value}},
        ]
    },
    "instagram": lambda value: {"user": {"follower_count": value}},
    "tiktok": lambda value: {"data": {"stats": {"followerCount": value, "heartCount": value, "heart": value}}},
    "deezer": lambda value: {"id": 5080, "nb_fan": value},
    "genius": lambda value: {"response": {"artist": {"followers_count": value}}},
    "lastfm": lambda value: {"artist": {"name": "Nova Ruiz", "stats": {"listeners": value, "playcount": value}}},
    "netease": lambda value: {"code": 200, "data": {"fansCnt": value}},
    "qq": lambda value: {"code": 0, "num": value},
    "bandsintown": lambda value: {"name": "Nova Ruiz", "tracker_count": value},
}

ODD_VALUES = {
    "zero": 0,
    "zero as a text": "0",
    "minus one": -1,
    "an overflown count": -1_874_321_190,
    "not available": "n/a",
    "true": True,
    "a fraction": 1.5,
    "not a number": "NaN",
    "beyond 64 bits": 10**19,
    "beyond 64 bits as a text": str(10**19),
    "a rounded text": "1.2M",
    "null": None,
    "a list": [],
    "absent": ...,
}


def paths(name: str) -> list[Any]:
    return list(ROWS[name].paths.values())


def nested(name: str, value: Any) -> dict[str, dict[str, Any]]:
    """The value at every place of two members."""
    found: dict[str, dict[str, Any]] = {}
    for places in paths(name):
        for block, _, member in (place.partition(".") for place in places):
            found.setdefault(block, {})[member] = value
    return found


def without_absent(body: Any) -> Any:
    if isinstance(body, dict):
        return {key: without_absent(value) for key, value in body.items() if value is not ...}
    return [without_absent(value) for value in body] if isinstance(body, list) else body


def case_of(name: str, value: Any) -> Case:
    return Case(json.dumps(without_absent(BODIES[name](value))).encode(), {})


@pytest.mark.parametrize("row", OUTSIDE, ids=lambda row: row.name)
@pytest.mark.parametrize("value", [7, 7.0, "7"], ids=["number", "float", "text"])
async def test_reads_every_metric_that_its_row_has(ask: Ask, row: ProviderRow, value: object) -> None:
    assert await ask(row.name).made_of(case_of(row.name, value), artist()) == dict.fromkeys(row.metrics, 7)


@pytest.mark.parametrize("row", OUTSIDE, ids=lambda row: row.name)
@pytest.mark.parametrize("value", ODD_VALUES.values(), ids=ODD_VALUES.keys())
async def test_a_value_that_is_no_count_is_a_gap(ask: Ask, row: ProviderRow, value: object) -> None:
    assert await ask(row.name).made_of(case_of(row.name, value), artist()) == {}


@pytest.mark.parametrize("value", ODD_VALUES.values(), ids=ODD_VALUES.keys())
async def test_listeners_that_are_no_count_are_a_gap(ask: Ask, value: Any) -> None:
    async def listeners(artists: Any) -> Any:
        return {artist_id: value for artist_id, _ in artists}

    provider = ask("spotify_listeners", stored=Stored(Remembered(), listeners))

    assert await provider.read(artist()) == {}


FAULTS: dict[str, Case] = {
    "not found": Case(b"", {}, status=404),
    "a page of an address that is wrong": Case(b"<html><body>Cannot GET /</body></html>", UNREADABLE, status=404),
    "a challenge": Case(b"<!DOCTYPE html><title>Just a moment</title>", UNREADABLE, status=403),
    "a page in place of an answer": Case(b"<html><body>Welcome</body></html>", UNREADABLE),
    "a page of a server that is down": Case(b"<html><body>Bad gateway</body></html>", UNAVAILABLE, status=502),
    "a wrong key": Case(b"{}", REFUSED, status=401),
    "too many calls": Case(b"{}", throttled(30), status=429, headers={"Retry-After": "30"}),
    "the half of an answer": Case(b'{"data": {"data": {"spo', UNREADABLE),
    "a list in place of an object": Case(b"[[]]", UNREADABLE),
    "an empty object": Case(b"{}", UNREADABLE),
    "a number": Case(b"7", UNREADABLE),
    "another address": Case(b"", UNREADABLE, status=302, headers={"Location": "https://elsewhere.example/"}),
}
# Its own client waits a second longer than it is told.
LONGER = {("soundcharts", "too many calls"): throttled(31)}


@pytest.mark.parametrize("row", OUTSIDE, ids=lambda row: row.name)
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_is_told_and_never_a_value(ask: Ask, row: ProviderRow, fault: str) -> None:
    provider = ask(row.name)
    provider.wants(*(row.metrics - {"youtube_views"} or row.metrics))

    made = await provider.made_of(FAULTS[fault], artist())

    assert made == LONGER.get((row.name, fault), FAULTS[fault].made)


@pytest.mark.parametrize("row", OUTSIDE, ids=lambda row: row.name)
async def test_an_empty_answer_is_a_fault_but_for_bandsintown(ask: Ask, row: ProviderRow) -> None:
    expected: dict[str, int] | Fault = {} if row.name == "bandsintown" else UNREADABLE

    assert await ask(row.name).made_of(Case(b"", {}), artist()) == expected


UNASKABLE = {
    "viberate": artist(viberate_uuid="../rate-limit/status"),
    "songstats": artist({Platform.SPOTIFY: "a&b"}, songstats_id="a&b"),
    "soundcharts": artist({Platform.SPOTIFY: "a/b"}, soundcharts_uuid="a/b"),
    "spotify": artist({Platform.SPOTIFY: "../me"}),
    "spotify_listeners": artist({Platform.SPOTIFY: "../me"}, name=None),
    "youtube": artist({Platform.YOUTUBE: "UCa,UCb"}),
    "instagram": artist({Platform.INSTAGRAM: "https://instagram.com/novaruiz"}),
    "tiktok": artist({Platform.TIKTOK: "nova ruiz&x=1"}),
    "deezer": artist({Platform.DEEZER: "5080/top"}),
    "genius": artist({Platform.GENIUS: "sia"}),
    "lastfm": artist({}, name="\n"),
    "netease": artist({Platform.NETEASE: "6452&x=1"}),
    "qq": artist({Platform.QQ: "002J4UUk/9y8BY"}),
    "bandsintown": artist(name=".."),
}


@pytest.mark.parametrize(("name", "unaskable"), UNASKABLE.items(), ids=UNASKABLE.keys())
async def test_an_id_that_does_not_fit_is_never_sent(ask: Ask, name: str, unaskable: Artist) -> None:
    provider = ask(name)

    values = await provider.read(unaskable)

    assert (provider.provider.can_ask(unaskable), values, provider.sent) == (False, {}, [])


@pytest.mark.parametrize("row", TIERS, ids=lambda row: row.name)
async def test_an_artist_with_nothing_but_a_number_is_asked_for_nowhere(ask: Ask, row: ProviderRow) -> None:
    assert not ask(row.name).provider.can_ask(Artist(id=61))


@pytest.mark.parametrize("row", TIERS, ids=lambda row: row.name)
async def test_an_artist_with_all_ids_is_asked_for_everywhere(ask: Ask, row: ProviderRow) -> None:
    assert ask(row.name).provider.can_ask(artist())
