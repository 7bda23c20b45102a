import pytest

from routes import PAGES, ROUTES
from routes.row import Row
from tests.conftest import MakeClient

OPEN = {"/healthz", "/readyz", "/metrics", "/instagram/refresh"}


async def test_the_gate_stands_before_all_that_is_not_open(make_client: MakeClient) -> None:
    paths = {row.path.format(artist_id=61, platform="spotify") for row in ROUTES} | {"/graphql"}

    async with make_client(musicdata_internal_api_key="key") as client:
        refused = {path for path in paths if (await client.get(path)).status_code == 401}

    assert refused == paths - OPEN


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
async def test_pages_are_open(make_client: MakeClient, page: Row) -> None:
    async with make_client(musicdata_internal_api_key="key") as client:
        # The login says that it isn't set up.
        assert (await client.get(page.path)).status_code in {200, 503}


def test_every_path_is_there_once() -> None:
    paths = [row.path for row in (*ROUTES, *PAGES)]

    assert len(paths) == len(set(paths))
