from statistics import fmean, pstdev

import pytest

from sandbox.chance import bell, between, unit


def test_the_same_is_the_same_in_every_run() -> None:
    assert unit(7, "growth", 61) == 0.3419014901412531


def test_what_it_is_about_makes_a_difference() -> None:
    assert len({unit(7, "growth", 61), unit(8, "growth", 61), unit(7, "growth", 62), unit(7, "growth6", 1)}) == 4


def test_numbers_between_two_are_evenly_spread() -> None:
    numbers = [between(-1, 3, number) for number in range(2_000)]

    assert min(numbers) >= -1
    assert max(numbers) <= 3
    assert fmean(numbers) == pytest.approx(1, abs=0.1)


def test_a_bell_is_around_zero_and_never_far_off() -> None:
    numbers = [bell(number) for number in range(2_000)]

    assert max(map(abs, numbers)) <= 2.5
    assert fmean(numbers) == pytest.approx(0, abs=0.1)
    assert pstdev(numbers) == pytest.approx(1, abs=0.1)
