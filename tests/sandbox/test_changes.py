from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from sandbox.changes import (
    NAMESAKE,
    Change,
    Scene,
    lists,
    lists_as_objects,
    literal,
    namesake,
    no_rows,
    numbers,
    objects_as_lists,
    page,
    smaller_page,
    target_with,
    three_digits,
    with_a_day_ahead,
    with_holes,
    without_containers,
    without_numbers,
)
from sandbox.protocol import Ask

SCENE = Scene(Ask("/series?offset=0&limit=100"), frozenset({"fans", "views"}), date(2026, 11, 20))
DAYS = [{"date": f"2026-11-{day:02}T00:00:00+01:00", "fans": day} for day in range(1, 5)]
PAGE = {"offset": 0, "limit": 100, "next": None, "previous": None, "total": 50}


def double(count: int) -> int:
    return 2 * count


def reverse(rows: list[Any]) -> list[Any]:
    return rows[::-1]


def longer(told: Mapping[str, Any], scene: Scene) -> Mapping[str, Any]:
    return {"total": told["total"] + 1}


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (numbers(double), {"fans": 7, "other": 7}, {"fans": 14, "other": 7}),
        (numbers(double), {"a": [{"fans": 7}]}, {"a": [{"fans": 14}]}),
        (numbers(double), {"fans": "7"}, {"fans": "14"}),
        (numbers(double), {"fans": "-7"}, {"fans": "-14"}),
        (numbers(double), {"fans": None, "views": True}, {"fans": None, "views": True}),
        (numbers(float), {"fans": "7"}, {"fans": 7.0}),
        (numbers(literal("NaN")), {"fans": 7}, {"fans": "@@NaN@@"}),
        (without_numbers, {"a": [{"fans": 7, "id": 1}]}, {"a": [{"id": 1}]}),
        (without_containers, {"kind": 1, "items": [{"fans": 7}]}, {"kind": 1}),
        (without_containers, {"items": [{"id": 1, "data": {"fans": 7}}], "errors": []}, {"errors": []}),
        (without_containers, {"artist": {"id": 1, "stats": {"fans": 7}}}, {"artist": {"id": 1}}),
        (without_containers, {"fans": 7}, {"fans": 7}),
        (objects_as_lists, {"a": {"b": {"fans": 7}}}, {"a": [{"b": [{"fans": 7}]}]}),
        (lists_as_objects, {"a": [{"fans": 7}, {}], "b": [1]}, {"a": {"fans": 7}, "b": [1]}),
        (lists_as_objects, {"a": []}, {"a": {}}),
        (lists(reverse), {"a": [{"b": 1}, {"b": 2}]}, {"a": [{"b": 2}, {"b": 1}]}),
        (no_rows, {"a": [1], "page": {"total": 1}}, {"a": [], "page": {"total": 0}}),
        (namesake, {"name": "Nova", "fans": 700}, {"name": NAMESAKE, "fans": 8}),
        (with_holes, {"items": DAYS}, {"items": [DAYS[0], DAYS[1], DAYS[3]]}),
        (with_holes, {"items": [{"a": 1}] * 3}, {"items": [{"a": 1}] * 3}),
        (page(longer), {"page": PAGE}, {"page": PAGE | {"total": 51}}),
        (page(longer), {"fans": 7}, {"fans": 7}),
        (smaller_page, {"fans": 7}, {"fans": 7}),
    ],
    ids=[
        "the members that count",
        "however deep",
        "a text stays a text",
        "a text below zero",
        "what is no number",
        "a text that becomes something else",
        "a literal",
        "numbers left out",
        "a list of numbers left out",
        "a list of objects with numbers left out",
        "an object left out",
        "no container",
        "objects in lists",
        "the first row",
        "no first row",
        "rows in another order",
        "no rows",
        "a namesake",
        "every third day missing",
        "rows without a day",
        "a page",
        "no page",
        "no page to make smaller",
    ],
)
def test_a_change_is_made_where_it_belongs(change: Change, before: Any, after: Any) -> None:
    assert change(before, SCENE) == after


def test_a_day_ahead_is_a_month_after_today() -> None:
    changed = with_a_day_ahead({"items": DAYS}, SCENE)

    assert changed["items"] == [*DAYS, {"date": "2026-12-20T00:00:00+01:00", "fans": 4}]


def test_a_smaller_page_leads_to_the_next_of_its_size() -> None:
    changed = smaller_page({"items": list(range(50)), "page": PAGE}, SCENE)

    assert changed == {
        "items": list(range(20)),
        "page": PAGE | {"limit": 20, "next": "/series?offset=20&limit=100"},
    }


def test_the_last_of_the_smaller_pages_leads_nowhere() -> None:
    changed = smaller_page({"items": list(range(10)), "page": PAGE | {"offset": 40}}, SCENE)

    assert changed["page"]["next"] is None


@pytest.mark.parametrize(("count", "rounded"), [(0, 0), (999, 999), (1_234, 1_230), (9_999_999, 9_990_000)])
def test_three_digits_are_kept(count: int, rounded: int) -> None:
    assert three_digits(count) == rounded


def test_the_address_of_another_page_keeps_the_other_parameters() -> None:
    assert target_with(SCENE.ask, offset=200) == "/series?offset=200&limit=100"
