import pytest

from sandbox.artists import Artist
from sandbox.world import World
from tests.sandbox.conftest import AskProvider

KEY = {"Authorization": "Bearer sandbox|abc"}


def test_an_account_has_followers(ask: AskProvider, world: World, nova: Artist) -> None:
    body = ask("zylalabs", params={"username": "novaruiz"}, headers=KEY).json()

    assert body["status"] == "ok"
    assert body["user"]["username"] == "novaruiz"
    assert body["user"]["follower_count"] == world.seen("zylalabs", nova, "instagram_followers")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer 1234|abc"}], ids=["missing", "wrong"])
def test_a_key_that_is_none_is_answered_401(ask: AskProvider, headers: dict[str, str]) -> None:
    answer = ask("zylalabs", params={"username": "novaruiz"}, headers=headers)

    assert (answer.status_code, answer.json()["success"]) == (401, False)


def test_an_unknown_account_is_answered_404(ask: AskProvider) -> None:
    answer = ask("zylalabs", params={"username": "nobody"}, headers=KEY)

    assert (answer.status_code, answer.json()["message"]) == (404, "User not found")
