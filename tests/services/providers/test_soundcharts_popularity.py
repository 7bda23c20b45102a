"""Soundcharts' popularity: what is asked for page by page, what is made of the pages, and where they end."""

import json
from collections.abc import Callable, Sequence
from contextlib import aclosing
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from services.model.backfill import Progress
from services.model.popularity import Point, PopularityPlatform
from services.providers import Access, PopularityPage, SoundchartsPopularity
from services.providers import soundcharts_popularity as module
from services.transport import (
    ProviderForbids,
    ProviderRefused,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnreadable,
)
from tests.builders import NOW, SOUNDCHARTS_UUID
from tests.services.providers.asking import Ask, Asking, body

TODAY = NOW.date()
ALL = Progress(date(2020, 1, 1), TODAY)
PATH = f"/api/v2/artist/{SOUNDCHARTS_UUID}/popularity/spotify"


class Playing:
    """A client of popularity, and the pages that it is answered, by the offset that it asks for."""

    def __init__(self, asking: Asking, *, page_size: int, sandbox: bool) -> None:
        self.asking = asking
        names = ("soundcharts_app_id", "soundcharts_api_key")
        access = Access("https://customer.api.soundcharts.com", {n: SecretStr(f"a-{n}") for n in names}, sandbox)
        self.client = SoundchartsPopularity(asking.client, access, page_timeout_s=2.0, page_size=page_size)

    def answers(self, *responses: httpx.Response) -> None:
        waiting = list(responses)
        self.asking.answer = lambda _: waiting.pop(0)

    async def pages(self, progress: Progress = ALL, *, uuid: str = SOUNDCHARTS_UUID) -> list[PopularityPage]:
        found = self.client.pages(uuid, PopularityPlatform.SPOTIFY, progress, today=TODAY)
        async with aclosing(found):
            return [page async for page in found]

    @property
    def asked(self) -> list[dict[str, str]]:
        return [dict(request.url.params) for request in self.asking.sent]


@pytest.fixture
def play(ask: Ask) -> Callable[..., Playing]:
    return lambda page_size=2, sandbox=False: Playing(ask("soundcharts"), page_size=page_size, sandbox=sandbox)


Play = Callable[..., Playing]


def item(day: str, value: Any) -> dict[str, Any]:
    return {"date": f"{day}T00:00:00+02:00", "value": value}


def answer(
    items: Sequence[Any] = (), *, offset: int = 0, total: int = 0, limit: int = 2, more: bool = False
) -> httpx.Response:
    following = f"{PATH}?offset={offset + limit}&limit={limit}" if more else None
    page = {"offset": offset, "limit": limit, "next": following, "previous": None, "total": total}
    return httpx.Response(200, json={"related": {}, "items": list(items), "page": page, "errors": []})


ARGUMENT = httpx.Response(400, json={"errors": [{"key": "argument", "code": 400, "message": "Too long a period."}]})
FIRST = [item("2020-01-01", 50), item("2020-01-03", 51)]
SECOND = [item("2020-01-05", 52)]


async def test_asks_for_the_whole_range_and_all_its_pages(play: Play) -> None:
    soundcharts = play()
    soundcharts.answers(answer(FIRST, total=3, more=True), answer(SECOND, offset=2, total=3))

    pages = await soundcharts.pages()

    assert [page.points for page in pages] == [
        [Point(date="2020-01-01", value=50), Point(date="2020-01-03", value=51)],
        [Point(date="2020-01-05", value=52)],
    ]
    assert [page.following for page in pages] == [Progress(date(2020, 1, 1), TODAY, offset=2), None]
    window = {"startDate": "2020-01-01", "endDate": "2026-11-20", "limit": "2"}
    assert soundcharts.asked == [window | {"offset": "0"}, window | {"offset": "2"}]
    (request, _) = soundcharts.asking.sent
    assert request.url.path == PATH
    assert (request.headers["x-app-id"], request.headers["x-api-key"]) == (
        "a-soundcharts_app_id",
        "a-soundcharts_api_key",
    )


async def test_goes_on_from_where_the_progress_is(play: Play) -> None:
    soundcharts = play()
    soundcharts.answers(answer(SECOND, offset=2, total=3))

    await soundcharts.pages(Progress(date(2020, 1, 1), date(2026, 11, 1), offset=2))

    (asked,) = soundcharts.asked
    assert (asked["offset"], asked["endDate"]) == ("2", "2026-11-01")


