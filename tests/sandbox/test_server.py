import ast
import asyncio
from pathlib import Path

import httpx
import pytest

from sandbox.artists import Artist
from settings import ROOT
from tests.house.project import PACKAGES, ROOT_MODULES, imported_roots
from tests.sandbox.conftest import AskProvider
from tests.sandboxes import NOVA, Sandbox

KEY = {"Access-Key": "sandbox"}


def fanbase(artist: Artist) -> str:
    return f"/artist/{artist.ids['viberate']}/viberate/fanbase-distribution"


@pytest.mark.parametrize("module", sorted((ROOT / "sandbox").rglob("*.py")), ids=lambda path: path.stem)
def test_the_sandbox_imports_nothing_of_the_product(module: Path) -> None:
    assert imported_roots(module.relative_to(ROOT)) & {*PACKAGES, *ROOT_MODULES, "tests"} == set()


def test_the_product_imports_nothing_of_the_sandbox() -> None:
    product = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]

    imported = {
        alias.name
        for path in product
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {root for path in product for root in imported_roots(path.relative_to(ROOT))}

    assert "sandbox" not in imported


def test_a_call_is_counted_for_its_artist_and_logged_without_secrets(
    sandbox: Sandbox, ask: AskProvider, nova: Artist
) -> None:
    ask("youtube", "/channels", params={"part": "statistics", "id": nova.ids["youtube"], "key": "sandbox-hush"})

    assert sandbox.calls()["calls"] == {"youtube": {str(NOVA): 1}}
    (entry,) = sandbox.requests("youtube")
    assert {name: entry[name] for name in ("method", "path", "query", "artists", "fault")} == {
        "method": "GET",
        "path": "/youtube/youtube/v3/channels",
        "query": {"part": "statistics", "id": nova.ids["youtube"], "key": "***"},
        "artists": [str(NOVA)],
        "fault": None,
    }
    assert "host" in entry["headers"]


def test_a_call_about_many_is_counted_for_each_of_them(sandbox: Sandbox, ask: AskProvider, nova: Artist) -> None:
    ids = f"{nova.ids['youtube']},UC0000000000000000000000"

    ask("youtube", "/channels", params={"part": "statistics", "id": ids, "key": "sandbox"})

    assert sandbox.calls()["calls"] == {"youtube": {str(NOVA): 1, "?UC0000000000000000000000": 1}}
    assert sandbox.calls()["requests"] == {"youtube": 1}


def test_a_call_with_a_wrong_key_counts_too(sandbox: Sandbox, ask: AskProvider, nova: Artist) -> None:
    ask("viberate", fanbase(nova))

    assert sandbox.calls()["calls"] == {"viberate": {str(NOVA): 1}}


def test_a_call_about_no_artist_is_counted_by_its_path(sandbox: Sandbox, ask: AskProvider) -> None:
    ask("viberate", "/rate-limit/status", headers=KEY)

    assert sandbox.calls()["calls"] == {"viberate": {"/api/v1/rate-limit/status": 1}}


async def test_the_most_calls_at_once_are_counted(sandbox: Sandbox, nova: Artist) -> None:
    sandbox.fault("deezer", delay_ms=200)

    async with httpx.AsyncClient(trust_env=False) as client:
        url = f"{sandbox.bases['deezer']}/artist/{nova.ids['deezer']}"
        await asyncio.gather(*(client.get(url) for _ in range(7)))

    assert sandbox.calls()["maxInFlight"] == {"deezer": 7}


def test_a_broken_rate_is_counted_and_answered_all_the_same(sandbox: Sandbox, ask: AskProvider, nova: Artist) -> None:
    answers = [ask("deezer", f"/artist/{nova.ids['deezer']}") for _ in range(52)]

    assert sandbox.calls()["rateBroken"]["deezer"] == 2
    assert {answer.status_code for answer in answers} == {200}


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nowhere"), ("POST", "/artist/7"), ("GET", "/artist/7/more")], ids=str
)
def test_a_path_that_is_none_is_answered_404(ask: AskProvider, method: str, path: str) -> None:
    assert ask("deezer", path, method=method).status_code == 404


def test_a_path_without_the_providers_base_is_answered_404(sandbox: Sandbox) -> None:
    answer = httpx.get(f"{sandbox.url}/viberate/rate-limit/status", headers=KEY, trust_env=False)

    assert answer.status_code == 404


def test_a_provider_that_is_none_is_answered_404(sandbox: Sandbox) -> None:
    assert httpx.get(f"{sandbox.url}/myspace/artist/7", trust_env=False).status_code == 404


def test_a_status_by_hand_has_a_body_that_says_no_more(sandbox: Sandbox, ask: AskProvider, nova: Artist) -> None:
    sandbox.fault("viberate", status=503, headers={"Retry-After": "9", "Date": None})

    answer = ask("viberate", fanbase(nova), headers=KEY)

    assert (answer.status_code, answer.json()) == (503, {"message": "Service Unavailable"})
    assert answer.headers["retry-after"] == "9"
    assert "date" not in answer.headers


def test_a_body_by_hand_is_sent_as_it_is(sandbox: Sandbox, ask: AskProvider, nova: Artist) -> None:
    sandbox.fault("viberate", body="[NaN]")

    answer = ask("viberate", fanbase(nova), headers=KEY)

    assert (answer.status_code, answer.text) == (200, "[NaN]")


def test_a_status_that_is_well_leaves_the_body_as_it_is(sandbox: Sandbox, ask: AskProvider, nova: Artist) -> None:
    usual = ask("viberate", fanbase(nova), headers=KEY).json()

    sandbox.fault("viberate", status=203)
    answer = ask("viberate", fanbase(nova), headers=KEY)

    assert (answer.status_code, answer.json()) == (203, usual)


def test_a_fault_passes_after_its_times_and_is_logged(sandbox: Sandbox, ask: AskProvider, nova: Artist) -> None:
    sandbox.fault("viberate", body={"named": "down"}, times=1)

    statuses = [ask("viberate", fanbase(nova), headers=KEY).status_code for _ in range(2)]

    assert statuses == [500, 200]
    assert [entry["fault"] for entry in sandbox.requests("viberate")] == ["down", None]


def test_a_fault_for_one_endpoint_leaves_the_others_alone(sandbox: Sandbox, ask: AskProvider, nova: Artist) -> None:
    sandbox.fault("soundcharts", body={"named": "forbidden"}, path="/current/stats")
    keys = {"x-app-id": "sandbox", "x-api-key": "sandbox"}
    base = f"/api/v2/artist/{nova.ids['soundcharts']}"

    statuses = [
        ask("soundcharts", base + rest, headers=keys).status_code for rest in ("/current/stats", "/audience/youtube")
    ]

    assert statuses == [403, 200]


def test_who_has_gone_is_no_longer_in_flight(sandbox: Sandbox, ask: AskProvider, nova: Artist) -> None:
    sandbox.fault("deezer", delay_ms=60_000)
    path = f"/artist/{nova.ids['deezer']}"
    with pytest.raises(httpx.ReadTimeout):
        ask("deezer", path, timeout=0.2)

    sandbox.fault("deezer")
    sandbox.reset()
    ask("deezer", path)

    assert sandbox.calls()["maxInFlight"] == {"deezer": 1}


def test_answers_have_the_date_of_the_sandboxs_clock(ask: AskProvider, nova: Artist) -> None:
    assert ask("deezer", f"/artist/{nova.ids['deezer']}").headers["date"] == "Fri, 20 Nov 2026 08:00:00 GMT"
