import pytest

from sandbox.artists import Artist
from sandbox.world import World
from tests.sandbox.conftest import AskProvider

DIRECT = "/rsc/fcgi-bin/fcg_order_singer_getnum.fcg"
REFERER = {"Referer": "https://y.qq.com/"}


@pytest.mark.parametrize("form", ["/getSingerStarNum?singermid={}", "/getSingerStarNum/{}"])
def test_the_wrapper_has_followers_within_its_response(ask: AskProvider, world: World, nova: Artist, form: str) -> None:
    answer = ask("qq", form.format(nova.ids["qq"]))

    assert answer.json() == {"response": {"code": 0, "subcode": 0, "num": world.seen("qq", nova, "qq_followers")}}


def test_qq_itself_has_followers_at_the_root(ask: AskProvider, world: World, nova: Artist) -> None:
    params = {"singermid": nova.ids["qq"], "format": "json"}

    answer = ask("qq", DIRECT, params=params, headers=REFERER)

    assert answer.json() == {"code": 0, "num": world.seen("qq", nova, "qq_followers")}


def test_qq_itself_calls_back_unless_it_is_asked_for_json(ask: AskProvider, world: World, nova: Artist) -> None:
    answer = ask("qq", DIRECT, params={"singermid": nova.ids["qq"]}, headers=REFERER)

    assert answer.headers["content-type"].startswith("application/x-javascript")
    assert answer.text == f'orderNum({{"code":0,"num":{world.seen("qq", nova, "qq_followers")}}})'


def test_qq_itself_answers_nothing_to_whom_it_does_not_know(ask: AskProvider, nova: Artist) -> None:
    answer = ask("qq", DIRECT, params={"singermid": nova.ids["qq"], "format": "json"})

    assert (answer.status_code, answer.content) == (200, b"")


def test_an_unknown_singer_has_no_followers(ask: AskProvider) -> None:
    answer = ask("qq", "/getSingerStarNum", params={"singermid": "000000000000"})

    assert answer.json()["response"]["num"] == 0


def test_without_a_singer_the_wrapper_answers_400(ask: AskProvider) -> None:
    answer = ask("qq", "/getSingerStarNum")

    assert (answer.status_code, answer.json()) == (400, {"response": "no singermid"})