@pytest.mark.parametrize(
    ("items", "points", "dropped"),
    [
        ([item("2021-05-31", 82)], {"2021-05-31": 82}, {}),
        ([item("2021-05-30", 0), item("2021-05-31", 82)], {"2021-05-31": 82}, {"unknown": 1}),
        ([item("2021-05-30", 0), item("2021-05-31", 0)], {}, {"unknown": 2}),
        ([{"date": "2021-05-30"}, item("2021-05-31", None)], {}, {"unknown": 2}),
        ([item("2021-05-31", 82), item("2021-05-30", 81)], {"2021-05-31": 82, "2021-05-30": 81}, {}),
        ([item("2021-05-31", "82"), item("2021-05-30", 81.0)], {"2021-05-31": 82, "2021-05-30": 81}, {}),
        ([item("2021-05-31", 82), item("2021-05-31", 82)], {"2021-05-31": 82}, {"duplicate": 1}),
        ([item("2021-05-31", 100), item("2021-05-30", 101)], {"2021-05-31": 100}, {"value": 1}),
        ([item("2021-05-31", 1), item("2021-05-30", -1)], {"2021-05-31": 1}, {"value": 1}),
        ([item("2021-05-31", 82), item("2021-05-30", False)], {"2021-05-31": 82}, {"value": 1}),
        ([item("2026-11-20", 82), item("2026-11-21", 82)], {"2026-11-20": 82}, {"date": 1}),
        ([item("2000-01-01", 82), item("1999-12-31", 82)], {"2000-01-01": 82}, {"date": 1}),
        ([item("2021-05-31", 82), item("2021-W22-1", 82)], {"2021-05-31": 82}, {"date": 1}),
        ([item("2021-02-28", 82), item("2021-02-29", 82)], {"2021-02-28": 82}, {"date": 1}),
    ],
    ids=[
        *("the first ten characters are the day", "zero is unknown", "nothing but zeros", "no value", "any order"),
        *("other notations of a number", "a day twice", "above 100", "below 1", "no number", "a day to come"),
        *("before 2000", "a week for a day", "no day at all"),
    ],
)
async def test_keeps_what_is_a_point_and_counts_what_is_none(
    play: Play, items: list[Any], points: dict[str, int], dropped: dict[str, int]
) -> None:
    soundcharts = play()
    soundcharts.answers(answer(items, total=len(items)))

    (page,) = await soundcharts.pages()

    assert {point["date"]: point["value"] for point in page.points} == points
    assert page.dropped == dropped


async def test_a_day_that_an_earlier_page_had_is_dropped(play: Play) -> None:
    soundcharts = play()
    soundcharts.answers(answer(FIRST, total=4, more=True), answer([FIRST[1], *SECOND], offset=2, total=4))

    _, page = await soundcharts.pages()

    assert page.points == [Point(date="2020-01-05", value=52)]
    assert page.dropped == {"duplicate": 1}


async def test_pages_may_be_smaller_than_was_asked_for(play: Play) -> None:
    soundcharts = play(page_size=100)
    soundcharts.answers(answer(FIRST, total=3, more=True), answer(SECOND, offset=2, total=3))

    await soundcharts.pages()

    assert [asked["offset"] for asked in soundcharts.asked] == ["0", "2"]


@pytest.mark.parametrize(
    "following",
    ["https://elsewhere.example/?offset=2", PATH, f"{PATH}?offset=0", ""],
    ids=["another host", "without an offset", "the first page", "nothing"],
)
async def test_no_address_is_followed(play: Play, following: str) -> None:
    soundcharts = play()
    first = json.loads(answer(FIRST, total=3, more=True).content)
    first["page"]["next"] = following
    soundcharts.answers(httpx.Response(200, json=first), answer(SECOND, offset=2, total=3))

    await soundcharts.pages()

    assert [(request.url.path, request.url.params["offset"]) for request in soundcharts.asking.sent] == [
        (PATH, "0"),
        (PATH, "2"),
    ]


async def test_walks_windows_of_90_days_where_the_whole_range_is_refused(play: Play) -> None:
    soundcharts = play()
    soundcharts.answers(ARGUMENT, answer(FIRST, total=3, more=True), answer(SECOND, offset=2, total=3), answer())

    pages = await soundcharts.pages(Progress(date(2020, 1, 1), date(2020, 5, 1)))

    assert [(asked["startDate"], asked["endDate"], asked["offset"]) for asked in soundcharts.asked] == [
        ("2020-01-01", "2020-05-01", "0"),
        ("2020-01-01", "2020-03-30", "0"),
        ("2020-01-01", "2020-03-30", "2"),
        ("2020-03-31", "2020-05-01", "0"),
    ]
    assert [page.following for page in pages] == [
        Progress(date(2020, 1, 1), date(2020, 5, 1), offset=2, span=90),
        Progress(date(2020, 3, 31), date(2020, 5, 1), span=90),
        None,
    ]


