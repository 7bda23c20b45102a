import httpx
import pytest

from tests.conftest import MakeClient


async def test_healthz_says_that_the_process_lives(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"


async def test_readyz_says_that_mongodb_answers(client: httpx.AsyncClient) -> None:
    answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


async def test_metrics_are_told_as_prometheus_reads_them(client: httpx.AsyncClient) -> None:
    await client.get("/healthz")

    answer = await client.get("/metrics")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert 'kisum_requests_total{method="GET",route="/healthz",status="200"} ' in answer.text


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_they_are_open_where_keys_are_configured(make_client: MakeClient, path: str) -> None:
    async with make_client(musicdata_internal_api_key=("sesame",)) as client:
        answer: httpx.Response = await client.get(path)

    assert answer.status_code == 200
