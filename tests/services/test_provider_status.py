from collections.abc import Callable

from services import Services, open_services
from services.model.providers import BreakerState
from services.providers import TIERS
from settings import Settings
from tests.builders import NOW
from tests.conftest import Clock, Database


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
