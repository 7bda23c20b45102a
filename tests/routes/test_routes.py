from execution.executor import Answer, Request
from routes import ROUTES, build_routes
from routes.gate import Gate, Keys


class Nobody:
    async def execute(self, request: Request, context: object) -> Answer:
        raise AssertionError("nothing is asked here")


def test_the_gate_stands_before_all_that_is_not_open() -> None:
    routes = build_routes(Keys(full=(), read_only=()), Nobody())

    gated = {route.path for route in routes if isinstance(route.app, Gate)}
    assert gated == {row.path for row in ROUTES if row.gated} | {"/graphql"}
    assert {route.path for route in routes} - gated == {"/healthz", "/readyz"}


def test_every_path_is_there_once() -> None:
    paths = [row.path for row in ROUTES]

    assert len(paths) == len(set(paths))
