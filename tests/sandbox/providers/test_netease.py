import pytest

from sandbox.artists import Artist
from sandbox.world import World
from tests.sandbox.conftest import AskProvider


def test_an_artist_has_fans(ask: AskProvider, world: World, nova: Artist) -> None:
    answer = ask("netease", "/artist/follow/count", params={"id": nova.ids["netease"]})

    fans = world.seen("netease", nova, "netease_fans")
    assert answer.json() == {
        "code": 200,
        "message": None,
        "data": {"isFollow": False, "fansCnt": fans, "followCnt": 0, "followDay": None},
    }


@pytest.mark.parametrize(("netease_id", "code"), [("1", 404), ("nobody", 400)], ids=["unknown", "no id"])
def test_the_code_in_the_body_tells_what_is_wrong(ask: AskProvider, netease_id: str, code: int) -> None:
    answer = ask("netease", "/artist/follow/count", params={"id": netease_id})

    assert (answer.status_code, answer.json()["code"]) == (200, code)
