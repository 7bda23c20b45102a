from sandbox.artists import Artist
from sandbox.providers.viberate import MEMBERS
from sandbox.world import World
from tests.sandbox.conftest import UNKNOWN_UUID, AskProvider

KEY = {"Access-Key": "sandbox"}


def path(uuid: str) -> str:
    return f"/artist/{uuid}/viberate/fanbase-distribution"


def test_an_artist_is_answered_with_the_fanbase_of_each_channel(ask: AskProvider, world: World, nova: Artist) -> None:
    answer = ask("viberate", path(nova.ids["viberate"]), headers=KEY)

    assert answer.status_code == 200
    assert answer.json() == {
        "api_version": "v1.34.0",
        "data": {
            "uuid": nova.ids["viberate"],
            "name": "Nova Ruiz",
            "slug": "nova-ruiz",
            "data": {member: world.seen("viberate", nova, metric) for member, metric in MEMBERS.items()},
        },
    }


def test_a_gap_is_null_or_absent(ask: AskProvider, world: World) -> None:
    known = [artist for artist in world.directory.artists if world.knows("viberate", artist)][:20]

    fanbases = [ask("viberate", path(artist.ids["viberate"]), headers=KEY).json()["data"]["data"] for artist in known]

    assert any(None in fanbase.values() for fanbase in fanbases)
    assert any(len(fanbase) < len(MEMBERS) for fanbase in fanbases)


def test_a_wrong_key_and_a_missing_one_are_answered_499(ask: AskProvider, nova: Artist) -> None:
    wrong = ask("viberate", path(nova.ids["viberate"]), headers={"Access-Key": "another"})
    missing = ask("viberate", path(nova.ids["viberate"]))

    assert (wrong.status_code, missing.status_code) == (499, 499)
    assert wrong.json()["error"]["code"] == 499


def test_an_unknown_artist_is_answered_404(ask: AskProvider) -> None:
    answer = ask("viberate", path(UNKNOWN_UUID), headers=KEY)

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, 404)


def test_an_artist_of_the_demo_that_viberate_lacks_is_answered_404(ask: AskProvider, world: World) -> None:
    lacking = next(artist for artist in world.directory.artists if not world.knows("viberate", artist))

    assert ask("viberate", path(lacking.ids["viberate"]), headers=KEY).status_code == 404


def test_the_rate_limit_is_told(ask: AskProvider) -> None:
    answer = ask("viberate", "/rate-limit/status", headers=KEY)

    assert answer.json()["data"] == {"limit": 120, "remaining": 120, "status": "UNDER_LIMIT"}
