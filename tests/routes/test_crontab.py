import pytest

from services.charts import SITES, Site
from tests.conftest import Database, MakeClient
from tests.sandboxes import Sandbox
from tests.services.conftest import eventually

KEYS = {"musicdata_internal_api_key": "full", "read_only_api_keys": "reader"}
PAGES = len(SITES[Site.BILLBOARD].chosen())


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_the_scrapers_are_started_and_that_is_answered_at_once(make_client: MakeClient, method: str) -> None:
    async with make_client() as client:
        answer = await client.request(method, "/crontab/billboard")

    assert answer.status_code == 202
    assert answer.json() == {"data": {"site": "billboard", "started": True, "pages": PAGES}}
    assert answer.headers["cache-control"] == "no-store"


async def test_while_a_run_is_under_way_no_other_is_started(
    make_client: MakeClient, sandbox: Sandbox, database: Database
) -> None:
    sandbox.fault("kworb", delay_ms=30_000)
    async with make_client(kworb_base_url=sandbox.bases["kworb"]) as here, make_client() as elsewhere:
        first = await here.post("/crontab/kworb")
        second, other = await here.get("/crontab/kworb"), await elsewhere.post("/crontab/kworb")
        beside = await elsewhere.post("/crontab/billboard")

    assert [answer.json()["data"]["started"] for answer in (first, second, other, beside)] == [True, False, False, True]
    assert {answer.status_code for answer in (first, second, other, beside)} == {202}


async def test_what_a_run_brings_is_stored(make_client: MakeClient, sandbox: Sandbox, database: Database) -> None:
    async def is_stored() -> bool:
        return bool(await database.all("charts.billboard"))

    async with make_client(billboard_base_url=sandbox.bases["billboard"]) as client:
        await client.post("/crontab/billboard")
        await eventually(is_stored)


async def test_a_key_that_may_only_read_starts_nothing(make_client: MakeClient, database: Database) -> None:
    async with make_client(**KEYS) as client:
        refused = await client.post("/crontab/kworb", headers={"x-api-key": "reader"})
        without = await client.get("/crontab/kworb")

    assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")
    assert (without.status_code, without.json()["code"]) == (401, "UNAUTHENTICATED")
    assert await database.all("data_analyst.refresh_state") == []


async def test_who_only_looks_starts_nothing(make_client: MakeClient, database: Database) -> None:
    async with make_client() as client:
        answer = await client.head("/crontab/kworb")

    assert answer.status_code == 405
    assert await database.all("data_analyst.refresh_state") == []


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 202), ("none", 202)]
)
async def test_the_page_of_another_site_starts_nothing(make_client: MakeClient, site: str, status: int) -> None:
    async with make_client() as client:
        answer = await client.get("/crontab/billboard", headers={"Sec-Fetch-Site": site})

    assert answer.status_code == status


async def test_without_the_database_it_is_answered_503(make_client: MakeClient) -> None:
    async with make_client(embedded_mongodb_uri="mongodb://127.0.0.1:9", mongodb_timeout_ms=200) as client:
        answer = await client.post("/crontab/kworb")

    assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
