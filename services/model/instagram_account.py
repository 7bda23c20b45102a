"""The Instagram account that is connected: as it is stored, as Instagram describes it, and its token's renewal."""

from dataclasses import dataclass, field
from datetime import datetime

from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """The account whose token is kept. `token` is as it is stored: sealed, or clear as an older version wrote it.

    What such a version didn't store is None. `sandbox`: the sandbox gave the token.
    """

    user_id: str | None
    username: str | None
    token: str = field(repr=False)
    sealed: bool
    expires_at: datetime | None
    renewed_at: datetime | None
    sandbox: bool = False


@dataclass(frozen=True, slots=True)
class HeldToken:
    """The stored account with its token opened."""

    account: StoredAccount
    token: SecretStr


@dataclass(frozen=True, slots=True)
class InstagramProfile:
    """The account as Instagram describes it; what it doesn't tell is None."""

    user_id: str
    username: str
    name: str | None = None
    account_type: str | None = None
    profile_picture_url: str | None = None
    followers_count: int | None = None
    follows_count: int | None = None
    media_count: int | None = None
    token_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TokenRenewal:
    """Whether the token was renewed for who asked, and until when it holds."""

    renewed: bool
    expires_at: datetime
