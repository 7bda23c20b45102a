import pytest

from sandbox.artists import Artist
from sandbox.world import World
from tests.sandbox.conftest import AskProvider

NOBODY = "UC0000000000000000000000"


def query(**changes: str) -> dict[str, str]:
    return {"part": "statistics", "key": "sandbox"} | changes


def test_a_channel_has_its_counts_as_texts(ask: AskProvider, world: World, nova: Artist) -> None:
    channel = nova.ids["youtube"]

    body = ask("youtube", "/channels", params=query(id=channel)).json()

    (item,) = body["items"]
    exact = world.seen("youtube", nova, "youtube_subscribers") or 0
    assert body["pageInfo"] == {"totalResults": 1, "resultsPerPage": 5}
    assert item["id"] == channel
    assert item["statistics"]["viewCount"] == str(world.seen("youtube", nova, "youtube_views"))
    assert item["statistics"]["hiddenSubscriberCount"] is False
    assert item["statistics"]["subscriberCount"] == str(exact)[:3].ljust(len(str(exact)), "0")


def test_a_channel_is_found_by_its_handle(ask: AskProvider, nova: Artist) -> None:
    body = ask("youtube", "/channels", params=query(forHandle="@novaruiz")).json()

    assert [item["id"] for item in body["items"]] == [nova.ids["youtube"]]


def test_unknown_channels_are_absent_and_doubled_ones_there_once(ask: AskProvider, nova: Artist) -> None:
    channel = nova.ids["youtube"]

    body = ask("youtube", "/channels", params=query(id=f"{NOBODY},{channel},{channel}")).json()

    assert [item["id"] for item in body["items"]] == [channel]


def test_many_channels_come_in_an_order_of_their_own(ask: AskProvider, world: World) -> None:
    channels = [artist.ids["youtube"] for artist in world.directory.artists if "youtube" in artist.ids][:50]

    body = ask("youtube", "/channels", params=query(id=",".join(channels))).json()

    found = [item["id"] for item in body["items"]]
    assert found != channels
    assert sorted(found) == sorted(channels)


def test_some_channels_hide_their_subscribers(ask: AskProvider, world: World) -> None:
    channels = [artist.ids["youtube"] for artist in world.directory.artists if "youtube" in artist.ids]
    batches = [channels[start : start + 50] for start in range(0, 300, 50)]

    bodies = [ask("youtube", "/channels", params=query(id=",".join(batch))).json() for batch in batches]

    statistics = [item["statistics"] for body in bodies for item in body["items"]]
    hiding = [counts for counts in statistics if counts["hiddenSubscriberCount"]]
    assert 0 < len(hiding) < 30
    assert {counts["subscriberCount"] for counts in hiding} == {"0"}


def test_without_a_hit_there_are_no_items(ask: AskProvider) -> None:
    answer = ask("youtube", "/channels", params=query(id=NOBODY))

    assert answer.status_code == 200
    assert "items" not in answer.json()
    assert answer.json()["pageInfo"]["totalResults"] == 0


def test_a_wrong_key_is_answered_400_and_a_missing_one_403(ask: AskProvider, nova: Artist) -> None:
    wrong = ask("youtube", "/channels", params=query(id=nova.ids["youtube"], key="another"))
    missing = ask("youtube", "/channels", params=query(id=nova.ids["youtube"], key=""))

    assert (wrong.status_code, wrong.json()["error"]["details"][0]["reason"]) == (400, "API_KEY_INVALID")
    assert missing.status_code == 403


def test_the_key_may_stand_in_a_header(ask: AskProvider, nova: Artist) -> None:
    params = {"part": "statistics", "id": nova.ids["youtube"]}

    assert ask("youtube", "/channels", params=params, headers={"X-Goog-Api-Key": "sandbox"}).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [{"part": ""}, {}, {"id": ",".join(f"UC{number:022}" for number in range(51))}],
    ids=["no part", "no channel", "51 channels"],
)
def test_a_request_that_cannot_be_answered_is_answered_400(ask: AskProvider, changes: dict[str, str]) -> None:
    assert ask("youtube", "/channels", params=query(**changes)).status_code == 400
