"""The connected account's profile, asked of Instagram at each read; a token that it no longer takes is renewed once."""

from dataclasses import replace

import structlog

from services.errors import Forbidden, UpstreamFailed
from services.freshness import Caller
from services.instagram_account.api import InstagramAPI, InstagramRefused
from services.instagram_account.token import LOGIN_PATH, TokenKeeper
from services.model.instagram_account import HeldToken, InstagramProfile
from services.transport import ProviderError

log = structlog.get_logger(__name__)


def require_account(caller: Caller) -> None:
    """Return where the caller may see the account; raises Forbidden."""
    if not caller.may_refresh:
        raise Forbidden("This key may read; the Instagram account needs a key of MUSICDATA_INTERNAL_API_KEY.")


class InstagramProfileReader:
    """Reads the profile."""

    def __init__(self, tokens: TokenKeeper, api: InstagramAPI) -> None:
        self._tokens = tokens
        self._api = api

    async def read(self) -> InstagramProfile | None:
        """The profile; None where no account is connected. One call of Instagram's, three where the token is renewed.

        Raises UpstreamFailed, which names the login where that alone helps; NotConfigured, StoreUnavailable.
        """
        held = await self._tokens.held()
        if held is None:
            return None
        try:
            try:
                return await self._asked(held)
            except InstagramRefused as refused:
                if not refused.is_dead or refused.is_past_its_end:
                    raise
            return await self._asked(await self._tokens.replace(held))
        except InstagramRefused as refused:
            log.warning("instagram_profile_refused", user_id=held.account.user_id, cause=str(refused))
            raise UpstreamFailed(_told(refused)) from None
        except ProviderError as fault:
            raise UpstreamFailed(f"The Instagram account could not be read: Instagram {fault}.") from None

    async def _asked(self, held: HeldToken) -> InstagramProfile:
        return replace(await self._api.profile(held.token), token_expires_at=held.account.expires_at)


def _told(refused: InstagramRefused) -> str:
    if refused.is_dead:
        return f"Instagram no longer takes the stored token ({refused}): connect the account again at {LOGIN_PATH}."
    return f"Instagram refused to show the account ({refused}). {LOGIN_PATH} asks for its permission again."
