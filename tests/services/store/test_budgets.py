import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from services.errors import StoreUnavailable
from services.model.providers import LastOutcomes
from services.store import Driver
from services.store.budgets import BudgetStore
from services.store.client import connect
from services.store.driver import Mongo
from tests.builders import NOW
from tests.conftest import Clock, Commands, Database
from tests.services.conftest import DEADLINE_S, eventually
from tests.services.store.conftest import SOCKETS_LEFT_OPEN, Mongod

pytestmark = SOCKETS_LEFT_OPEN

STATE = "data_analyst.provider_state"
TIMEOUT_MS = 300

Limited = Callable[..., BudgetStore]


@pytest.fixture
def limited(mongo: Mongo, clock: Clock) -> Limited:
    """Budgets as a process has them, with the limits given."""
    return lambda **limits: BudgetStore(mongo, limits=limits, clock=clock)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads waits for what is being written, however long a busy machine takes for it."""
    monkeypatch.setattr("services.store.budgets.SOON_S", DEADLINE_S)


async def take(budgets: BudgetStore, times: int, provider: str = "viberate") -> int:
    """How many of so many calls at once were granted."""
    return sum(await asyncio.gather(*(budgets.take(provider) for _ in range(times))))


async def stored(database: Database) -> dict[str, dict[str, object]]:
    """What is stored, by id, without what tells the writing processes apart."""
    found = await database.collection(STATE).find({}, {"batches": 0}).to_list(None)
    return {document.pop("_id"): document for document in found}


@pytest.mark.usefixtures("unhurried")
async def test_calls_are_counted_by_provider_and_day(limited: Limited, clock: Clock, database: Database) -> None:
    budgets = limited()
    clock.now = datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC)
    await take(budgets, 3)
    await take(budgets, 1, "deezer")
    clock.advance(timedelta(seconds=1))
    await take(budgets, 2)

    assert await budgets.calls_today(["viberate", "deezer"]) == {"viberate": 2}
    assert await stored(database) == {
        "viberate:2026-11-24": {"calls": 3},
        "deezer:2026-11-24": {"calls": 1},
        "viberate:2026-11-25": {"calls": 2},
    }


async def test_calls_of_all_processes_are_counted_together(limited: Limited) -> None:
    processes = [limited() for _ in range(3)]

    await asyncio.gather(*(take(process, 50) for process in processes))
    await asyncio.gather(*(process.written() for process in processes))

    assert await processes[0].calls_today(["viberate"]) == {"viberate": 150}


async def test_a_call_without_a_limit_waits_for_no_command(limited: Limited, commands: Commands) -> None:
    budgets = limited()

    granted = budgets.take("viberate")

    with pytest.raises(StopIteration) as ended:
        granted.send(None)
    assert (ended.value.value, commands.sent) == (True, [])
    await budgets.written()


async def test_calls_without_a_limit_share_their_writes(limited: Limited, commands: Commands) -> None:
    budgets = limited()

    await take(budgets, 500)
    await budgets.written()

    assert await budgets.calls_today(["viberate"]) == {"viberate": 500}
    assert len(commands.names) <= 3


async def test_a_limit_grants_just_so_many_calls_a_day(limited: Limited, clock: Clock) -> None:
    budgets = limited(viberate=5)

    first = await take(budgets, 7)
    again = await take(budgets, 2)
    clock.advance(timedelta(days=1))
    tomorrow = await take(budgets, 7)

    assert (first, again, tomorrow) == (5, 0, 5)
    assert await budgets.calls_today(["viberate"]) == {"viberate": 5}


async def test_a_limit_holds_over_all_processes_from_the_first_calls_of_the_day_on(limited: Limited) -> None:
    processes = [limited(viberate=40) for _ in range(5)]

    granted = await asyncio.gather(*(take(process, 20) for process in processes))

    assert sum(granted) == 40


async def test_no_call_within_the_limit_is_refused(limited: Limited) -> None:
    processes = [limited(viberate=60) for _ in range(6)]

    granted = await asyncio.gather(*(take(process, 10) for process in processes))

    assert sum(granted) == 60


async def test_a_call_with_a_limit_is_one_command(limited: Limited, commands: Commands) -> None:
    budgets = limited(viberate=1)

    for _ in range(3):
        await budgets.take("viberate")

    assert commands.names == ["findAndModify"] * 3


async def test_a_limit_of_nothing_grants_nothing(limited: Limited) -> None:
    assert await take(limited(viberate=0), 3) == 0


async def test_a_limit_that_is_raised_within_the_day_grants_the_difference(limited: Limited) -> None:
    await take(limited(viberate=3), 10)

    assert await take(limited(viberate=5), 10) == 2


async def test_a_limit_counts_the_calls_of_before_it_was_set(limited: Limited) -> None:
    unlimited = limited()
    await take(unlimited, 3)
    await unlimited.written()

    assert await take(limited(viberate=5), 10) == 2


def test_a_limit_is_told(limited: Limited) -> None:
    budgets = limited(viberate=5)

    assert (budgets.limit("viberate"), budgets.limit("deezer")) == (5, None)


async def test_how_calls_ended_last_is_kept_for_all_processes(limited: Limited, database: Database) -> None:
    one, another = limited(), limited()
    minute = timedelta(minutes=1)
    one.note("viberate", at=NOW, error=None)
    one.note("viberate", at=NOW + minute, error="took longer than 8 s")
    one.note("deezer", at=NOW, error="answered 404")
    await one.written()

    assert await another.last_outcomes(["viberate", "deezer", "genius"]) == {
        "viberate": LastOutcomes(success_at=NOW, error_at=NOW + minute, error="took longer than 8 s"),
        "deezer": LastOutcomes(success_at=None, error_at=NOW, error="answered 404"),
    }
    assert await stored(database) == {
        "viberate": {"lastSuccessAt": NOW, "lastErrorAt": NOW + minute, "lastError": "took longer than 8 s"},
        "deezer": {"lastErrorAt": NOW, "lastError": "answered 404"},
    }


@pytest.mark.usefixtures("unhurried")
async def test_of_many_ends_the_last_is_kept(limited: Limited) -> None:
    budgets = limited()

    for second in range(100):
        budgets.note("viberate", at=NOW + timedelta(seconds=second), error=None)
        budgets.note("viberate", at=NOW + timedelta(seconds=second), error=f"error {second}")

    at = NOW + timedelta(seconds=99)
    assert await budgets.last_outcomes(["viberate"]) == {"viberate": LastOutcomes(at, at, "error 99")}


async def test_a_success_that_is_told_late_takes_nothing_back(limited: Limited) -> None:
    ahead, behind = limited(), limited()
    ahead.note("viberate", at=NOW, error=None)
    await ahead.written()

    behind.note("viberate", at=NOW - timedelta(minutes=1), error=None)
    await behind.written()

    assert (await behind.last_outcomes(["viberate"]))["viberate"].success_at == NOW


async def test_with_nothing_to_write_nothing_is_written(limited: Limited, commands: Commands) -> None:
    await limited().written()

    assert commands.sent == []


@pytest.fixture
async def own_mongo(mongod: Mongod, driver: Driver) -> AsyncIterator[Mongo]:
    """Connected to the test's own mongod, which runs."""
    mongod.start()
    mongo = connect(mongod.uri, driver=driver, timeout_ms=TIMEOUT_MS, pool_size=5)
    await eventually(lambda: answers(mongo))
    yield mongo
    await mongo.close()


