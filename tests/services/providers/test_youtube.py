"""YouTube: what it is asked, and what is made of its answers."""

import asyncio
import json

import httpx
import pytest

from services.platforms import Platform
from services.transport import ProviderRefused
from tests.services.providers.asking import REFUSED, SPENT, UNREADABLE, Ask, Case, artist, body, throttled

CASES = {
    "a channel": Case("channel", {"youtube_subscribers": 1_927_873, "youtube_views": 160_361_638}),
    "a channel that hides its subscribers": Case("hidden", {"youtube_views": 410_221_009}),
    "a channel without statistics": Case(b'{"items": [{"id": "UC_x5XG1OV2P6uZZ5FSM9Ttw"}]}', {}),
    "no such channel": Case("none", {}),
    "another channel": Case(b'{"items": [{"id": "UCother", "statistics": {"viewCount": "9"}}]}', {}),
    "a day that is spent": Case("quota", SPENT, status=403),
    "too many calls": Case("rate_limit", throttled(), status=403),
    "too many calls, in the newer form": Case(
        "rate_limit_details", throttled(7), status=429, headers={"Retry-After": "7"}
    ),
    "a wrong key": Case("bad_key", REFUSED, status=400),
    "a key that may not": Case(b'{"error": {"errors": [{"reason": "accessNotConfigured"}]}}', REFUSED, status=403),
    "a request it does not like": Case(b'{"error": {"errors": {"reason": 5}}}', UNREADABLE, status=400),
    "neither channels nor none": Case(b'{"kind": "youtube#channelListResponse"}', UNREADABLE),
    "channels that are none": Case(b'{"items": {}}', UNREADABLE),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_makes_of_an_answer_what_it_says(ask: Ask, case: Case) -> None:
    assert await ask("youtube").made_of(case, artist()) == case.made


def channels(request: httpx.Request) -> httpx.Response:
    """Each channel that is asked for, the last first, with its number as its views."""
    ids = reversed(request.url.params["id"].split(","))
    items = [{"id": channel_id, "statistics": {"viewCount": str(int(channel_id[2:]) + 1)}} for channel_id in ids]
    return httpx.Response(200, content=json.dumps({"items": items}))


def channel_id(number: int) -> str:
    return f"UC{number:022}"


async def test_asks_by_the_channel_with_the_key(ask: Ask) -> None:
    youtube = ask("youtube")

    await youtube.made_of(CASES["a channel"], artist())

    assert [str(request.url) for request in youtube.sent] == [
        "https://www.googleapis.com/youtube/v3/channels"
        "?part=statistics&id=UC_x5XG1OV2P6uZZ5FSM9Ttw&maxResults=50&key=a-youtube_api_key"
    ]


@pytest.mark.parametrize("handle", ["@novaruiz", "novaruiz"])
async def test_asks_by_the_handle_where_the_id_is_no_channels(ask: Ask, handle: str) -> None:
    youtube = ask("youtube")
    youtube.answer = lambda _: httpx.Response(200, content=body("youtube", "channel"))

    values = await youtube.read(artist({Platform.YOUTUBE: handle}))

    assert values == {"youtube_subscribers": 1_927_873, "youtube_views": 160_361_638}
    assert [(request.url.params.get("forHandle"), request.url.params.get("id")) for request in youtube.sent] == [
        (handle, None)
    ]


async def test_artists_of_the_same_moment_share_a_call_of_fifty(ask: Ask) -> None:
    youtube = ask("youtube")
    youtube.answer = channels

    values = await asyncio.gather(
        *(youtube.read(artist({Platform.YOUTUBE: channel_id(number)})) for number in range(60))
    )

    assert values == [{"youtube_views": number + 1} for number in range(60)]
    assert sorted(len(request.url.params["id"].split(",")) for request in youtube.sent) == [10, 50]


async def test_a_channel_of_several_artists_is_asked_for_once(ask: Ask) -> None:
    youtube = ask("youtube")
    youtube.answer = channels

    values = await asyncio.gather(*(youtube.read(artist({Platform.YOUTUBE: channel_id(6)})) for _ in range(3)))

    assert values == [{"youtube_views": 7}] * 3
    assert [request.url.params["id"] for request in youtube.sent] == [channel_id(6)]


async def test_a_fault_is_the_fault_of_all_who_share_the_call(ask: Ask) -> None:
    youtube = ask("youtube")
    youtube.answer = lambda _: httpx.Response(400, content=body("youtube", "bad_key"))

    made = await asyncio.gather(
        *(youtube.read(artist({Platform.YOUTUBE: channel_id(number)})) for number in range(3)),
        return_exceptions=True,
    )

    assert ([type(fault) for fault in made], len(youtube.sent)) == ([ProviderRefused] * 3, 1)
