from datetime import timedelta

from services.model.providers import Resolved
from services.store import Store
from services.store.soundcharts_uuids import LOOK_AGAIN_AFTER, SoundchartsUUIDs
from tests.builders import NOW, SOUNDCHARTS_UUID
from tests.conftest import Clock


async def test_a_uuid_is_kept_for_good(store: Store) -> None:
    clock = Clock(NOW)
    uuids = SoundchartsUUIDs(store.mongo, clock=clock)
    assert await uuids.get(61) is None

    await uuids.put(61, SOUNDCHARTS_UUID)
    clock.advance(LOOK_AGAIN_AFTER * 10)

    assert await uuids.get(61) == Resolved(SOUNDCHARTS_UUID)


async def test_that_there_is_none_is_kept_for_a_while(store: Store) -> None:
    clock = Clock(NOW)
    uuids = SoundchartsUUIDs(store.mongo, clock=clock)
    await uuids.put(61, None)

    clock.advance(LOOK_AGAIN_AFTER - timedelta(seconds=1))
    assert await uuids.get(61) == Resolved(None)

    clock.advance(timedelta(seconds=1))
    assert await uuids.get(61) is None
