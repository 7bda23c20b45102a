from routes import ROUTES
from tests.conftest import MakeClient


async def test_the_gate_stands_before_all_that_is_not_open(make_client: MakeClient) -> None:
    paths = [row.path.format(artist_id=61, platform="spotify") for row in ROUTES]

    async with make_client(musicdata_internal_api_key="key") as client:
        refused = {path for path in [*paths, "/graphql"] if (await client.get(path)).status_code == 401}

    assert refused == set(paths) - {"/", "/healthz", "/readyz", "/metrics"} | {"/graphql"}


def test_every_path_is_there_once() -> None:
    paths = [row.path for row in ROUTES]

    assert len(paths) == len(set(paths))
