from resolvers.context import Context
from resolvers.providers import providers
from routes.gate import MAY_READ
from services import Services
from services.providers import TIERS


async def test_all_providers_are_answered_for_the_root(services: Services) -> None:
    (found,) = await providers(Context(services, MAY_READ), [None], fields=frozenset())

    assert [status.name for status in found] == [row.name for row in TIERS]
