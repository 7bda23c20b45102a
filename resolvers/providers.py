"""How the providers stand."""

from collections.abc import Sequence

from resolvers.context import Context
from services.model.providers import ProviderStatus


async def providers(context: Context, parents: Sequence[None], *, fields: frozenset[str]) -> list[list[ProviderStatus]]:
    """Every provider in tier order, for each parent: the root is the only one."""
    return [await context.services.providers.all()] * len(parents)
