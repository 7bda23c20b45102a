import re
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.artists import Artist
from sandbox.world import World
from tests.sandbox.conftest import AskDeezer, AskProvider, AskSeries
from tests.sandboxes import Sandbox


@pytest.mark.parametrize(
    ("named", "written"),
    [
        ("numbers_as_texts", '"{fans}"'),
        ("numbers_null", "null"),
        ("numbers_zero", "0"),
        ("numbers_minus_one", "-1"),
        ("numbers_overflown", "-1874321190"),
        ("numbers_whole_floats", "{fans}.0"),
        ("numbers_fractions", "{fans}.5"),
        ("numbers_exponents", "1.2e6"),
        ("numbers_huge", "10000000000000000000"),
        ("numbers_nan", "NaN"),
        ("numbers_true", "true"),
        ("numbers_for_people", '"1.2M"'),
        ("numbers_rounded", "{rounded}"),
        ("numbers_lower", "{lower}"),
        ("namesake", "{fewer}"),
    ],
)
def test_a_fault_writes_the_numbers_so(deezer: AskDeezer, world: World, nova: Artist, named: str, written: str) -> None:
    fans = world.seen("deezer", nova, "deezer_fans") or 0

    answer = deezer(named)

    rounded = str(fans)[:3].ljust(len(str(fans)), "0")
    expected = written.format(fans=fans, rounded=rounded, lower=fans * 19 // 20, fewer=fans // 100 + 1)
    found = re.search(r'"nb_fan":(.+?),"radio"', answer.text)
    assert found
    assert found[1] == expected


def test_numbers_absent_are_not_there(deezer: AskDeezer) -> None:
    assert "nb_fan" not in deezer("numbers_absent").json()


def test_a_namesake_has_another_name(deezer: AskDeezer) -> None:
    assert deezer("namesake").json()["name"] == "Somebody Else"


def test_a_missing_container_is_the_missing_items_of_youtube(sandbox: Sandbox, ask: AskProvider, nova: Artist) -> None:
    sandbox.fault("youtube", body={"named": "container_missing"})

    body = ask(
        "youtube", "/channels", params={"part": "statistics", "id": nova.ids["youtube"], "key": "sandbox"}
    ).json()

    assert body.keys() == {"kind", "etag", "pageInfo"}


@pytest.mark.parametrize(("named", "kind"), [("objects_as_lists", list), ("", dict)])
def test_objects_as_lists_are_lists_of_one(series: AskSeries, named: str, kind: type) -> None:
    assert isinstance(series(named)["related"], kind)


def test_lists_as_objects_are_their_first_row(series: AskSeries) -> None:
    assert series("lists_as_objects")["items"] == series("")["items"][0]


@pytest.mark.parametrize(
    ("named", "change"),
    [
        ("rows_reversed", lambda rows: rows[::-1]),
        ("rows_doubled", lambda rows: [row for row in rows for _ in range(2)]),
        ("row_missing", lambda rows: rows[1:]),
        ("no_rows", lambda rows: []),
        ("days_missing", lambda rows: [row for place, row in enumerate(rows) if place % 3 != 2]),
        ("limit_ignored", lambda rows: rows[:20]),
    ],
)
def test_a_fault_changes_the_rows(series: AskSeries, named: str, change: Callable[[Any], Any]) -> None:
    usual = series("")["items"]

    assert series(named)["items"] == change(usual)


def test_a_day_ahead_is_still_to_come(series: AskSeries) -> None:
    assert series("day_ahead")["items"][-1]["date"] > "2026-12"


def test_a_page_repeated_is_the_first(series: AskSeries) -> None:
    assert series("page_repeated", offset=100)["items"] == series("")["items"]


@pytest.mark.parametrize(
    ("named", "following"),
    [
        ("next_is_itself", r"/api/.+offset=100&.*"),
        ("next_is_former", r"/api/.+offset=0&.*"),
        ("next_is_elsewhere", r"https://elsewhere\.example/.+"),
    ],
)
def test_the_next_page_leads_astray(series: AskSeries, named: str, following: str) -> None:
    assert re.fullmatch(following, series(named, offset=100)["page"]["next"])


def test_the_total_moves_from_page_to_page(series: AskSeries) -> None:
    total = series("")["page"]["total"]

    totals = [series("total_moves", offset=offset)["page"]["total"] for offset in (0, 100, 200)]

    assert totals == [total, total + 100, total + 200]


@pytest.mark.parametrize(
    ("named", "spoiled"),
    [
        ("jsonp", lambda body: b"callback(" + body + b")"),
        ("bom", lambda body: b"\xef\xbb\xbf" + body),
        ("truncated_json", lambda body: body[: len(body) // 2]),
    ],
)
def test_a_fault_spoils_the_text(deezer: AskDeezer, named: str, spoiled: Callable[[bytes], bytes]) -> None:
    usual = deezer("").content

    assert deezer(named).content == spoiled(usual)
