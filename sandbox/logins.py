"""Logins at Instagram: the codes and tokens that were given, and what became of them. In memory: a restart forgets."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

CODE_LASTS = SHORT_LASTS = timedelta(hours=1)
LONG_LASTS = timedelta(seconds=5_184_000)
# A long-lived token is renewed only from this age on.
RENEWED_FROM = timedelta(hours=24)
# A code or token begins so; nothing that is really Instagram's does.
CODE, SHORT, LONG = "SANDBOXCODE", "SANDBOXSHORT", "SANDBOXLONG"


class Condition(StrEnum):
    """How a token is, whatever its age."""

    LIVE = "live"
    # No longer taken, and to be renewed.
    EXPIRED = "expired"
    # Past its end, and not to be renewed.
    ENDED = "ended"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Account:
    """An account that somebody may log in with."""

    user_id: int
    username: str
    name: str


@dataclass(frozen=True, slots=True)
class Code:
    """What the browser brings back, for whoever was asked to send it there."""

    account: Account
    redirect_uri: str
    until: datetime


@dataclass(slots=True)
class Token:
    """A token of an account."""

    value: str
    account: Account
    is_long: bool
    given_at: datetime
    condition: Condition = Condition.LIVE

    def ends_at(self) -> datetime:
        """When it is past its end."""
        return self.given_at + (LONG_LASTS if self.is_long else SHORT_LASTS)

    def condition_at(self, now: datetime) -> Condition:
        """How it is now."""
        return Condition.ENDED if now >= self.ends_at() else self.condition


ACCOUNTS: Mapping[str, Account] = {
    account.username: account
    for account in (
        Account(17_841_405_793_187_218, "kisum.agency", "Kisum"),
        Account(17_841_400_008_460_056, "somebody.else", "Somebody Else"),
    )
}


class Logins:
    """Gives codes and tokens, and says whose they are."""

    def __init__(self) -> None:
        self._codes: dict[str, Code] = {}
        self._tokens: dict[str, Token] = {}

    def give_code(self, account: Account, redirect_uri: str, *, now: datetime) -> str:
        """A code for this account, to be used once and with that address."""
        code = f"{CODE}{secrets.token_hex(24)}"
        self._codes[code] = Code(account, redirect_uri, now + CODE_LASTS)
        return code

    def use_code(self, code: str, redirect_uri: str, *, now: datetime) -> Token | None:
        """A short-lived token for a code, which is used up whatever comes of it."""
        found = self._codes.pop(code, None)
        if found is None or found.redirect_uri != redirect_uri or now >= found.until:
            return None
        return self.give_token(found.account, is_long=False, now=now)

    def give_token(self, account: Account, *, is_long: bool, now: datetime) -> Token:
        """A new token; those that were given before stay as they are."""
        token = Token(f"{LONG if is_long else SHORT}{secrets.token_hex(32)}", account, is_long, now)
        self._tokens[token.value] = token
        return token

    def token(self, value: str) -> Token | None:
        """The token of that value."""
        return self._tokens.get(value)

    def turn(self, condition: Condition) -> None:
        """Have every token be so; one that has expired is old enough to be renewed."""
        for token in self._tokens.values():
            token.condition = condition
        if condition is Condition.EXPIRED:
            self.age(RENEWED_FROM)

    def age(self, by: timedelta) -> None:
        """Have every token be so much older."""
        for token in self._tokens.values():
            token.given_at -= by
