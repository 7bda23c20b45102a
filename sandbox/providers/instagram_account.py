"""Instagram's login: a page to approve or refuse, codes and tokens for them, renewals, and the account's profile.

Its three hosts are one here. The client id and its secret are any keys of the sandbox. `/_sandbox/instagram-account`
makes tokens older, or has them expire, end or be revoked.
"""

from html import escape
from string import Template
from urllib.parse import urlencode, urlsplit

from sandbox.logins import ACCOUNTS, RENEWED_FROM, Account, Condition, Token
from sandbox.protocol import Ask, Endpoint, Provider, Reply, is_key, nobody, recorded
from sandbox.world import World

NAME = "instagram-account"
PAGE = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "cache-control": "no-store",
}
CODE_REFUSED = Reply(recorded("instagram_account/code_refused"), 400)
CLIENT_REFUSED = Reply(recorded("instagram_account/client_refused"), 400)
TOKEN_ENDED = Reply(recorded("instagram_account/token_ended"), 400)
TOKEN_REFUSED = Reply(recorded("instagram_account/token_refused"), 400)
TOO_YOUNG = Reply(recorded("instagram_account/too_young"), 400)
PERMISSION = Reply(recorded("instagram_account/permission"), 403)
LIMITED = Reply(recorded("instagram_account/limited"), 400)
OUT_OF_ORDER = Reply(recorded("instagram_account/out_of_order"), 500)
CARRIED = ("client_id", "redirect_uri", "scope", "state")


def _authorize(ask: Ask, world: World) -> Reply:
    if fault := _unfit(ask):
        return Reply(fault.encode(), 400, {"content-type": "text/plain; charset=utf-8"})
    carried = "\n".join(
        f'<input type="hidden" name="{name}" value="{escape(ask.query.get(name, ""))}">' for name in CARRIED
    )
    approve = "\n".join(
        f'<button name="account" value="{escape(name)}">Approve as {escape(name)}</button>' for name in ACCOUNTS
    )
    app, scope = escape(ask.query["client_id"]), escape(ask.query["scope"])
    return Reply(_PAGE.substitute(carried=carried, approve=approve, app=app, scope=scope).encode(), headers=PAGE)


def _unfit(ask: Ask) -> str | None:
    """What the request for the page lacks."""
    if not is_key(ask.query.get("client_id")):
        return "Invalid platform app"
    if not _is_address(ask.query.get("redirect_uri", "")):
        return "Invalid redirect_uri"
    if ask.query.get("response_type") != "code" or not ask.query.get("scope"):
        return "Invalid response_type or scope"
    return None


def _is_address(text: str) -> bool:
    """Whether a browser can be sent there."""
    return text.isascii() and text.isprintable() and urlsplit(text).scheme in {"http", "https"}


def _decide(ask: Ask, world: World) -> Reply:
    """Send the browser back, with a code or with the refusal."""
    account, redirect_uri = ACCOUNTS.get(ask.form.get("account", "")), ask.form.get("redirect_uri", "")
    if not _is_address(redirect_uri):
        return Reply(b"Invalid redirect_uri", 400, {"content-type": "text/plain; charset=utf-8"})
    told = {"state": ask.form.get("state", "")}
    if account:
        told["code"] = world.logins.give_code(account, redirect_uri, now=world.clock())
    else:
        told |= {"error": "access_denied", "error_reason": "user_denied", "error_description": "The user denied it"}
    sign = "&" if "?" in redirect_uri else "?"
    return Reply(b"", 302, {"location": f"{redirect_uri}{sign}{urlencode(told)}#_"})


def _short_token(ask: Ask, world: World) -> Reply:
    form = ask.form
    if not (is_key(form.get("client_id")) and is_key(form.get("client_secret"))):
        return CLIENT_REFUSED
    if form.get("grant_type") != "authorization_code":
        return CODE_REFUSED
    token = world.logins.use_code(form.get("code", ""), form.get("redirect_uri", ""), now=world.clock())
    if token is None:
        return CODE_REFUSED
    # The id as a number beyond 2**53, as is seen.
    told = {"access_token": token.value, "user_id": token.account.user_id, "permissions": "instagram_business_basic"}
    return Reply({"data": [told]})


