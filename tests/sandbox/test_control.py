from datetime import datetime

import httpx
import pytest

from sandbox.__main__ import SEED
from sandbox.control import bases
from sandbox.named import NAMED
from sandbox.providers import PROVIDERS
from tests.builders import NOW
from tests.sandboxes import NOVA, Sandbox


@pytest.fixture
def control(sandbox: Sandbox) -> httpx.Client:
    return sandbox.control


def test_the_index_tells_addresses_seed_and_time(sandbox: Sandbox, control: httpx.Client) -> None:
    told = control.get(f"{sandbox.url}/_sandbox").json()

    assert told["bases"] == sandbox.bases == bases(PROVIDERS, sandbox.url)
    assert (told["seed"], datetime.fromisoformat(told["now"])) == (SEED, NOW)


def test_the_artists_are_told_with_their_ids(sandbox: Sandbox) -> None:
    artists = sandbox.artists()

    assert artists[1]["name"] == "Taylor Swift"
    assert artists[NOVA]["ids"]["instagram"] == "novaruiz"


def test_the_named_faults_are_told(control: httpx.Client) -> None:
    told = control.get("/faults").json()

    assert told == {
        "named": [{"number": fault.number, "name": fault.name, "does": fault.does} for fault in NAMED],
        "set": {},
    }


def test_a_fault_that_is_set_is_told(sandbox: Sandbox, control: httpx.Client) -> None:
    answer = control.put("/faults/deezer", json={"status": 500, "times": 2})

    assert answer.json() == {"set": {"deezer": [{"status": 500, "times": 2, "met": 0, "struck": 0}]}}
    assert sandbox.faults()["set"] == answer.json()["set"]


def test_no_knobs_end_the_faults_of_a_provider(sandbox: Sandbox) -> None:
    sandbox.fault("deezer", status=500)

    sandbox.fault("deezer")

    assert sandbox.faults()["set"] == {}


def test_all_faults_are_ended(sandbox: Sandbox, control: httpx.Client) -> None:
    sandbox.fault("deezer", status=500)

    answer = control.delete("/faults")

    assert (answer.status_code, sandbox.faults()["set"]) == (204, {})


@pytest.mark.parametrize("content", ["", "{", "[]", '{"stauts": 500}'])
def test_what_cannot_be_set_is_answered_400(sandbox: Sandbox, control: httpx.Client, content: str) -> None:
    answer = control.put("/faults/deezer", content=content)

    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)
    assert sandbox.faults()["set"] == {}


def test_a_fault_of_nobody_is_answered_404(control: httpx.Client) -> None:
    answer = control.put("/faults/myspace", json={"status": 500})

    assert (answer.status_code, answer.json()) == (404, {"error": "No such provider: myspace."})


def test_calls_are_forgotten(sandbox: Sandbox, control: httpx.Client) -> None:
    httpx.get(f"{sandbox.bases['deezer']}/artist/1", trust_env=False)

    before, answer = sandbox.calls(), control.delete("/calls")

    assert before["calls"] == {"deezer": {"?1": 1}}
    assert answer.status_code == 204
    assert sandbox.calls()["calls"] == {}
    assert sandbox.requests("deezer") == []
