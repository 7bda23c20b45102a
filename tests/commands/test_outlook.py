from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from commands.outlook import RefreshFacts, outlook
from services import open_services
from services.freshness import Freshness
from settings import Settings
from tests.builders import NOW, Document, artist_document
from tests.conftest import Clock, Database

STATE = "data_analyst.refresh_state"
REACHED = {"viberate_token": "a-token"}
HELD: Document = {"_id": "stats:61", "owner": "music-1:4711:ab", "until": NOW + timedelta(seconds=20)}
RESTS: Document = {
    "_id": "stats:61",
    "endedAt": NOW,
    "retryAt": NOW + timedelta(minutes=9),
    "attempts": 1,
    "error": "x",
}

Tell = Callable[..., Any]


@pytest.fixture
def tell(make_settings: Callable[..., Settings], database: Database, clock: Clock) -> Tell:
    async def tell(decision: Freshness = Freshness.STALE, **changes: Any) -> RefreshFacts:
        await database.artists(artist_document())
        async with open_services(make_settings(**changes), clock=clock, prefix=database.prefix) as services:
            artist = await services.artists.one(61, fields=frozenset({"name", "platforms", "viberate_uuid"}))
            return await outlook(services, artist, decision=decision, now=NOW)

    return tell


@pytest.mark.parametrize(
    ("decision", "settings", "state", "expected"),
    [
        (Freshness.FRESH, REACHED, None, "asks nobody: what is stored is fresh"),
        (Freshness.STALE, REACHED | {"refresh_on_read": False}, None, "asks nobody: REFRESH_ON_READ is off"),
        (Freshness.MISSING, REACHED, RESTS, "asks nobody yet: the last refresh failed, and rests"),
        (Freshness.STALE, {"disabled_providers": ("deezer", "qq", "spotify_listeners")}, None, "can ask nobody"),
        (Freshness.STALE, REACHED, HELD, "waits for the refresh that is under way"),
        (Freshness.STALE, REACHED, None, "asks these providers"),
    ],
    ids=["fresh", "off", "rests", "nobody", "under way", "asks"],
)
async def test_what_a_read_does_is_told(
    tell: Tell, database: Database, decision: Freshness, settings: Document, state: Document | None, expected: str
) -> None:
    if state:
        await database.insert(STATE, state)

    assert (await tell(decision, **settings))["atRead"] == expected


async def test_who_holds_the_lease_is_told_until_it_is_over(tell: Tell, database: Database, clock: Clock) -> None:
    await database.insert(STATE, HELD, RESTS | {"_id": "stats:62"})

    assert (await tell(**REACHED))["lease"] == {"owner": "music-1:4711:ab", "until": "2026-11-20T08:00:20.000Z"}


async def test_an_artist_that_was_never_refreshed_has_no_state(tell: Tell) -> None:
    facts = await tell(**REACHED)

    del facts["providers"]
    assert facts == {
        "atRead": "asks these providers",
        "lease": None,
        "lastEndedAt": None,
        "failures": 0,
        "retryAt": None,
    }


async def test_a_provider_is_told_with_what_is_known_over_all_processes(tell: Tell, database: Database) -> None:
    await database.insert(
        "data_analyst.provider_state",
        {"_id": f"viberate:{NOW.date()}", "calls": 3},
        {"_id": "viberate", "lastSuccessAt": NOW, "lastErrorAt": NOW, "lastError": "took longer than 8 s"},
    )

    viberate = (await tell(provider_daily_budgets={"viberate": 5}, **REACHED))["providers"][0]

    assert "spotify_followers" in viberate.pop("metrics")
    assert viberate == {
        "name": "viberate",
        "tier": 1,
        "sandbox": False,
        "asked": "asked",
        "reason": "has what no tier before it has",
        "callsToday": 3,
        "dailyBudget": 5,
        "lastSuccessAt": "2026-11-20T08:00:00.000Z",
        "lastErrorAt": "2026-11-20T08:00:00.000Z",
        "lastError": "took longer than 8 s",
    }
