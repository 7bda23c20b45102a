"""The token: kept sealed, renewed by one at a time over all processes, and never lost to a renewal that failed."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

import telemetry
from services.errors import NotConfigured, ServiceError, UpstreamFailed
from services.instagram_account.api import Grant, InstagramAPI, InstagramRefused
from services.instagram_account.sealing import TokenSeal
from services.model.instagram_account import HeldToken, StoredAccount, TokenRenewal
from services.model.instants import rfc3339
from services.model.lease import Lease
from services.refreshes import Turns
from services.store import Store
from services.store.tasks import end_tasks
from services.transport import ProviderError

LOGIN_PATH = "/instagram/login"
NOT_CONNECTED = f"No Instagram account is connected: {LOGIN_PATH} connects one."
REMEDY = f"Where that doesn't pass, connect the account again at {LOGIN_PATH}."
SUBJECT = "instagram_token"
# Instagram renews none that is younger.
RENEWED_EVERY = timedelta(hours=24)
RETRY_AFTER_FAILURE = timedelta(minutes=15)
LONGEST_WAIT_S = 20.0
# At the end, for a renewal that Instagram has been asked for.
LAST_WAIT_S = 12.0

log = structlog.get_logger(__name__)


class TokenKeeper:
    """Holds the token; raises NotConfigured without a key, StoreUnavailable."""

    def __init__(
        self,
        store: Store,
        turns: Turns,
        api: InstagramAPI,
        seal: TokenSeal,
        *,
        sandbox: bool,
        clock: Callable[[], datetime],
    ) -> None:
        self._accounts = store.instagram_account
        self._states = store.leases
        self._turns = turns
        self._api = api
        self._seal = seal
        self._sandbox = sandbox
        self._clock = clock
        self._renewing: asyncio.Task[HeldToken] | None = None

    async def stored(self) -> StoredAccount | None:
        """The account that is connected. One find. The sandbox's is none where the real Instagram is asked."""
        account = await self._accounts.find()
        return account if account and account.sandbox == self._sandbox else None

    async def held(self) -> HeldToken | None:
        """The account with its token; None where none is connected. One find."""
        self._seal.require_key()
        account = await self.stored()
        return HeldToken(account, self._seal.open(account)) if account else None

    def sealed(self, grant: Grant, *, user_id: str | None, username: str | None) -> StoredAccount:
        """What is to be stored of a token that was given just now."""
        now = self._clock()
        return StoredAccount(
            user_id=user_id,
            username=username,
            token=self._seal.seal(grant["access_token"]),
            sealed=True,
            expires_at=now + timedelta(seconds=grant["expires_in"]),
            renewed_at=now,
            sandbox=self._sandbox,
        )

    async def refresh(self, *, forced: bool = False) -> TokenRenewal | None:
        """Renew the token where that is due: a day after the last time; None where no account is connected.

        Safe to be asked by anyone at any rate: one renewal at a time over all processes, whose result is shared, and
        after a failure none for a while, unless `forced`. Raises UpstreamFailed.
        """
        held = await self.held()
        if held is None:
            return None
        expires_at = held.account.expires_at
        if expires_at and not self._is_due(held.account):
            return TokenRenewal(renewed=False, expires_at=expires_at)
        renewed = await self._renewed(held, forced=forced)
        return TokenRenewal(renewed=True, expires_at=renewed.account.expires_at or self._clock())

    async def replace(self, dead: HeldToken) -> HeldToken:
        """The token in place of one that Instagram no longer takes, however young that was; raises UpstreamFailed."""
        return await self._renewed(dead, forced=False)

    async def close(self) -> None:
        """End; a renewal under way comes to its end first, lest the token that it brings is lost."""
        if self._renewing:
            await asyncio.wait([self._renewing], timeout=LAST_WAIT_S)
            await end_tasks(self._renewing)

    def _is_due(self, account: StoredAccount) -> bool:
        return account.renewed_at is None or self._clock() - account.renewed_at >= RENEWED_EVERY

    async def _renewed(self, former: HeldToken, *, forced: bool) -> HeldToken:
        """What replaced the former token, by this process' one renewal; it goes on when who asked has gone."""
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew(former, forced=forced))
            # Nobody may be there any more to take the error, which is logged where it was met.
            self._renewing.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            async with asyncio.timeout(LONGEST_WAIT_S):
                return await asyncio.shield(self._renewing)
        except TimeoutError:
            raise UpstreamFailed(
                "The Instagram token is being renewed, which takes long: try again in a moment."
            ) from None

    async def _renew(self, former: HeldToken, *, forced: bool) -> HeldToken:
        async with self._turns.at(SUBJECT) as turn:
            ended = await self._ended(turn.lease, former, forced=forced)
        # Out here: what leaves a turn by an exception counts as a defect.
        if isinstance(ended, ServiceError):
            raise ended
        return ended

    async def _ended(self, lease: Lease, former: HeldToken, *, forced: bool) -> HeldToken | ServiceError:
        """The token, or why there is none; the lease has ended with that."""
        leases = self._turns.leases
        try:
            held = await self._in_turn(lease, former, forced=forced)
        except _RenewalFailed as failure:
            await leases.end(lease, error=str(failure), retry_in=RETRY_AFTER_FAILURE)
            return UpstreamFailed(str(failure))
        except (UpstreamFailed, NotConfigured) as fault:
            await leases.release(lease)
            return fault
        await leases.end(lease)
        return held

    async def _in_turn(self, lease: Lease, former: HeldToken, *, forced: bool) -> HeldToken:
        found = await self._found()
        if found.account.token != former.account.token:
            return found
        if not forced and lease.retry_at and lease.retry_at > self._clock():
            raise UpstreamFailed(f"{await self._last_error()} It is tried again from {rfc3339(lease.retry_at)} on.")
        grant = await self._granted(found)
        account = self.sealed(grant, user_id=found.account.user_id, username=found.account.username)
        if not await self._accounts.renew(found.account, account):
            # Somebody has logged in meanwhile, and that token is younger.
            return await self._found()
        telemetry.INSTAGRAM_RENEWALS.labels("renewed").inc()
        log.info("instagram_token_renewed", user_id=account.user_id, expires_at=str(account.expires_at))
        return HeldToken(account, grant["access_token"])

    async def _last_error(self) -> str:
        state = (await self._states.states([SUBJECT])).get(SUBJECT)
        return state.error if state and state.error else "The last renewal of the Instagram token failed."

    async def _found(self) -> HeldToken:
        held = await self.held()
        if held is None:
            raise UpstreamFailed(NOT_CONNECTED)
        return held

    async def _granted(self, held: HeldToken) -> Grant:
        """What Instagram gives for the token; raises _RenewalFailed."""
        try:
            return await self._api.renew(held.token)
        except InstagramRefused as refused:
            outcome, cause = "refused", str(refused)
            told = f"Instagram refused to renew the token ({refused})."
            if refused.is_dead:
                told = f"Instagram no longer takes the stored token ({refused})."
        except ProviderError as fault:
            outcome, cause = "failed", str(fault)
            told = f"The Instagram token could not be renewed: Instagram {fault}."
        telemetry.INSTAGRAM_RENEWALS.labels(outcome).inc()
        log.warning("instagram_token_not_renewed", user_id=held.account.user_id, outcome=outcome, cause=cause)
        raise _RenewalFailed(f"{told} {REMEDY}")


class _RenewalFailed(Exception):
    """Instagram gave no new token; what is stored stays."""