def _long_token(ask: Ask, world: World) -> Reply:
    if ask.query.get("grant_type") != "ig_exchange_token" or not is_key(ask.query.get("client_secret")):
        return CLIENT_REFUSED
    return _given(ask, world, needs_long=False)


def _renewed_token(ask: Ask, world: World) -> Reply:
    if ask.query.get("grant_type") != "ig_refresh_token":
        return TOKEN_REFUSED
    return _given(ask, world, needs_long=True)


def _given(ask: Ask, world: World, *, needs_long: bool) -> Reply:
    """A new long-lived token for the one that is shown."""
    token, now = world.logins.token(_shown(ask)), world.clock()
    if token is None or token.is_long is not needs_long:
        return TOKEN_REFUSED
    condition = token.condition_at(now)
    if condition is Condition.ENDED:
        return TOKEN_ENDED
    if condition is Condition.REVOKED:
        return TOKEN_REFUSED
    if needs_long and now - token.given_at < RENEWED_FROM:
        return TOO_YOUNG
    given = world.logins.give_token(token.account, is_long=True, now=now)
    lasts_s = int((given.ends_at() - now).total_seconds())
    return Reply({"access_token": given.value, "token_type": "bearer", "expires_in": lasts_s})


def _me(ask: Ask, world: World) -> Reply:
    token = world.logins.token(_shown(ask))
    if refusal := _refusal(token, world):
        return refusal
    assert token is not None  # noqa: S101  (it would have been refused)
    fields = ask.query.get("fields", "user_id,username").split(",")
    told = _described(token.account)
    return Reply({name: told[name] for name in fields if name in told})


def _refusal(token: Token | None, world: World) -> Reply | None:
    condition = token.condition_at(world.clock()) if token else Condition.REVOKED
    if condition is Condition.LIVE:
        return None
    return TOKEN_ENDED if condition is Condition.ENDED else TOKEN_REFUSED


def _described(account: Account) -> dict[str, object]:
    return {
        "user_id": str(account.user_id),
        "username": account.username,
        "name": account.name,
        "account_type": "BUSINESS",
        "profile_picture_url": f"https://scontent.example/{account.username}.jpg",
        "followers_count": account.user_id % 90_000,
        "follows_count": account.user_id % 900,
        "media_count": account.user_id % 3_000,
    }


def _shown(ask: Ask) -> str:
    return ask.bearer or ask.query.get("access_token", "")


_PAGE = Template("""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in · the sandbox's Instagram</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; margin: 10vh auto; max-width: 26rem; padding: 0 1rem }
button { display: block; font: inherit; margin: 0.6rem 0; padding: 0.6rem; width: 100% }
</style>
</head>
<body>
<h1>The sandbox's Instagram</h1>
<p>The app <strong>$app</strong> asks for <strong>$scope</strong>. Nothing here is really Instagram's.</p>
<form method="post">
$carried
$approve
<button name="account" value="">Refuse</button>
</form>
</body>
</html>
""")

PROVIDER = Provider(
    name=NAME,
    base="",
    endpoints=(
        Endpoint("/oauth/authorize", nobody, _authorize),
        Endpoint("/oauth/authorize", nobody, _decide, method="POST"),
        Endpoint("/oauth/access_token", nobody, _short_token, method="POST"),
        Endpoint("/access_token", nobody, _long_token),
        Endpoint("/refresh_access_token", nobody, _renewed_token),
        Endpoint("/{version}/me", nobody, _me),
    ),
    # Who may ask what differs from step to step: the endpoints look at it.
    refusal=lambda ask: None,
    own={
        "key_refused": CLIENT_REFUSED,
        "token_dead": TOKEN_REFUSED,
        "token_ended": TOKEN_ENDED,
        "too_young": TOO_YOUNG,
        "forbidden": PERMISSION,
        "throttled": LIMITED,
        "quota": LIMITED,
        "error_with_200": Reply(OUT_OF_ORDER.body),
    },
    counts=frozenset({"followers_count", "follows_count", "media_count"}),
)
