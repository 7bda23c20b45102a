import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from starlette.routing import Route

from routes import ROUTES
from routes.examples import EXAMPLES
from routes.openapi import openapi_document
from routes.parameters import Parameter
from routes.problems import STATUSES, Problem
from routes.row import Row
from services.metrics import METRICS
from settings import version
from tests.builders import artist_document, point_document, stats_document
from tests.conftest import Database

DOCUMENT = openapi_document(ROUTES, version="1.2.3")
OPERATIONS = {path: item["get"] for path, item in DOCUMENT["paths"].items()}


def by_path(row: Row) -> str:
    return row.path


def resolved(node: Any) -> Any:
    """What a node is, or what it refers to."""
    if "$ref" not in node:
        return node
    found: Any = DOCUMENT
    for name in node["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return found


def examples() -> Iterator[Any]:
    for path, operation in OPERATIONS.items():
        for status, response in operation["responses"].items():
            for media_type, content in resolved(response).get("content", {}).items():
                if "example" in content:
                    yield pytest.param(content, id=f"{path} {status} {media_type}")


def parameters_of(path: str) -> dict[str, Any]:
    return {told["name"]: told for told in map(resolved, OPERATIONS[path]["parameters"])}


def test_the_document_is_openapi_3_1() -> None:
    validate(DOCUMENT)

    assert DOCUMENT["openapi"].startswith("3.1.")
    assert DOCUMENT["info"]["version"] == "1.2.3"


def test_every_route_is_described() -> None:
    assert list(OPERATIONS) == [row.path for row in ROUTES]
    assert all(operation["summary"] for operation in OPERATIONS.values())
    assert len({operation["operationId"] for operation in OPERATIONS.values()}) == len(ROUTES)


@pytest.mark.parametrize("row", ROUTES, ids=by_path)
def test_a_gated_route_takes_a_key_in_each_of_three_headers_and_an_open_one_none(row: Row) -> None:
    schemes = [name for way in OPERATIONS[row.path]["security"] for name in way]

    assert schemes == (["X-Internal-API-Key", "x-api-key", "Bearer"] if row.gated else [])


@pytest.mark.parametrize("row", ROUTES, ids=by_path)
def test_the_parameters_of_the_path_are_those_that_are_described(row: Row) -> None:
    in_path = {name for name, told in parameters_of(row.path).items() if told["in"] == "path"}

    assert in_path == set(Route(row.path, row.endpoint).param_convertors)


@pytest.mark.parametrize("path", EXAMPLES)
async def test_a_handler_reads_the_parameters_that_its_row_takes_and_no_other(
    client: httpx.AsyncClient, database: Database, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document())
    await database.points(point_document("2026-11-01", 71))
    read: set[str] = set()
    of = Parameter.of

    def noted(self: Parameter[Any], request: Any) -> Any:
        read.add(self.name)
        return of(self, request)

    monkeypatch.setattr(Parameter, "of", noted)

    await client.get(EXAMPLES[path][0].path)

    (row,) = (row for row in ROUTES if row.path == path)
    assert read == {parameter.name for parameter in row.takes}


def test_what_is_required_is_told() -> None:
    assert parameters_of("/artists.csv")["ids"]["required"] is True
    assert parameters_of("/analyst/artists/{artist_id}/popularity")["platform"]["required"] is False
    assert parameters_of("/artists/{artist_id}/popularity/{platform}")["platform"]["required"] is True


def test_a_default_stands_where_a_parameter_may_be_left_out() -> None:
    assert parameters_of("/analyst/artists/{artist_id}/popularity")["platform"]["schema"]["default"] == "spotify"
    assert "default" not in parameters_of("/artists/{artist_id}/popularity/{platform}")["platform"]["schema"]


def test_a_list_of_ids_comes_by_commas() -> None:
    ids = parameters_of("/artists.csv")["ids"]

    assert (ids["style"], ids["explode"], ids["example"]) == ("form", False, [61, 62])


@pytest.mark.parametrize(
    ("path", "statuses"),
    [
        ("/analyst/artists/{artist_id}/stats", {"200", "304", "400", "401", "403", "404", "500", "502", "503"}),
        ("/artists/{artist_id}/popularity/{platform}", {"200", "304", "400", "401", "404", "500", "503"}),
        ("/artists.csv", {"200", "304", "400", "401", "500", "503"}),
        ("/healthz", {"200", "500"}),
        ("/readyz", {"200", "500", "503"}),
    ],
)
def test_the_statuses_that_a_route_may_answer_are_told(path: str, statuses: set[str]) -> None:
    assert set(OPERATIONS[path]["responses"]) == statuses


def test_a_problem_is_described_under_the_status_of_its_code() -> None:
    for operation in OPERATIONS.values():
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                told = resolved(response)["content"]["application/problem+json"]
                assert STATUSES[told["example"]["code"]] == told["example"]["status"] == int(status)
                assert set(told["example"]) == set(Problem.__annotations__)


def test_what_may_be_tried_again_tells_when() -> None:
    told = DOCUMENT["components"]["responses"]["UNAVAILABLE"]["headers"]["Retry-After"]

    assert resolved(told)["example"] == 5


def test_a_series_comes_as_json_or_as_csv() -> None:
    answered = OPERATIONS["/analyst/artists/{artist_id}/popularity"]["responses"]["200"]

    assert set(answered["content"]) == {"application/json", "text/csv"}
    assert set(answered["headers"]) == {"ETag", "Cache-Control"}


def test_every_metric_is_a_key_of_the_stats_with_its_description() -> None:
    stats = DOCUMENT["components"]["schemas"]["FlatStats"]

    assert list(stats["properties"])[1 : len(METRICS) + 1] == [row.rest_key for row in METRICS]
    assert set(stats["required"]) == set(stats["properties"]) - {"growth"}
    assert stats["properties"]["lastfm_plays"] == {
        "type": ["integer", "null"],
        "format": "int64",
        "description": "Scrobbles of the artist on Last.fm since it began.",
    }


@pytest.mark.parametrize("content", list(examples()))
def test_every_example_is_as_its_schema_says(content: Any) -> None:
    OAS31Validator(content["schema"] | {"components": DOCUMENT["components"]}).validate(content["example"])


@pytest.mark.parametrize("row", ROUTES, ids=by_path)
def test_every_answer_but_that_for_a_machine_has_an_example(row: Row) -> None:
    contents = OPERATIONS[row.path]["responses"][str(row.status)]["content"]

    assert {media_type for media_type, content in contents.items() if "example" not in content} <= {"text/plain"}


def test_an_example_is_one_of_its_route() -> None:
    for path, found in EXAMPLES.items():
        template = re.sub(r"{\w+}", "[^/]+", path).replace(".csv", r"\.csv")
        assert all(re.fullmatch(template, example.path.partition("?")[0]) for example in found)


async def test_the_document_is_served_to_all_with_the_version_that_serves(client: httpx.AsyncClient) -> None:
    answer = await client.get("/openapi.json")

    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == openapi_document(ROUTES, version=version())


async def test_the_document_is_not_sent_to_who_has_it(client: httpx.AsyncClient) -> None:
    first = await client.get("/openapi.json")

    again = await client.get("/openapi.json", headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
