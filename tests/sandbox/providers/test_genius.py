import pytest

from sandbox.artists import Artist
from sandbox.world import World
from tests.sandbox.conftest import AskProvider

TOKEN = {"Authorization": "Bearer sandbox"}


def test_an_artist_has_followers(ask: AskProvider, world: World, nova: Artist) -> None:
    genius_id = nova.ids["genius"]

    body = ask("genius", f"/artists/{genius_id}", headers=TOKEN).json()

    assert body == {
        "meta": {"status": 200},
        "response": {
            "artist": {
                "api_path": f"/artists/{genius_id}",
                "id": int(genius_id),
                "name": "Nova Ruiz",
                "url": "https://genius.com/artists/nova-ruiz",
                "is_verified": False,
                "followers_count": world.seen("genius", nova, "genius_followers"),
            }
        },
    }


@pytest.mark.parametrize(
    ("headers", "told"),
    [({}, {"status": 401, "message": "This call requires an access_token."}), ({"Authorization": "Bearer x"}, None)],
    ids=["missing", "wrong"],
)
def test_a_token_that_is_none_is_answered_401(
    ask: AskProvider, nova: Artist, headers: dict[str, str], told: object
) -> None:
    answer = ask("genius", f"/artists/{nova.ids['genius']}", headers=headers)

    assert (answer.status_code, answer.json().get("meta")) == (401, told)


def test_an_unknown_artist_is_answered_404(ask: AskProvider) -> None:
    answer = ask("genius", "/artists/1", headers=TOKEN)

    assert (answer.status_code, answer.json()["meta"]["status"]) == (404, 404)
