import pytest

from sandbox.artists import Artist
from sandbox.providers.tiktok import _overflown
from sandbox.world import World
from tests.sandbox.conftest import AskProvider

KEY = {"X-RapidAPI-Key": "sandbox", "X-RapidAPI-Host": "sandbox"}


def counts(world: World, nova: Artist) -> tuple[int | None, int | None]:
    return world.seen("tiktok", nova, "tiktok_followers"), world.seen("tiktok", nova, "tiktok_likes")


def test_the_usual_form_has_followers_and_likes(ask: AskProvider, world: World, nova: Artist) -> None:
    body = ask("tiktok", "/user/info", params={"unique_id": "novaruiz"}, headers=KEY).json()

    stats = body["data"]["stats"]
    assert (body["code"], body["data"]["user"]["uniqueId"]) == (0, "novaruiz")
    assert (stats["followerCount"], stats["heartCount"]) == counts(world, nova)


def test_the_usual_form_takes_a_number_too(ask: AskProvider, world: World) -> None:
    numbered = next(artist for artist in world.directory.artists if artist.ids.get("tiktok", "").isdigit())

    body = ask("tiktok", "/user/info", params={"user_id": numbered.ids["tiktok"]}, headers=KEY).json()

    assert body["data"]["user"]["id"] == numbered.ids["tiktok"]


@pytest.mark.parametrize(
    ("path", "parameter", "within"),
    [
        ("/api/user/info", "uniqueId", ()),
        ("/api/user/info-by-id", "userId", ()),
        ("/api/v1/user/detail", "unique_id", ("data",)),
    ],
)
def test_the_other_forms_have_exact_texts_beside_rounded_numbers(
    ask: AskProvider, world: World, nova: Artist, path: str, parameter: str, within: tuple[str, ...]
) -> None:
    body = ask("tiktok", path, params={parameter: nova.ids["tiktok"]}, headers=KEY).json()

    for member in within:
        body = body[member]
    rounded, exact = body["userInfo"]["stats"], body["userInfo"]["statsV2"]
    assert (int(exact["followerCount"]), int(exact["heartCount"])) == counts(world, nova)
    assert rounded["followerCount"] % 100 == 0
    assert 0 <= int(exact["followerCount"]) - rounded["followerCount"] < 100_000


@pytest.mark.parametrize(("count", "overflown"), [(7, 7), (2**31 - 1, 2**31 - 1), (2**31, -(2**31)), (2**32 - 1, -1)])
def test_many_likes_overflow(count: int, overflown: int) -> None:
    assert _overflown(count) == overflown


@pytest.mark.parametrize(
    ("path", "parameter", "told"),
    [
        ("/user/info", "unique_id", ("code", -1)),
        ("/api/user/info", "uniqueId", ("statusCode", 10221)),
    ],
)
def test_an_unknown_account_is_told_with_status_200(
    ask: AskProvider, path: str, parameter: str, told: tuple[str, int]
) -> None:
    answer = ask("tiktok", path, params={parameter: "nobody"}, headers=KEY)

    member, code = told
    assert (answer.status_code, answer.json()[member]) == (200, code)


def test_an_unknown_account_is_told_within_the_data_of_the_nested_form(ask: AskProvider) -> None:
    body = ask("tiktok", "/api/v1/user/detail", params={"unique_id": "nobody"}, headers=KEY).json()

    assert body["data"]["statusCode"] == 10221


def test_a_wrong_key_is_answered_401(ask: AskProvider) -> None:
    headers = KEY | {"X-RapidAPI-Key": "another"}

    answer = ask("tiktok", "/user/info", params={"unique_id": "novaruiz"}, headers=headers)

    assert (answer.status_code, "Invalid API key" in answer.json()["message"]) == (401, True)


def test_every_answer_tells_the_quota(ask: AskProvider) -> None:
    answer = ask("tiktok", "/user/info", params={"unique_id": "novaruiz"}, headers=KEY)

    assert answer.headers["x-ratelimit-requests-remaining"].isdigit()
