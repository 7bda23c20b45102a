from datetime import date

from sandbox.standings import listeners, songs
from sandbox.world import World


def test_the_artists_stand_in_the_order_of_their_listeners(world: World) -> None:
    counts = [count for _, count in listeners(world)]

    assert counts == sorted(counts, reverse=True)
    assert len(counts) > 1000


def test_a_chart_is_the_same_in_every_run_and_another_the_next_day_and_elsewhere(world: World) -> None:
    day = date(2026, 11, 19)

    chart = songs(world, "itunes es", day=day)

    assert chart == songs(world, "itunes es", day=day)
    assert chart != songs(world, "itunes es", day=date(2026, 11, 18))
    assert [song.artist for song in chart] != [song.artist for song in songs(world, "itunes us", day=day)]


def test_each_rank_is_there_once_with_a_song_of_its_own_artist(world: World) -> None:
    chart = songs(world, "itunes es", most=50)

    assert [song.rank for song in chart] == list(range(1, 51))
    assert len({song.artist.id for song in chart}) == 50
    assert all(1 <= song.peak <= song.rank and song.guest is not song.artist for song in chart)
