"""QQ Music: what it is asked, itself or by a wrapper, and what is made of the answers."""

import pytest

from tests.services.providers.asking import UNREADABLE, Ask, Case, artist

CASES = {
    "its own form": Case("count", {"qq_followers": 1024}),
    "the wrapper's form": Case("count_wrapped", {"qq_followers": 1024}),
    "within a callback, as a script": Case(
        b'\xef\xbb\xbforderNum1732({"code":0,"num":1024});',
        {"qq_followers": 1024},
        headers={"Content-Type": "application/x-javascript"},
    ),
    "as a page by its content type": Case("count", {"qq_followers": 1024}, headers={"Content-Type": "text/html"}),
    "another code": Case("error", UNREADABLE),
    "no singermid": Case("no_singermid", UNREADABLE, status=400),
    "nothing": Case(b"", UNREADABLE),
    "no code": Case(b'{"num": 1024}', UNREADABLE),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_makes_of_an_answer_what_it_says(ask: Ask, case: Case) -> None:
    assert await ask("qq").made_of(case, artist()) == case.made


async def test_asks_qq_itself_with_the_referer_that_it_wants(ask: Ask) -> None:
    qq = ask("qq")

    await qq.read(artist())

    (request,) = qq.sent
    assert str(request.url) == (
        "https://c.y.qq.com/rsc/fcgi-bin/fcg_order_singer_getnum.fcg"
        "?singermid=002J4UUk29y8BY&utf8=1&format=json&outCharset=utf-8"
    )
    assert request.headers["Referer"] == "https://y.qq.com/"


async def test_asks_the_wrapper_at_any_other_address(ask: Ask) -> None:
    qq = ask("qq", base_url="https://qq.example")

    await qq.read(artist())

    assert [str(request.url) for request in qq.sent] == ["https://qq.example/getSingerStarNum?singermid=002J4UUk29y8BY"]
