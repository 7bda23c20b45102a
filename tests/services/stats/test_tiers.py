import asyncio

import pytest

from services.model.artist import Artist
from services.model.merge import Fault
from services.providers import OpenProvider, PartlyRead
from services.stats import tiers
from services.stats.tiers import Asked, ask_tiers
from services.transport import ProviderRefused, ProviderUnavailable
from tests.services.stats.asking import Told, opened

NOVA = Artist(61, "Nova Ruiz")


async def ask(*providers: OpenProvider, within_s: float = 60) -> Asked:
    return await ask_tiers(providers, NOVA, deadline=asyncio.get_running_loop().time() + within_s)


async def turns() -> None:
    """Let everything go on as far as it can."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_each_tier_is_asked_only_for_the_gaps_that_those_before_it_left() -> None:
    first = Told({"spotify_followers": 1})
    second = Told({"spotify_followers": 2, "youtube_views": 3})

    asked = await ask(
        opened("songstats", 2, second), opened("viberate", 1, first, "spotify_followers", "tiktok_followers")
    )

    assert first.asked_for == [frozenset({"spotify_followers", "tiktok_followers"})]
    assert second.asked_for == [frozenset({"youtube_views"})]
    assert [dict(reading.values) for reading in asked.readings] == [{"spotify_followers": 1}, {"youtube_views": 3}]


async def test_a_provider_that_can_give_no_gap_is_not_asked() -> None:
    later = Told({"spotify_followers": 2})

    await ask(opened("viberate", 1, Told({"spotify_followers": 1})), opened("songstats", 2, later))

    assert later.asked_for == []


async def test_a_provider_without_an_id_of_the_artist_is_not_asked() -> None:
    unknowing = Told({"spotify_followers": 1}, knows=False)

    asked = await ask(opened("viberate", 1, unknowing))

    assert unknowing.asked_for == []
    assert not asked.anyone_answered


async def test_a_provider_that_fails_is_a_fault_and_the_others_go_on() -> None:
    asked = await ask(
        opened("viberate", 1, Told({"spotify_followers": 1}, error=ProviderRefused("refused the key"))),
        opened("songstats", 2, Told({"spotify_followers": 2})),
    )

    assert asked.faults == (Fault("viberate", "refused the key"),)
    assert [reading.source for reading in asked.readings] == ["songstats"]


async def test_an_empty_answer_counts_as_one() -> None:
    asked = await ask(opened("viberate", 1, Told({}), "spotify_followers"))

    assert asked.anyone_answered
    assert [dict(reading.values) for reading in asked.readings] == [{}]


async def test_natives_are_in_the_order_of_the_table_whoever_answers_first() -> None:
    late = asyncio.Event()
    slow = opened("genius", 4, Told({"genius_followers": 1}, free=late))
    quick = Told({"deezer_fans": 2})
    asking = asyncio.create_task(ask(slow, opened("deezer", 4, quick)))
    await turns()
    assert quick.asked_for
    late.set()

    assert [reading.source for reading in (await asking).readings] == ["genius", "deezer"]


async def test_at_most_four_natives_are_asked_at_once() -> None:
    free = asyncio.Event()
    names = ("genius_followers", "deezer_fans", "lastfm_plays", "qq_followers", "netease_fans", "tiktok_likes")
    told = [Told({name: 1}, free=free) for name in names]
    asking = asyncio.create_task(ask(*(opened(name, 4, one) for name, one in zip(names, told, strict=True))))
    await turns()

    assert sum(bool(one.asked_for) for one in told) == tiers.NATIVES_AT_ONCE
    free.set()
    assert len((await asking).readings) == len(names)


async def test_one_that_takes_too_long_is_a_fault() -> None:
    asked = await ask(opened("viberate", 1, Told({"spotify_followers": 1}, free=asyncio.Event())), within_s=0.01)

    assert asked.faults == (Fault("viberate", "took too long"),)


async def test_the_time_left_is_shared_by_the_tiers_still_to_come() -> None:
    told = [Told({name: 1}) for name in ("spotify_followers", "youtube_views", "deezer_fans")]
    began = asyncio.get_running_loop().time()

    await ask(*(opened(f"tier{tier}", tier, one) for tier, one in enumerate(told, start=1)), within_s=60)

    assert [one.deadlines[0] - began for one in told] == pytest.approx([20, 30, 60], abs=1)


async def test_a_tier_that_can_not_be_asked_has_no_share() -> None:
    told = Told({"spotify_followers": 1})
    began = asyncio.get_running_loop().time()

    await ask(opened("viberate", 1, told), opened("songstats", 2, Told({"deezer_fans": 1}, knows=False)), within_s=60)

    assert told.deadlines[0] - began == pytest.approx(60, abs=1)


async def test_tiers_that_take_too_long_starve_none_after_them() -> None:
    silent = [Told({name: 1}, free=asyncio.Event()) for name in ("spotify_followers", "youtube_views")]
    quick = Told({"deezer_fans": 1})

    asked = await ask(
        *(opened(f"tier{tier}", tier, one) for tier, one in enumerate([*silent, quick], start=1)), within_s=0.9
    )

    assert asked.faults == (Fault("tier1", "took too long"), Fault("tier2", "took too long"))
    assert [reading.source for reading in asked.readings] == ["tier3"]
    assert quick.deadlines[0] > asyncio.get_running_loop().time()


async def test_what_comes_along_unasked_is_left_out() -> None:
    asked = await ask(
        opened("viberate", 1, Told({"spotify_followers": 1})),
        opened("songstats", 2, Told({"spotify_followers": 2, "deezer_fans": 3})),
    )

    assert dict(asked.readings[1].values) == {"deezer_fans": 3}


async def test_a_fault_of_one_native_leaves_the_others() -> None:
    asked = await ask(
        opened("genius", 4, Told({"genius_followers": 1}, error=ProviderUnavailable("took longer than 3 s"))),
        opened("deezer", 4, Told({"deezer_fans": 2})),
    )

    assert [reading.native for reading in asked.readings] == [True]
    assert asked.faults == (Fault("genius", "took longer than 3 s"),)


async def test_a_provider_that_answers_in_part_gives_its_values_and_its_fault() -> None:
    partly = PartlyRead({"spotify_followers": 1}, ProviderRefused("refused the YouTube audience"))

    asked = await ask(opened("soundcharts", 3, Told({}, error=partly), "spotify_followers", "youtube_views"))

    assert [dict(reading.values) for reading in asked.readings] == [{"spotify_followers": 1}]
    assert asked.faults == (Fault("soundcharts", "refused the YouTube audience"),)
