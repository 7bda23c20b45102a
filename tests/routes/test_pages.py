import httpx
import pytest

from schema import printed_schema
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
    for address in ("/graphql", "/docs", "/schema.graphql", "/openapi.json", "/healthz", "/readyz", "/metrics"):
        assert f'href="{address}"' in answer.text


async def test_the_page_says_so_when_the_database_is_away(make_client: MakeClient) -> None:
    async with make_client(embedded_mongodb_uri="mongodb://127.0.0.1:9", mongodb_timeout_ms=200) as client:
        answer = await client.get("/")

    assert answer.status_code == 200
    assert "the database is away" in answer.text


@pytest.mark.parametrize(
    ("keys", "told"),
    [({}, "none is configured"), ({"read_only_api_keys": "key"}, "needed, in a field")],
    ids=["without", "with"],
)
async def test_the_page_tells_whether_a_key_is_needed(make_client: MakeClient, keys: dict[str, str], told: str) -> None:
    async with make_client(**keys) as client:
        assert told in (await client.get("/")).text


async def test_the_page_tells_of_a_configured_database(make_client: MakeClient, mongodb: str) -> None:
    async with make_client(db_mongo_prod_kisum=mongodb) as client:
        assert "the configured MongoDB" in (await client.get("/")).text


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


@pytest.mark.parametrize("path", ["/", "/graphql", "/docs", "/schema.graphql", "/static/home/home.css"])
async def test_pages_and_files_allow_nothing_from_elsewhere(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers=HTML)

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_schema_is_text_that_is_not_sent_to_who_has_it(client: httpx.AsyncClient) -> None:
    first = await client.get("/schema.graphql")
    again = await client.get("/schema.graphql", headers={"if-none-match": first.headers["etag"]})

    assert first.headers["content-type"] == "text/plain; charset=utf-8"
    assert first.text == printed_schema()
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/graphql", "/docs"])
async def test_files_with_a_hash_or_a_version_in_their_paths_are_kept(client: httpx.AsyncClient, path: str) -> None:
    page = (await client.get(path, headers=HTML)).text
    script = page.partition('src="')[2].partition('"')[0]

    answer = await client.get(script)

    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]


async def test_a_script_is_one_whatever_the_machine_takes_it_for(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("starlette.responses.guess_type", lambda path: ("text/plain", None))

    answer = await client.get("/static/docs/docs.js")

    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("path", ["/static/docs/docs.js", "/static/home/home.css", "/static/graphiql/examples.json"])
async def test_other_files_are_asked_for_each_time(client: httpx.AsyncClient, path: str) -> None:
    first = await client.get(path)
    again = await client.get(path, headers={"if-none-match": first.headers["etag"]})

    assert first.headers["cache-control"] == "no-cache"
    assert again.status_code == 304


async def test_the_licences_of_swagger_ui_are_beside_it(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs")).text
    folder = page.partition('src="')[2].partition("/swagger-ui-bundle.js")[0]

    files = ["LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt"]
    assert [(await client.get(f"{folder}/{name}")).status_code for name in files] == [200, 200, 200]


async def test_a_file_that_is_not_there_is_a_problem(client: httpx.AsyncClient) -> None:
    answer = await client.get("/static/graphiql/nothing.js")

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
