from resolvers.context import Context
from resolvers.stats import stored_stats
from services import Services
from services.freshness import Caller
from tests.builders import stats_document
from tests.conftest import Database

CALLER = Caller(may_refresh=False)


async def test_the_loads_of_a_request_ask_with_its_own_context(services: Services, database: Database) -> None:
    await database.stats(stats_document())
    context = Context(services, CALLER)

    (found,) = await context.loads.load_many(stored_stats, [61], fields=frozenset({"spotify_followers"}))

    assert found.values == {"spotify_followers": 1_204_331}


async def test_each_request_has_loads_of_its_own(services: Services) -> None:
    assert Context(services, CALLER).loads is not Context(services, CALLER).loads


async def test_each_event_has_loads_and_reads_of_its_own(services: Services) -> None:
    context = Context(services, CALLER)
    loads, reads = context.loads, context.stats_reads

    context.begin_event()

    assert context.is_event
    assert context.loads is not loads
    assert context.stats_reads is not reads