async def test_an_artist_that_it_does_not_know_has_an_empty_page(play: Play) -> None:
    soundcharts = play()
    soundcharts.answers(httpx.Response(404, content=body("soundcharts", "unknown")))

    assert await soundcharts.pages() == [PopularityPage((), {}, None)]


async def test_an_artist_without_a_series_has_an_empty_page(play: Play) -> None:
    soundcharts = play()
    soundcharts.answers(answer())

    assert await soundcharts.pages() == [PopularityPage([], {}, None)]


PAGES_THAT_ARE_WRONG = {
    "the page before": (answer(FIRST, total=3, more=True), "gave another page than was asked for"),
    "the same days again": (answer(FIRST, offset=2, total=4), "gave a page again"),
    "an empty one": (answer(offset=2, total=4), "gave an empty page before the end"),
    "an empty one with a next": (answer(offset=2, more=True), "gave an empty page before the end"),
    "one without a usable value": (answer([item("2020-01-05", 71.5)], offset=2), "gave a page without a usable point"),
    "one of days to come": (answer([item("2027-01-05", 71)], offset=2), "gave a page without a usable point"),
    "one of an unknown artist": (
        httpx.Response(404, content=body("soundcharts", "unknown")),
        "doesn't know the artist any more",
    ),
    "one without items": (httpx.Response(200, json={"page": {}}), "answered something else than promised at items"),
    "errors": (httpx.Response(200, content=body("soundcharts", "unknown")), "answered errors"),
    "a 400 of another kind": (httpx.Response(400, json={"errors": [{"key": "access"}]}), "answered 400"),
    "a 400 as a page": (httpx.Response(400, content=b"<html>argument</html>"), "answered 400"),
}


@pytest.mark.parametrize(("wrong", "told"), PAGES_THAT_ARE_WRONG.values(), ids=PAGES_THAT_ARE_WRONG.keys())
async def test_a_page_that_is_none_is_a_fault(play: Play, wrong: httpx.Response, told: str) -> None:
    soundcharts = play()
    soundcharts.answers(answer(FIRST, total=3, more=True), wrong)

    with pytest.raises(ProviderUnreadable, match=told):
        await soundcharts.pages()

    assert [asked["offset"] for asked in soundcharts.asked] == ["0", "2"]


@pytest.mark.parametrize(
    ("response", "fault"),
    [
        (httpx.Response(403, content=body("soundcharts", "not_in_plan")), ProviderForbids),
        (httpx.Response(429, content=body("soundcharts", "quota")), ProviderThrottled),
        (httpx.Response(503), ProviderUnavailable),
    ],
    ids=["not in the plan", "a spent quota", "away"],
)
async def test_faults_of_all_calls_are_faults_here(
    play: Play, response: httpx.Response, fault: type[Exception]
) -> None:
    soundcharts = play()
    soundcharts.answers(response)

    with pytest.raises(fault):
        await soundcharts.pages()


async def test_a_window_of_90_days_that_is_refused_is_a_fault(play: Play) -> None:
    soundcharts = play()
    soundcharts.answers(ARGUMENT, ARGUMENT)

    with pytest.raises(ProviderUnreadable, match="refuses a window of 90 days"):
        await soundcharts.pages()


async def test_pages_without_end_end(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PAGES", 3)
    soundcharts = play(page_size=1)
    soundcharts.answers(
        *(
            answer([item(str(date(2020, 1, 1) + timedelta(days=n)), 50)], offset=n, limit=1, total=9, more=True)
            for n in range(4)
        )
    )

    with pytest.raises(ProviderUnreadable, match="has more than 3 pages"):
        await soundcharts.pages()

    assert len(soundcharts.asked) == 3


async def test_an_id_that_is_none_is_not_asked_for(play: Play) -> None:
    soundcharts = play()

    with pytest.raises(ProviderRefused, match="was not asked: what is stored as the artist's id there is none"):
        await soundcharts.pages(uuid="../../current/stats")

    assert soundcharts.asked == []


@pytest.mark.parametrize(
    ("sandbox", "signed"),
    [(False, ("soundcharts", "soundchart")), (True, ("sandbox:soundcharts", "sandbox:soundchart"))],
)
async def test_what_the_sandbox_plays_says_so(play: Play, sandbox: bool, signed: tuple[str, str]) -> None:
    client = play(sandbox=sandbox).client

    assert (client.source, client.point_source) == signed
