from datetime import UTC, date, datetime

from sandbox.artists import Artist
from sandbox.world import World, make_world


def test_the_day_is_that_of_the_clock() -> None:
    world = make_world(seed=7, clock=lambda: datetime(2026, 11, 20, 23, 59, tzinfo=UTC))

    assert world.today == date(2026, 11, 20)


def test_demo_artists_and_made_up_ones_have_ids_of_their_own(world: World) -> None:
    ids = [artist.id for artist in world.directory.artists]

    assert len(set(ids)) == len(ids)
    assert len(ids) > 1_400


def test_nobody_is_known_to_nobody(world: World, nova: Artist) -> None:
    assert not world.knows("viberate", None)
    assert world.knows("viberate", nova)
