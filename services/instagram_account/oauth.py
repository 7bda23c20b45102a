"""The login: the browser is sent to Instagram and comes back with a code, which becomes the stored token.

A state goes with it: random, good for one return within ten minutes, and only for the browser that has the cookie.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

import structlog

import telemetry
from services.errors import BadInput, Forbidden, ServiceError, Unavailable, UpstreamFailed
from services.instagram_account.access import InstagramAccess
from services.instagram_account.api import Grant, InstagramAPI, InstagramRefused
from services.instagram_account.token import LOGIN_PATH, TokenKeeper
from services.model.instagram_account import InstagramProfile, StoredAccount
from services.store import Store
from services.transport import ProviderError

STATE_LASTS = timedelta(minutes=10)
COOKIE_LASTS = STATE_LASTS
FORGET = "`python -m commands instagram-account forget` on the server lets another one be connected."
# Instagram's addresses may end so, which is no part of the code.
_ENDING = "#_"
_LONGEST_CODE = 2048
_RANDOM = re.compile(r"[A-Za-z0-9_-]{43}")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser is sent, and what it keeps in its cookie."""

    url: str = field(repr=False)
    browser: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CameBack:
    """What a browser brings back: from its cookie, and as the address has it."""

    browser: str | None = field(repr=False)
    state: str | None = field(repr=False)
    code: str | None = field(repr=False)
    error: str | None = None


class InstagramLogin:
    """Begins logins and finishes them; `callback` is the address that the browser knows the callback by."""

    def __init__(self, store: Store, tokens: TokenKeeper, api: InstagramAPI, access: InstagramAccess) -> None:
        self._states = store.oauth_states
        self._accounts = store.instagram_account
        self._tokens = tokens
        self._api = api
        self._access = access

    @property
    def is_possible(self) -> bool:
        """Whether all is set that a login needs."""
        return not self._access.missing_for_login

    def redirect_uri(self, callback: str) -> str:
        """Where Instagram sends the browser: the address that is set, since it is registered there."""
        return self._access.redirect_uri or callback

    async def begin(self, *, callback: str) -> Begun:
        """A login with a state of its own. Raises NotConfigured, StoreUnavailable, Unavailable for too many at once."""
        self._access.require_login()
        state, browser = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        if not await self._states.put(_hashed(state), browser=_hashed(browser), ttl=STATE_LASTS):
            raise Unavailable("Too many logins have been begun: try again in ten minutes.")
        query = {
            "client_id": self._access.client_id,
            "redirect_uri": self.redirect_uri(callback),
            "response_type": "code",
            "scope": self._access.scopes,
            "state": state,
        }
        return Begun(f"{self._access.authorize_url}?{urlencode(query)}", browser)

    async def finish(self, came_back: CameBack, *, callback: str) -> StoredAccount:
        """The account that is connected now; after any error what was stored before still is.

        Raises BadInput (the state, the code), Forbidden (refused, or another account), UpstreamFailed, Unavailable.
        """
        self._access.require_login()
        try:
            account = await self._finish(came_back, callback=callback)
        except ServiceError as error:
            telemetry.INSTAGRAM_LOGINS.labels(_OUTCOMES.get(type(error), "failed")).inc()
            raise
        telemetry.INSTAGRAM_LOGINS.labels("connected").inc()
        log.info("instagram_connected", user_id=account.user_id, expires_at=str(account.expires_at))
        return account

    async def _finish(self, came_back: CameBack, *, callback: str) -> StoredAccount:
        await self._check_state(came_back)
        code = (came_back.code or "").removesuffix(_ENDING)
        if came_back.error:
            log.info("instagram_login_refused", error=came_back.error[:60])
            raise Forbidden("The login was refused at Instagram, so no account was connected.")
        if not 0 < len(code) <= _LONGEST_CODE:
            raise BadInput(f"Instagram's answer has no code: begin again at {LOGIN_PATH}.")
        grant, profile = await self._exchanged(code, redirect_uri=self.redirect_uri(callback))
        await self._check_account(profile)
        account = self._tokens.sealed(grant, user_id=profile.user_id, username=profile.username)
        if not await self._accounts.connect(account):
            raise _another(profile)
        return account

    async def _check_state(self, came_back: CameBack) -> None:
        """Return where this browser began the login, which is used up then; raises BadInput."""
        state, browser = came_back.state or "", came_back.browser or ""
        known = await self._states.use(_hashed(state)) if _RANDOM.fullmatch(state) else None
        if known is None:
            log.warning("instagram_state_refused", cause="unknown, used or over")
            raise BadInput(f"This login is unknown, was used already, or is over: begin again at {LOGIN_PATH}.")
        if not hmac.compare_digest(known, _hashed(browser)):
            log.warning("instagram_state_refused", cause="another browser")
            raise BadInput(f"This login was begun in another browser, or its cookie is gone: begin at {LOGIN_PATH}.")

    async def _exchanged(self, code: str, *, redirect_uri: str) -> tuple[Grant, InstagramProfile]:
        """The long-lived token for the code, and whose it is: the id that comes with the code is another one."""
        try:
            short = await self._api.exchange(code, redirect_uri=redirect_uri)
            grant = await self._api.lengthen(short)
            return grant, await self._api.profile(grant["access_token"])
        except InstagramRefused as refused:
            cause = f"refused ({refused})"
        except ProviderError as fault:
            cause = str(fault)
        log.warning("instagram_login_failed", cause=cause)
        raise UpstreamFailed(f"Instagram {cause}, so no account was connected: begin again at {LOGIN_PATH}.")

    async def _check_account(self, profile: InstagramProfile) -> None:
        """Return where this account may be connected; raises Forbidden."""
        only = (self._access.only_account or "").removeprefix("@").casefold()
        if only and only not in {profile.user_id, profile.username.casefold()}:
            log.warning("instagram_account_refused", user_id=profile.user_id)
            raise Forbidden(f"@{profile.username} is not the account that INSTAGRAM_ACCOUNT names.")
        stored = await self._tokens.stored()
        if stored and stored.user_id != profile.user_id and not (only and stored.user_id is None):
            raise _another(profile)


_OUTCOMES: dict[type[ServiceError], str] = {BadInput: "state", Forbidden: "refused"}


def _another(profile: InstagramProfile) -> Forbidden:
    log.warning("instagram_account_refused", user_id=profile.user_id)
    return Forbidden(f"@{profile.username} is not the account that is connected here. {FORGET}")


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
