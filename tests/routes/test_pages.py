import httpx
import pytest

from settings import version
from tests.builders import artist_document
from tests.conftest import Database, MakeClient

HTML = {"accept": "text/html,application/xhtml+xml"}


async def test_the_page_tells_what_this_is_and_where_to_go(client: httpx.AsyncClient, database: Database) -> None:
    await database.artists(*(artist_document(i) for i in range(1, 1235)))

    answer = await client.get("/")

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert version() in answer.text
    assert "its own MongoDB, embedded" in answer.text
    assert "1\u202f234" in answer.text
    for address in ("/graphql", "/healthz", "/readyz", "/metrics"):
        assert f'href="{address}"' in answer.text


async def test_the_page_says_so_when_the_database_is_away(make_client: MakeClient) -> None:
    async with make_client(embedded_mongodb_uri="mongodb://127.0.0.1:9", mongodb_timeout_ms=200) as client:
        answer = await client.get("/")

    assert answer.status_code == 200
    assert "the database is away" in answer.text


async def test_the_page_tells_of_a_sandbox(make_client: MakeClient) -> None:
    async with make_client(sandbox_bases={"viberate": "http://127.0.0.1:9"}) as client:
        answer = await client.get("/")

    assert "played by a sandbox" in answer.text


async def test_a_browser_is_shown_graphiql_without_a_key(make_client: MakeClient) -> None:
    async with make_client(musicdata_internal_api_key="key") as client:
        answer = await client.get("/graphql", headers=HTML)

    assert (answer.status_code, answer.headers["vary"]) == (200, "Accept")
    assert "GraphiQL" in answer.text


async def test_graphiql_is_not_shown_to_other_machines_without_a_key(make_client: MakeClient) -> None:
    async with make_client(host="music.example") as client:
        assert (await client.get("/graphql", headers=HTML)).status_code == 403


@pytest.mark.parametrize("path", ["/", "/graphql", "/static/graphiql/examples.json", "/static/home/home.css"])
async def test_pages_and_files_allow_nothing_from_elsewhere(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers=HTML)

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_files_with_a_hash_in_their_names_are_kept(client: httpx.AsyncClient) -> None:
    page = (await client.get("/graphql", headers=HTML)).text
    script = page.partition('src="')[2].partition('"')[0]

    answer = await client.get(script)

    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]


async def test_a_file_that_is_not_there_is_a_problem(client: httpx.AsyncClient) -> None:
    answer = await client.get("/static/graphiql/nothing.js")

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
