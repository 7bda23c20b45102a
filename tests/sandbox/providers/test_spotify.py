import httpx
import pytest

from sandbox.artists import Artist
from sandbox.world import World
from tests.sandbox.conftest import AskProvider

NOBODY = "0" * 22


def token(ask: AskProvider, app: str = "extended") -> dict[str, str]:
    form = {"grant_type": "client_credentials"}
    given = ask("spotify-accounts", "/api/token", method="POST", data=form, auth=(app, "sandbox")).json()
    return {"Authorization": f"Bearer {given['access_token']}"}


def error(answer: httpx.Response) -> tuple[int, int, str]:
    told = answer.json()["error"]
    return answer.status_code, told["status"], told["message"]


def test_an_artist_has_followers_and_popularity(ask: AskProvider, world: World, nova: Artist) -> None:
    spotify_id = nova.ids["spotify"]

    body = ask("spotify", f"/artists/{spotify_id}", headers=token(ask)).json()

    assert body == {
        "external_urls": {"spotify": f"https://open.spotify.com/artist/{spotify_id}"},
        "followers": {"href": None, "total": world.seen("spotify", nova, "spotify_followers")},
        "genres": [],
        "href": f"https://api.spotify.com/v1/artists/{spotify_id}",
        "id": spotify_id,
        "images": [],
        "name": "Nova Ruiz",
        "popularity": world.seen("spotify", nova, "spotify_popularity"),
        "type": "artist",
        "uri": f"spotify:artist:{spotify_id}",
    }


def test_an_app_in_development_gets_an_artist_without_the_numbers(ask: AskProvider, nova: Artist) -> None:
    body = ask("spotify", f"/artists/{nova.ids['spotify']}", headers=token(ask, "development")).json()

    assert body["name"] == "Nova Ruiz"
    assert {"followers", "popularity", "genres"} & body.keys() == set()


def test_a_batch_keeps_the_order_with_null_for_the_unknown(ask: AskProvider, world: World, nova: Artist) -> None:
    other = world.directory.artists[0]

    params = {"ids": f"{other.ids['spotify']},{NOBODY},{nova.ids['spotify']}"}
    first, unknown, last = ask("spotify", "/artists", params=params, headers=token(ask)).json()["artists"]

    assert (first["name"], unknown, last["name"]) == (other.name, None, "Nova Ruiz")


def test_an_app_in_development_may_not_ask_for_a_batch(ask: AskProvider, nova: Artist) -> None:
    answer = ask("spotify", "/artists", params={"ids": nova.ids["spotify"]}, headers=token(ask, "development"))

    assert error(answer) == (403, 403, "Forbidden")


def test_a_batch_has_at_most_50(ask: AskProvider) -> None:
    ids = ",".join(f"{number:022}" for number in range(51))

    assert error(ask("spotify", "/artists", params={"ids": ids}, headers=token(ask)))[0] == 400


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "No token provided"),
        ({"Authorization": "Bearer sandbox"}, "Invalid access token"),
        ({"Authorization": "Bearer BQ-extended-9999999999-00"}, "Invalid access token"),
    ],
    ids=["none", "another", "one signed by nobody"],
)
def test_a_token_that_is_none_is_answered_401(
    ask: AskProvider, nova: Artist, headers: dict[str, str], message: str
) -> None:
    answer = ask("spotify", f"/artists/{nova.ids['spotify']}", headers=headers)

    assert error(answer) == (401, 401, message)


def test_an_unknown_artist_is_answered_404(ask: AskProvider) -> None:
    answer = ask("spotify", f"/artists/{NOBODY}", headers=token(ask))

    assert error(answer) == (404, 404, "Resource not found")


def test_an_id_that_can_be_none_is_answered_400(ask: AskProvider) -> None:
    answer = ask("spotify", "/artists/short", headers=token(ask))

    assert error(answer) == (400, 400, "Invalid base62 id")
