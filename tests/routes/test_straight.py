from typing import Any

import pytest
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from routes.straight import Straight


class Place:
    """Notes what comes to it."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)


async def asked(scope: dict[str, Any]) -> tuple[Place, Place, Route]:
    """What came by the straight way, and what by the other."""
    straight, other = Place(), Place()
    route = Route("/graphql", straight)
    await Straight(other, [Route("/else", other), route], "/graphql")(scope, None, None)  # type: ignore[arg-type]
    return straight, other, route


async def test_a_post_to_the_path_goes_straight_to_its_route() -> None:
    straight, other, route = await asked({"type": "http", "method": "POST", "path": "/graphql"})

    assert [scope["route"] for scope in straight.scopes] == [route]
    assert other.scopes == []


@pytest.mark.parametrize(
    "scope",
    [
        {"type": "http", "method": "GET", "path": "/graphql"},
        {"type": "http", "method": "POST", "path": "/graphql/"},
        {"type": "http", "method": "POST", "path": "/else"},
        {"type": "websocket", "path": "/graphql"},
        {"type": "lifespan"},
    ],
    ids=str,
)
async def test_all_else_goes_on(scope: dict[str, Any]) -> None:
    straight, other, _ = await asked(scope)

    assert (straight.scopes, other.scopes) == ([], [scope])
