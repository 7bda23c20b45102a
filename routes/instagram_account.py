"""The Instagram account: its login for people, its token's renewal, its profile."""

from datetime import timedelta
from html import escape
from string import Template
from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from typing_extensions import TypedDict

import telemetry
from routes.answers import Instant, JSONAnswer, Long
from routes.pages import PAGE_HEADERS, framed
from routes.problems import STATUSES, headers_of
from routes.requests import caller_of, services_of
from services.errors import Code, NotFound, ServiceError
from services.instagram_account import COOKIE_LASTS, LOGIN_PATH, NOT_CONNECTED, CameBack, require_account
from services.model.instagram_account import InstagramProfile, StoredAccount
from services.model.instants import rfc3339

CALLBACK_PATH = "/instagram/callback"
COOKIE = "kisum_instagram_login"
COOKIE_PATH = "/instagram"

_NOT_KEPT = {"Cache-Control": "no-store"}


class Renewal(TypedDict):
    """What became of it."""

    renewed: Annotated[bool, Field(description="False where the token is less than a day old.")]
    expires_at: Annotated[Instant, Field(description="Until when the token holds.")]


class RenewalAnswer(TypedDict):
    """The renewal in its envelope."""

    data: Renewal


class Profile(TypedDict):
    """The account as Instagram describes it, null where it doesn't tell."""

    user_id: Annotated[str, Field(description="Its id, which has more digits than a number in JSON is sure to keep.")]
    username: str
    name: str | None
    account_type: Annotated[str | None, Field(description="`BUSINESS` or `MEDIA_CREATOR`.")]
    profile_picture_url: str | None
    followers_count: Long | None
    follows_count: Long | None
    media_count: Long | None
    token_expires_at: Annotated[Instant | None, Field(description="Until when the stored token holds.")]


class ProfileAnswer(TypedDict):
    """The account in its envelope."""

    data: Profile


async def login(request: Request) -> Response:
    """Send the browser to Instagram's login page, with a cookie by which it is known when it comes back."""
    logins, callback = services_of(request.scope).instagram_account.login, _callback(request)
    try:
        begun = await logins.begin(callback=callback)
    except ServiceError as error:
        return _failed(error)
    answer = RedirectResponse(begun.url, 302, headers=PAGE_HEADERS | _NOT_KEPT)
    answer.set_cookie(
        COOKIE,
        begun.browser,
        max_age=int(COOKIE_LASTS / timedelta(seconds=1)),
        path=COOKIE_PATH,
        secure=logins.redirect_uri(callback).startswith("https://"),
        httponly=True,
        samesite="lax",
    )
    return answer


async def callback(request: Request) -> Response:
    """The page that Instagram sends the browser back to: which account is connected, or why none is."""
    asked = request.query_params
    came_back = CameBack(request.cookies.get(COOKIE), asked.get("state"), asked.get("code"), asked.get("error"))
    logins = services_of(request.scope).instagram_account.login
    try:
        account = await logins.finish(came_back, callback=_callback(request))
    except ServiceError as error:
        return _failed(error)
    answer = _page("Instagram is connected", _told(account), status=200)
    answer.delete_cookie(COOKIE, path=COOKIE_PATH)
    return answer


async def refresh(request: Request) -> JSONAnswer[RenewalAnswer]:
    """Renew the Instagram account's token.

    Open to all, at any rate: it is renewed once a day at most, by one at a time, and never told. For a timer. Without
    an account it says where one is connected: `/instagram/login`, in a browser.
    """
    renewal = await services_of(request.scope).instagram_account.tokens.refresh()
    if renewal is None:
        raise NotFound(NOT_CONNECTED)
    told: Renewal = {"renewed": renewal.renewed, "expires_at": rfc3339(renewal.expires_at)}
    return JSONAnswer({"data": told}, headers=_NOT_KEPT)


async def me(request: Request) -> JSONAnswer[ProfileAnswer]:
    """The Instagram account's profile.

    Asked of Instagram at each read. A token that it no longer takes is renewed once; where that fails, a problem says
    so and names the remedy: `/instagram/login`, in a browser. Needs a key that may do everything.
    """
    require_account(caller_of(request.scope))
    profile = await services_of(request.scope).instagram_account.profile.read()
    if profile is None:
        raise NotFound(NOT_CONNECTED)
    return JSONAnswer({"data": _described(profile)}, headers=_NOT_KEPT)


def _described(profile: InstagramProfile) -> Profile:
    return {
        "user_id": profile.user_id,
        "username": profile.username,
        "name": profile.name,
        "account_type": profile.account_type,
        "profile_picture_url": profile.profile_picture_url,
        "followers_count": profile.followers_count,
        "follows_count": profile.follows_count,
        "media_count": profile.media_count,
        "token_expires_at": rfc3339(profile.token_expires_at) if profile.token_expires_at else None,
    }


def _callback(request: Request) -> str:
    """The callback by the host that the browser asked for."""
    return f"{request.url.scheme}://{request.url.netloc}{CALLBACK_PATH}"


def _told(account: StoredAccount) -> str:
    until = account.expires_at
    holds = f"holds until {until.day} {until:%B %Y}" if until else "is stored"
    return f"@{account.username} ({account.user_id}) is connected. Its token {holds}, and can be renewed."


def _failed(error: ServiceError) -> Response:
    """A page for people that says what went wrong, with the status of the error's code."""
    code = error.code
    telemetry.ERRORS.labels(code).inc()
    telemetry.note(codes=code)
    # Where a setting or the database is missing, to begin again leads nowhere.
    again = "" if code is Code.UNAVAILABLE else f'<li><a href="{LOGIN_PATH}"><strong>Begin again</strong></a></li>'
    answer = _page("No account was connected", str(error), status=int(STATUSES[code]), links=again)
    answer.headers.update(headers_of(code))
    return answer


def _page(title: str, told: str, *, status: int, links: str = "") -> Response:
    main = _TEMPLATE.substitute(title=escape(title), told=escape(told), links=links)
    return framed(f"{escape(title)} · Kisum MusicData Analyst", main, status=status)


_TEMPLATE = Template("""\
<h1>$title</h1>
<p>$told</p>
<nav>
<ul>
$links
<li><a href="/"><strong>Kisum MusicData Analyst</strong></a></li>
</ul>
</nav>""")
