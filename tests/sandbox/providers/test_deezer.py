import pytest

from sandbox.artists import Artist
from sandbox.world import World
from tests.sandbox.conftest import AskProvider


def test_an_artist_has_fans(ask: AskProvider, world: World, nova: Artist) -> None:
    deezer_id = nova.ids["deezer"]

    body = ask("deezer", f"/artist/{deezer_id}").json()

    assert body == {
        "id": int(deezer_id),
        "name": "Nova Ruiz",
        "link": f"https://www.deezer.com/artist/{deezer_id}",
        "nb_album": body["nb_album"],
        "nb_fan": world.seen("deezer", nova, "deezer_fans"),
        "radio": True,
        "tracklist": f"https://api.deezer.com/artist/{deezer_id}/top?limit=50",
        "type": "artist",
    }


@pytest.mark.parametrize(("deezer_id", "code"), [("1", 800), ("nobody", 500)], ids=["unknown", "no id"])
def test_an_error_comes_with_status_200(ask: AskProvider, deezer_id: str, code: int) -> None:
    answer = ask("deezer", f"/artist/{deezer_id}")

    assert (answer.status_code, answer.json()["error"]["code"]) == (200, code)
