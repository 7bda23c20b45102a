"""What counts as a value, and where values are looked for."""

import pytest

from services.providers.values import count, counts, first_with, pick, values_at


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, 1), (2**63 - 1, 2**63 - 1), (71.0, 71), (1.2e6, 1_200_000), ("884000", 884_000), ("007", 7)],
)
def test_counts_positive_whole_numbers(value: object, number: int) -> None:
    assert count(value) == number


@pytest.mark.parametrize(
    "value",
    [
        *(0, -1, -1_874_321_190, 2**63, 10**19, 71.5, 1e19, float("nan"), float("inf"), True, False, None),
        *("", "0", "-1", "n/a", "1.2M", "1,234", "1e6", " 12", "12\n", "٣", "²", "9223372036854775808", "1" * 5000),
        *([], [7], {}, {"count": 7}, b"7"),
    ],
)
def test_anything_else_is_a_gap(value: object) -> None:
    assert count(value) is None


@pytest.mark.parametrize(("score", "counted"), [(100, {"spotify_popularity": 100}), (101, {})])
def test_a_score_is_never_above_its_scale(score: int, counted: dict[str, int]) -> None:
    assert counts({"spotify_popularity": score}) == counted


def test_takes_the_first_usable_place() -> None:
    body = {"statsV2": {"likes": "n/a"}, "stats": {"likes": 7, "heart": 9}}

    values = values_at({"tiktok_likes": ("statsV2.likes", "stats.likes", "stats.heart")}, body)

    assert values == {"tiktok_likes": 7}


@pytest.mark.parametrize("body", [None, [], "text", 7, {}, {"a": None}, {"a": [1]}, {"a": {"c": 1}}])
def test_a_path_that_breaks_off_leads_to_nothing(body: object) -> None:
    assert pick(body, "a", "b") is None


def test_finds_the_objects_with_a_member_the_outer_ones_first() -> None:
    body = {"a": [{"deep": {"n": 3}}], "b": {"n": 1, "deeper": {"n": 2}}}

    assert [found["n"] for found in first_with(body, "n")] == [1, 2, 3]
