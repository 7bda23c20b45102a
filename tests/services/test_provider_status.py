from collections.abc import Callable

from services import Services, open_services
from services.model.artist import Artist
from services.model.providers import Asked, BreakerState
from services.providers import TIERS
from settings import Settings
from tests.builders import NOW
from tests.conftest import Clock, Database

VIBERATE_UUID = "fb092561-f572-49ed-b75e-b4853f65aa09"


async def test_every_provider_is_told_configured_or_not(services: Services) -> None:
    found = await services.providers.all()

    assert [status.name for status in found] == [row.name for row in TIERS]
    assert {status.name for status in found if status.configured} == {"spotify_listeners"}
    assert {status.breaker for status in found} == {BreakerState.CLOSED}


async def test_a_provider_with_its_credentials_is_configured_with_its_budget_and_calls(
    make_settings: Callable[..., Settings], database: Database, clock: Clock
) -> None:
    settings = make_settings(viberate_token="secret-token", provider_daily_budgets="viberate=5")
    await database.insert("data_analyst.provider_state", {"_id": f"viberate:{NOW.date()}", "calls": 3})

    async with open_services(settings, clock=clock, prefix=database.prefix) as services:
        viberate = next(status for status in await services.providers.all() if status.name == "viberate")

    assert (viberate.configured, viberate.sandbox) == (True, False)
    assert (viberate.daily_budget, viberate.calls_today) == (5, 3)
    assert "secret-token" not in repr(viberate)


async def test_with_a_database_of_somebodys_the_sandbox_plays_nobody(
    make_settings: Callable[..., Settings], mongodb: str, clock: Clock, database: Database
) -> None:
    settings = make_settings(
        db_mongo_prod_kisum=mongodb, sandbox_bases={row.name: "http://127.0.0.1:9" for row in TIERS}
    )

    async with open_services(settings, clock=clock, prefix=database.prefix) as services:
        found = await services.providers.all()

    assert not any(status.sandbox for status in found)
    assert {status.name for status in found if status.configured} == {"spotify_listeners"}


async def test_real_credentials_switch_a_provider_to_the_real_service(
    make_settings: Callable[..., Settings], clock: Clock, database: Database
) -> None:
    settings = make_settings(
        viberate_token="real", sandbox_bases={row.name: "http://127.0.0.1:9" for row in TIERS}, disabled_providers=()
    )

    async with open_services(settings, clock=clock, prefix=database.prefix) as services:
        found = {status.name: status for status in await services.providers.all()}

    assert not found["viberate"].sandbox
    assert found["songstats"].sandbox
    assert found["deezer"].sandbox


async def test_an_address_set_by_hand_switches_a_provider_that_needs_no_credentials_to_it(
    make_settings: Callable[..., Settings], clock: Clock, database: Database
) -> None:
    settings = make_settings(
        deezer_base_url="http://127.0.0.1:8",
        viberate_base_url="http://127.0.0.1:8",
        sandbox_bases={row.name: "http://127.0.0.1:9" for row in TIERS},
        disabled_providers=(),
    )

    async with open_services(settings, clock=clock, prefix=database.prefix) as services:
        found = {status.name: status for status in await services.providers.all()}

    assert found["deezer"].configured
    assert not found["deezer"].sandbox
    assert found["viberate"].sandbox


async def test_how_calls_ended_last_is_told_whichever_process_made_them(services: Services, database: Database) -> None:
    await database.insert(
        "data_analyst.provider_state",
        {"_id": "viberate", "lastSuccessAt": NOW, "lastErrorAt": NOW, "lastError": "took longer than 8 s"},
    )

    viberate, songstats, *_ = await services.providers.all()

    assert (viberate.last_success_at, viberate.last_error) == (NOW, "took longer than 8 s")
    assert (songstats.last_success_at, songstats.last_error) == (None, None)


async def test_whom_a_refresh_would_ask_is_told_with_the_reason(
    make_settings: Callable[..., Settings], clock: Clock, database: Database
) -> None:
    settings = make_settings(
        viberate_token="set",
        songstats_api_key="set",
        soundcharts_app_id="set",
        lastfm_api_key="set",
        genius_access_token="set",
        provider_daily_budgets="lastfm=5",
        disabled_providers=("deezer",),
    )
    await database.insert("data_analyst.provider_state", {"_id": f"lastfm:{NOW.date()}", "calls": 5})
    artist = Artist(61, "Nova Ruiz", viberate_uuid=VIBERATE_UUID)

    async with open_services(settings, clock=clock, prefix=database.prefix) as services:
        found = {one.status.name: (one.asked, one.reason) for one in await services.providers.outlook(artist)}

    assert list(found) == [row.name for row in TIERS]
    assert found["viberate"] == (Asked.SURELY, "has what no tier before it has")
    assert found["songstats"] == (Asked.NOT, "the artist has no id that it takes")
    assert found["soundcharts"] == (Asked.NOT, "not set: SOUNDCHARTS_API_KEY")
    assert found["deezer"] == (Asked.NOT, "DISABLED_PROVIDERS names it")
    assert found["lastfm"] == (Asked.NOT, "its 5 calls of the day are spent")
    assert found["netease"] == (Asked.NOT, "not set: NETEASE_BASE_URL")
    assert found["genius"] == (Asked.NOT, "the artist has no id that it takes")


async def test_who_has_only_what_others_may_leave_is_asked_for_gaps(
    make_settings: Callable[..., Settings], clock: Clock, database: Database
) -> None:
    settings = make_settings(viberate_token="set", bandsintown_app_id="set")
    artist = Artist(61, "Nova Ruiz", viberate_uuid=VIBERATE_UUID)

    async with open_services(settings, clock=clock, prefix=database.prefix) as services:
        found = {one.status.name: one for one in await services.providers.outlook(artist)}

    assert (found["bandsintown"].asked, found["bandsintown"].metrics) == (Asked.FOR_GAPS, ("bandsintown_trackers",))
    assert "bandsintown_trackers" in found["viberate"].metrics
