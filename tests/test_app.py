import gc
from collections.abc import Callable, Iterator

import httpx
import pytest

import app
from settings import Settings, SettingsInvalid
from tests.conftest import MakeClient


async def test_without_a_database_the_app_does_not_start(make_settings: Callable[..., Settings]) -> None:
    created = app.create_app(make_settings(embedded_mongodb_uri=None))

    with pytest.raises(SettingsInvalid, match="DB_MONGO_PROD_KISUM: not set"):
        async with created.router.lifespan_context(created):
            pass


async def test_both_drivers_serve(make_client: MakeClient) -> None:
    for driver in ("pymongo", "motor"):
        async with make_client(mongodb_driver=driver) as client:
            answer: httpx.Response = await client.get("/analyst/artists/7/stats")

        assert answer.status_code == 404


@pytest.fixture
def _collector_as_it_was() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


@pytest.mark.usefixtures("_collector_as_it_was")
def test_a_worker_makes_the_app_from_the_environment(monkeypatch: pytest.MonkeyPatch, mongodb: str) -> None:
    monkeypatch.setenv("DB_MONGO_PROD_KISUM", mongodb)
    monkeypatch.setenv("LOG_FORMAT", "json")

    assert "/graphql" in {getattr(route, "path", None) for route in app.from_environment().routes}
    # What the collector would look through again and again is as old as the process.
    assert gc.get_freeze_count() > 10_000
