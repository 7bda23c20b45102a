"""What Instagram is asked: a token for a code, a long-lived one for that, its renewal, the account's profile.

Three of the four requests carry a secret in their address, and three answers bring a token: nothing of either is told.
All but the shape of errors is documented; errors come mostly as status 400, whatever they are.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Annotated, Any, NotRequired, TypeVar

from pydantic import Field, SecretStr, StrictInt, StrictStr, TypeAdapter
from typing_extensions import TypedDict

from services.instagram_account.access import InstagramAccess
from services.model.instagram_account import InstagramProfile
from services.providers.answers import body_of, peeked, shaped, throttled
from services.providers.values import LARGEST, pick
from services.transport import (
    Answer,
    HTTPPolicy,
    ProviderClient,
    ProviderUnavailable,
    ProviderUnreadable,
    Rate,
    Request,
)

T = TypeVar("T")

# No retries: a code works once, so a second try would only say that it was used.
POLICY = HTTPPolicy(timeout_s=8.0, rate=Rate(calls=10, per_s=1.0), retries=0, max_bytes=2**20)
DEADLINE_S = 10.0
PROFILE_FIELDS = (
    "user_id",
    "username",
    "name",
    "account_type",
    "profile_picture_url",
    "followers_count",
    "follows_count",
    "media_count",
)
# Codes of the errors: the token is over (with the subcode, past its end), too many calls, and a fault that passes.
DEAD_TOKEN, PAST_ITS_END = 190, 463
TOO_MANY = frozenset({4, 17, 32, 613})
PASSES = frozenset({1, 2})
_UNAUTHORIZED = 401
_TEN_YEARS_S = 315_360_000


class InstagramRefused(Exception):
    """Instagram has answered no. The text is its codes alone: its own words may repeat a token."""

    def __init__(self, *, status: int, code: int | None, subcode: int | None) -> None:
        told = f"code {code}" + (f", subcode {subcode}" if subcode else "") if code is not None else f"status {status}"
        super().__init__(told)
        self.is_dead = code == DEAD_TOKEN or status == _UNAUTHORIZED
        self.is_past_its_end = code == DEAD_TOKEN and subcode == PAST_ITS_END


class Grant(TypedDict):
    """A long-lived token, and for how many seconds it holds."""

    access_token: Annotated[SecretStr, Field(min_length=1)]
    expires_in: Annotated[int, Field(gt=0, le=_TEN_YEARS_S)]


class _Short(TypedDict):
    access_token: Annotated[SecretStr, Field(min_length=1)]


class _Profile(TypedDict):
    user_id: StrictInt | StrictStr
    username: Annotated[str, Field(min_length=1)]
    name: NotRequired[object]
    account_type: NotRequired[object]
    profile_picture_url: NotRequired[object]
    followers_count: NotRequired[object]
    follows_count: NotRequired[object]
    media_count: NotRequired[object]


_SHORT, _GRANT, _PROFILE = TypeAdapter(_Short), TypeAdapter(Grant), TypeAdapter(_Profile)


class InstagramAPI:
    """Asks Instagram; every method is one call and raises ProviderError, and InstagramRefused for a no."""

    def __init__(self, client: ProviderClient, access: InstagramAccess) -> None:
        self._client = client
        self._access = access

    async def exchange(self, code: str, *, redirect_uri: str) -> SecretStr:
        """The short-lived token for the code that the browser brought back."""
        form = {
            "client_id": self._access.client_id or "",
            "client_secret": self._client_secret,
            "grant_type": "authorization_code",
            "redirect_uri": redirect_uri,
            "code": code,
        }
        base_url = self._access.code_base_url
        request = Request("/oauth/access_token", method="POST", form=form, base_url=base_url)
        return (await self._ask(request, _short))["access_token"]

    async def lengthen(self, token: SecretStr) -> Grant:
        """The long-lived token for a short-lived one."""
        params = {
            "grant_type": "ig_exchange_token",
            "client_secret": self._client_secret,
            "access_token": token.get_secret_value(),
        }
        return await self._ask(Request("/access_token", params=params), _grant)

    async def renew(self, token: SecretStr) -> Grant:
        """A new long-lived token for one that is a day old and not past its end."""
        params = {"grant_type": "ig_refresh_token", "access_token": token.get_secret_value()}
        return await self._ask(Request("/refresh_access_token", params=params), _grant)

    async def profile(self, token: SecretStr) -> InstagramProfile:
        """The account that the token is for."""
        params = {"fields": ",".join(PROFILE_FIELDS), "access_token": token.get_secret_value()}
        return await self._ask(Request(f"/{self._access.graph_version}/me", params=params), _profile)

    @property
    def _client_secret(self) -> str:
        return self._access.client_secret.get_secret_value() if self._access.client_secret else ""

    async def _ask(self, request: Request, read: Callable[[Answer], T]) -> T:
        deadline = asyncio.get_running_loop().time() + DEADLINE_S
        # A no is an answer like another to the client: it says nothing against Instagram's health.
        made = await self._client.ask(request, lambda answer: _refusal(answer) or read(answer), deadline=deadline)
        if isinstance(made, InstagramRefused):
            raise made
        return made


def _refusal(answer: Answer) -> InstagramRefused | None:
    """The no that the answer is; raises ProviderError where it is rather that Instagram can't answer now."""
    code = _whole(peeked(answer, "error", "code"))
    if code in TOO_MANY:
        raise throttled(answer)
    if code in PASSES:
        raise ProviderUnavailable(f"has a fault of its own (code {code})")
    is_no = code is not None or (answer.status == 400 and peeked(answer, "error_type") is not None)
    if not is_no and answer.status != _UNAUTHORIZED:
        return None
    subcode = _whole(peeked(answer, "error", "error_subcode"))
    return InstagramRefused(status=answer.status, code=code, subcode=subcode)


def _short(answer: Answer) -> _Short:
    return shaped(_SHORT, _only(body_of(answer, is_secret=True)))


def _grant(answer: Answer) -> Grant:
    return shaped(_GRANT, body_of(answer, is_secret=True))


def _profile(answer: Answer) -> InstagramProfile:
    told = shaped(_PROFILE, _only(body_of(answer)))
    user_id = str(told["user_id"])
    if not (user_id.isascii() and user_id.isdigit()):
        raise ProviderUnreadable("answered something else than promised at user_id")
    return InstagramProfile(
        user_id=user_id,
        username=told["username"],
        name=_text(told, "name"),
        account_type=_text(told, "account_type"),
        profile_picture_url=_text(told, "profile_picture_url"),
        followers_count=_whole(told.get("followers_count")),
        follows_count=_whole(told.get("follows_count")),
        media_count=_whole(told.get("media_count")),
    )


def _only(body: Any) -> Any:
    """The object that is told, which Instagram at times wraps into a list of one."""
    wrapped = pick(body, "data")
    return wrapped[0] if isinstance(wrapped, list) and wrapped else body


def _text(told: Mapping[str, Any], name: str) -> str | None:
    value = told.get(name)
    return value or None if isinstance(value, str) else None


def _whole(value: object) -> int | None:
    """A whole number from 0 on; an account may well have nobody who follows it."""
    return value if type(value) is int and 0 <= value <= LARGEST else None
