import pytest

from sandbox.artists import Artist, Directory
from sandbox.protocol import Ask
from sandbox.providers.bandsintown import _meant
from sandbox.world import World
from tests.sandbox.conftest import AskProvider

KEY = {"app_id": "sandbox"}
ODD = Artist(7, 'AC/DC? The "One" *', {})


@pytest.mark.parametrize("asked", ["Nova%20Ruiz", "nova%20ruiz", "id_81000001"])
def test_an_artist_has_trackers(ask: AskProvider, world: World, nova: Artist, asked: str) -> None:
    body = ask("bandsintown", f"/artists/{asked}", params=KEY).json()

    assert body == {
        "id": "81000001",
        "name": "Nova Ruiz",
        "url": "https://www.bandsintown.com/a/81000001?came_from=267",
        "mbid": nova.ids["musicbrainz"],
        "tracker_count": world.seen("bandsintown", nova, "bandsintown_trackers"),
        "upcoming_event_count": body["upcoming_event_count"],
    }


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("AC%2FDC%3F The 'COne'C %2A", ODD),
        ("AC%2FDC? The 'COne'C %2A", None),
        ('AC%2FDC%3F The "One" %2A', None),
    ],
    ids=["escaped twice", "a question mark once", "quotation marks once"],
)
def test_four_characters_of_a_name_must_be_escaped_twice(asked: str, found: Artist | None) -> None:
    # As the path is when the server has unescaped it once.
    meant = _meant(Ask("/", path={"name": asked}), Directory([ODD]))

    assert list(meant.values()) == [found]


def test_an_unknown_artist_is_answered_404(ask: AskProvider) -> None:
    answer = ask("bandsintown", "/artists/Nobody", params=KEY)

    assert (answer.status_code, answer.json()) == (404, {"error": "[NotFound] The artist was not found"})


@pytest.mark.parametrize("params", [{}, {"app_id": "another"}], ids=["missing", "wrong"])
def test_an_app_id_that_is_none_is_answered_403(ask: AskProvider, params: dict[str, str]) -> None:
    answer = ask("bandsintown", "/artists/Nova%20Ruiz", params=params)

    assert (answer.status_code, "Message" in answer.json()) == (403, True)
