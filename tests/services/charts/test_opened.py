from contextlib import aclosing

import pytest

from services import Services
from services.charts.opened import SiteAccess, open_chart_runs
from services.charts.outcomes import Outcome
from services.charts.sites import SITES, Site
from services.store.budgets import BudgetStore
from tests.builders import NOW
from tests.conftest import Database

NOWHERE = "http://127.0.0.1:1"


async def outcomes(services: Services, access: SiteAccess) -> list[Outcome]:
    budget = BudgetStore(services.store.mongo, limits={}, clock=lambda: NOW)
    opened = open_chart_runs(
        services.store,
        {Site.KWORB: access},
        clock=lambda: NOW,
        budget=budget,
        stored=services.presence_index.charts_stored,
    )
    async with opened as runs, aclosing(runs.scrape(Site.KWORB, SITES[Site.KWORB].chosen(["radio"]))) as scraped:
        found = [outcome async for outcome in scraped]
    await budget.written()
    return found


@pytest.mark.parametrize("sandbox", [False, True])
async def test_a_site_is_asked_where_it_is_said_to_be_and_the_call_counts(
    services: Services, database: Database, sandbox: bool
) -> None:
    (outcome,) = await outcomes(services, SiteAccess(NOWHERE, sandbox=sandbox))

    assert outcome.reason == "kworb could not be reached"
    states = {
        state["_id"]: state for state in await database.collection("data_analyst.provider_state").find().to_list()
    }
    assert states["kworb:2026-11-20"]["calls"] == 3
    assert states["kworb"]["lastError"] == "could not be reached"
