import asyncio
import time
from datetime import timedelta
from pathlib import Path

from structlog.testing import capture_logs

from services import Services
from services.errors import StoreUnavailable
from services.keeping import CONNECT_TIMEOUT_S, Held, Keeping
from services.leases import Leases
from services.store import Store, open_store
from tests.conftest import Commands
from tests.services.conftest import eventually
from tests.services.store.conftest import Mongod

SUBJECT = "something"
MINUTE = timedelta(minutes=1)


class Work:
    """What is to be kept: it tells of each turn, and then fails or waits, as a test has it."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.turns = 0
        self.ended = asyncio.Event()

    async def keep(self, held: Held) -> None:
        self.turns += 1
        if self.faults:
            raise self.faults.pop(0)
        await self.ended.wait()

    async def has_begun(self, times: int = 1) -> bool:
        return self.turns >= times


def keeping_of(store: Store) -> Keeping:
    return Keeping(store, Leases(store), SUBJECT, lease=MINUTE, pause_s=0.02)


async def test_one_of_several_keeps(services: Services, commands: Commands) -> None:
    first, second = Work(), Work()
    async with keeping_of(services.store).kept(first.keep):
        await eventually(first.has_begun)

        async with keeping_of(services.store).kept(second.keep):
            before = commands.names.count("findAndModify")
            await eventually(lambda: asked(commands, before + 3))

    assert (first.turns, second.turns) == (1, 0)


async def test_another_goes_on_where_the_first_ends(services: Services) -> None:
    first, second = Work(), Work()
    async with keeping_of(services.store).kept(second.keep):
        async with keeping_of(services.store).kept(first.keep):
            await eventually(lambda: either_has_begun(first, second))
            first.ended.set()

        await eventually(second.has_begun)


async def test_the_lease_is_given_back_at_the_end(services: Services) -> None:
    work = Work()
    async with keeping_of(services.store).kept(work.keep):
        await eventually(work.has_begun)

    assert await keeping_of(services.store).take() is not None


async def test_a_lease_that_somebody_holds_is_not_taken(services: Services) -> None:
    held = await keeping_of(services.store).take()
    assert held is not None

    assert await keeping_of(services.store).take() is None
    await held.give_back()
    assert await keeping_of(services.store).take() is not None


async def test_what_breaks_is_logged_and_tried_again(services: Services) -> None:
    work = Work(ValueError("odd"))

    with capture_logs() as logs:
        async with keeping_of(services.store).kept(work.keep):
            await eventually(lambda: work.has_begun(2))

    assert [(event["event"], event["subject"]) for event in logs] == [("keeping_broke", SUBJECT)]


async def test_a_database_that_was_away_is_tried_again(services: Services) -> None:
    work = Work(StoreUnavailable("away"))

    with capture_logs() as logs:
        async with keeping_of(services.store).kept(work.keep):
            await eventually(lambda: work.has_begun(2))

    assert logs == []


async def test_who_lost_the_lease_is_told_so(services: Services) -> None:
    keeping = Keeping(services.store, Leases(services.store), SUBJECT, lease=timedelta(0))
    held = await keeping.take()
    assert held is not None
    assert await keeping_of(services.store).take() is not None

    assert not await held.goes_on()


async def test_it_is_time_to_ask_after_a_third_of_the_lease(services: Services) -> None:
    held = await keeping_of(services.store).take()
    assert held is not None
    assert held.is_time_to_ask()

    assert await held.goes_on()

    assert not held.is_time_to_ask()


async def test_it_ends_without_delay_where_the_database_is_away(tmp_path: Path) -> None:
    async with open_store(Mongod(tmp_path).uri, timeout_ms=100, read_only=True) as store:
        async with keeping_of(store).kept(Work().keep):
            began = time.monotonic()

        assert time.monotonic() - began < CONNECT_TIMEOUT_S + 1


async def asked(commands: Commands, times: int) -> bool:
    return commands.names.count("findAndModify") >= times


async def either_has_begun(*works: Work) -> bool:
    return any(work.turns for work in works)