async def answers(mongo: Mongo) -> bool:
    try:
        await mongo.ping()
    except StoreUnavailable:
        return False
    return True


async def test_calls_go_on_while_mongodb_is_silent_and_are_counted_afterwards(
    own_mongo: Mongo, mongod: Mongod, clock: Clock
) -> None:
    budgets = BudgetStore(own_mongo, limits={}, clock=clock)
    mongod.stop()

    with capture_logs() as logs:
        granted = await take(budgets, 3)
        budgets.note("viberate", at=NOW, error="answered 404")
        await budgets.written()
    mongod.go_on()
    await eventually(lambda: answers(own_mongo))
    await take(budgets, 1)
    await budgets.written()

    assert granted == 3
    assert "calls_not_counted_yet" in [log["event"] for log in logs]
    assert await budgets.calls_today(["viberate"]) == {"viberate": 4}
    assert (await budgets.last_outcomes(["viberate"]))["viberate"].error == "answered 404"


async def test_who_waits_for_what_is_to_be_written_waits_no_longer_than_told(
    own_mongo: Mongo, mongod: Mongod, clock: Clock
) -> None:
    budgets = BudgetStore(own_mongo, limits={}, clock=clock)
    mongod.stop()
    await budgets.take("viberate")

    with capture_logs() as logs:
        await budgets.written(within_s=0.01)
    mongod.go_on()
    await budgets.written()

    assert logs == []


async def test_calls_with_a_limit_are_refused_while_mongodb_is_silent(
    own_mongo: Mongo, mongod: Mongod, clock: Clock
) -> None:
    budgets = BudgetStore(own_mongo, limits={"viberate": 1000}, clock=clock)
    mongod.stop()

    with capture_logs() as logs:
        granted = await budgets.take("viberate")
    mongod.go_on()

    assert not granted
    assert [log["key"] for log in logs if log["event"] == "call_not_counted"] == ["viberate:2026-11-20"]


async def test_calls_of_the_day_are_unavailable_while_mongodb_is(
    own_mongo: Mongo, mongod: Mongod, clock: Clock
) -> None:
    budgets = BudgetStore(own_mongo, limits={}, clock=clock)
    await budgets.take("viberate")
    mongod.stop()

    with pytest.raises(StoreUnavailable):
        await budgets.calls_today(["viberate"])

    await budgets.written()
    mongod.go_on()
