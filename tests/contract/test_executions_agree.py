"""What a plan carries out is answered as graphql-core answers it: data byte for byte, errors too."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from execution.documents import Documents
from execution.executor import Request
from resolvers.context import Context
from resolvers.tables import metrics
from routes.pages import STATIC
from schema import build_executor, build_schema
from services import Services
from services.freshness import Caller
from tests.builders import artist_document, point_document, stats_document
from tests.conftest import Database
from tests.contract.documents import GIVEN, documents
from tests.contract.test_roster import ROSTER
from tests.executions import told

DOCUMENTS = Documents()
SCHEMA = build_schema(DOCUMENTS)
ORDINARY, COMPILED = (build_executor(SCHEMA, DOCUMENTS, compiled=compiled) for compiled in (False, True))
EXAMPLES = orjson.loads((STATIC / "graphiql" / "examples.json").read_bytes())

Agree = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
async def agree(services: Services, database: Database) -> Agree:
    """Has a query carried out both ways over some artists, asserts that both say the same, and answers the body."""
    await database.artists(*(artist_document(i) for i in (1, 2)), {"id": 3})
    await database.stats(
        stats_document(1), stats_document(2, youtube_views=-1, provenance=None), {"artist_id": 3, "updatedAt": "soon"}
    )
    await database.points(*(point_document(f"2026-{month:02}-01", 40 + month, artist_id=1) for month in range(1, 12)))

    async def agree(query: str, variables: dict[str, Any] | None = None, *, name: str | None = None) -> dict[str, Any]:
        request = Request(query, variables, name)
        ordinary = await ORDINARY.execute(request, Context(services, Caller(may_refresh=False)))
        compiled = await COMPILED.execute(request, Context(services, Caller(may_refresh=False)))
        assert told(compiled) == told(ordinary)
        body: dict[str, Any] = orjson.loads(compiled.body)
        return body

    return agree


@pytest.mark.parametrize(
    "variables", [{"ids": [1, 2, 3, 99, 1]}, {"ids": []}, {"ids": [*range(1, 502)]}, {"ids": [1.5]}, {}], ids=str
)
async def test_a_roster_is_answered_alike(agree: Agree, variables: dict[str, Any]) -> None:
    await agree(ROSTER, variables)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["title"] for example in EXAMPLES])
async def test_the_examples_are_answered_alike(agree: Agree, example: dict[str, Any]) -> None:
    if "mutation" not in example["query"] and "subscription" not in example["query"]:
        await agree(example["query"], orjson.loads(example.get("variables") or "{}"))


ROWS = f"id name stats {{ {' '.join(info.field for info in metrics(None))} }} statsHealth {{ exists fresh updatedAt }}"
MEASURED = {
    "Q1": f"query Q1($id: Int!) {{ artist(id: $id) {{ {ROWS} }} }}",
    "Q2": f"query Q2($ids: [Int!]!) {{ artists(ids: $ids) {{ {ROWS} }} }}",
    "Q3": "query Q3($ids: [Int!]!) { artists(ids: $ids) { id name stats { spotifyFollowers youtubeViews } } }",
    "Q4": "query Q4($ids: [Int!]!) { artists(ids: $ids) { id name popularity { items { date value } } } }",
    "Q5": "query Q5($id: Int!) { artist(id: $id) { name } }",
}


@pytest.mark.parametrize("query", MEASURED.values(), ids=MEASURED.keys())
async def test_the_queries_that_speed_is_measured_with_are_answered_alike(agree: Agree, query: str) -> None:
    ids = {"ids": [2, 1, 99, 3]} if "$ids" in query else {"id": 1}

    body = await agree(query, ids)

    assert "errors" not in body


@given(st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_documents_of_any_kind_are_answered_alike(agree: Agree, data: st.DataObject) -> None:
    await agree(data.draw(documents(SCHEMA._schema)), GIVEN)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=4,
)


@given(variables=st.dictionaries(st.sampled_from(["id", "ids", "yes", "no", "few"]), JSON))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_variables_of_any_kind_are_taken_alike(agree: Agree, variables: dict[str, Any]) -> None:
    query = """query($yes: Boolean!, $no: Boolean! = false, $id: Int!, $ids: [Int!]!, $few: Int = 2) {
      artist(id: $id) @include(if: $yes) { id @skip(if: $no) name }
      artists(ids: $ids) { id popularity(storedOnly: $no) { sparkline(points: 2) } }
      topArtists(metric: SPOTIFY_FOLLOWERS, limit: 2) { id }
      searchArtists(text: "Nova", limit: 1) { id stats { growth(days: 28) { change } } }
    }"""

    await agree(query, variables)
