from datetime import date, timedelta

import pytest

from sandbox.artists import Artist
from sandbox.demo import Real
from sandbox.numbers import ANCHOR, LISTENERS, POPULARITY, SHARES, VIEWS, Numbers
from sandbox.world import World

TODAY = date(2026, 11, 20)
COUNTED_ON = date(2026, 8, 12)
REAL: Real = {
    (1, LISTENERS): {COUNTED_ON - timedelta(days=1): 4_900_000, COUNTED_ON: 5_000_000},
    (1, POPULARITY): {COUNTED_ON: 77},
}
NOVA = Artist(1, "Nova Ruiz", {})
EVERYWHERE = Artist(2, "Mar Ilse", {}, is_known_everywhere=True)
MANY = [Artist(number, f"Artist {number}", {}) for number in range(100, 1100)]
GATHERED = sorted(name for name, share in SHARES.items() if share.least_growth > 0)


@pytest.fixture
def numbers() -> Numbers:
    return Numbers(7, REAL)


def test_on_a_day_that_was_counted_the_real_value_is_true(numbers: Numbers) -> None:
    assert numbers.true(NOVA, LISTENERS, COUNTED_ON) == 5_000_000
    assert numbers.true(NOVA, LISTENERS, COUNTED_ON - timedelta(days=1)) == 4_900_000
    assert numbers.true(NOVA, POPULARITY, COUNTED_ON) == 77


def test_a_number_grows_a_little_from_the_last_real_value(numbers: Numbers) -> None:
    today = numbers.true(NOVA, LISTENERS, TODAY)

    assert today != 5_000_000
    assert today == pytest.approx(5_000_000, rel=0.15)


def test_popularity_goes_on_from_the_last_real_value(numbers: Numbers) -> None:
    after = [numbers.true(NOVA, POPULARITY, COUNTED_ON + timedelta(days=days)) for days in range(1, 15)]

    assert all(abs(value - 77) <= 4 for value in after)


@pytest.mark.parametrize("metric", GATHERED)
def test_what_is_gathered_only_grows(numbers: Numbers, metric: str) -> None:
    months = [numbers.true(MANY[0], metric, ANCHOR + timedelta(days=30 * month)) for month in range(12)]

    assert months == sorted(months)


@pytest.mark.parametrize("metric", [LISTENERS, POPULARITY, *SHARES])
def test_every_metric_of_every_artist_is_a_positive_number(numbers: Numbers, metric: str) -> None:
    values = [numbers.true(artist, metric, TODAY) for artist in MANY[:200]]

    assert min(values) > 0
    assert max(values) < 2**53


def test_popularity_is_from_1_to_100(world: World) -> None:
    values = [world.numbers.true(artist, POPULARITY, TODAY) for artist in world.directory.artists]

    assert 1 <= min(values) < 20
    assert 85 < max(values) <= 100


def test_two_runs_agree_and_another_seed_does_not() -> None:
    def all_seen(seed: int) -> list[int | None]:
        numbers = Numbers(seed, REAL)
        return [numbers.seen("viberate", artist, metric, TODAY) for artist in MANY[:50] for metric in SHARES]

    assert all_seen(7) == all_seen(7)
    assert all_seen(7) != all_seen(8)


@pytest.mark.parametrize("provider", VIEWS)
def test_a_provider_knows_its_share_of_the_artists(numbers: Numbers, provider: str) -> None:
    known = sum(numbers.knows(provider, artist) for artist in MANY) / len(MANY)

    assert known == pytest.approx(VIEWS[provider].artists, abs=0.04)
    assert numbers.knows(provider, EVERYWHERE)


@pytest.mark.parametrize("provider", VIEWS)
def test_a_provider_has_its_share_of_the_metrics(numbers: Numbers, provider: str) -> None:
    seen = [numbers.seen(provider, artist, "deezer_fans", TODAY) for artist in MANY]

    assert sum(value is not None for value in seen) / len(MANY) == pytest.approx(VIEWS[provider].metrics, abs=0.04)
    assert all(numbers.seen(provider, EVERYWHERE, metric, TODAY) for metric in SHARES)


def test_providers_differ_by_less_than_a_hundredth(numbers: Numbers) -> None:
    exact = numbers.seen("spotify", EVERYWHERE, "spotify_followers", TODAY)

    others = [numbers.seen(name, EVERYWHERE, "spotify_followers", TODAY) for name in ("viberate", "songstats")]

    assert exact == numbers.true(EVERYWHERE, "spotify_followers", TODAY)
    assert exact not in others
    assert others == [pytest.approx(exact, rel=0.01)] * 2


def test_a_provider_lags_by_its_days(numbers: Numbers) -> None:
    real = Numbers(7, {(2, "deezer_fans"): {TODAY - timedelta(days=3): 10_000_000, TODAY: 20_000_000}})

    assert real.seen("viberate", EVERYWHERE, "deezer_fans", TODAY) == pytest.approx(10_000_000, rel=0.01)
    assert real.seen("deezer", EVERYWHERE, "deezer_fans", TODAY) == 20_000_000
