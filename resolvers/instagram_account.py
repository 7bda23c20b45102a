"""The connected Instagram account, and the renewal of its token."""

from collections.abc import Sequence

from resolvers.context import Context
from services.errors import UpstreamFailed
from services.freshness import require_refresh
from services.instagram_account import NOT_CONNECTED, require_account
from services.model.instagram_account import InstagramProfile, TokenRenewal


async def instagram_account(
    context: Context, parents: Sequence[None], *, fields: frozenset[str]
) -> list[InstagramProfile | None]:
    """The account's profile, for each parent: the root is the only one."""
    require_account(context.caller)
    return [await context.services.instagram_account.profile.read()] * len(parents)


async def refresh_instagram_token(
    context: Context, parents: Sequence[None], *, fields: frozenset[str]
) -> list[TokenRenewal]:
    """What became of the renewal, for each parent: the root is the only one."""
    require_refresh(context.caller)
    renewal = await context.services.instagram_account.tokens.refresh(forced=True)
    if renewal is None:
        raise UpstreamFailed(NOT_CONNECTED)
    return [renewal] * len(parents)
