import httpx
import pytest

from routes.problems import STATUSES, headers_of, problem
from services.errors import Code


def test_a_problem_has_every_member_of_the_contract() -> None:
    answer = problem({"path": "/analyst/artists/61/stats"}, Code.NOT_FOUND, "No artist 61.")

    assert (answer.status_code, answer.media_type) == (404, "application/problem+json")
    assert bytes(answer.body) == (
        b'{"type":"about:blank","title":"Not Found","status":404,"detail":"No artist 61.","code":"NOT_FOUND",'
        b'"instance":"/analyst/artists/61/stats","requestId":""}'
    )


def test_every_code_has_a_status() -> None:
    assert set(STATUSES) == set(Code)


@pytest.mark.parametrize(
    ("code", "headers"),
    [
        (Code.UNAUTHENTICATED, {"WWW-Authenticate": "Bearer"}),
        (Code.UNAVAILABLE, {"Retry-After": "5"}),
        (Code.NOT_FOUND, {}),
    ],
)
def test_some_codes_tell_more_in_headers(code: Code, headers: dict[str, str]) -> None:
    assert headers_of(code) == headers


async def test_routing_errors_are_problems_too(client: httpx.AsyncClient) -> None:
    answer = await client.get("/analyst/artists/61/nothing")

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "Nothing is at /analyst/artists/61/nothing."
