"""Seals the token for the database: the first key seals and all of them open, so that keys can be rotated."""

from collections.abc import Iterable

import structlog
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from services.errors import NotConfigured
from services.model.instagram_account import StoredAccount

NO_KEY = "INSTAGRAM_TOKEN_KEYS is not set: it has the keys that the Instagram token is stored with."
WRONG_KEYS = (
    "No key of INSTAGRAM_TOKEN_KEYS opens the stored Instagram token: add the former key, or connect the account again "
    "at /instagram/login."
)

log = structlog.get_logger(__name__)


class TokenSeal:
    """Seals and opens tokens; raises NotConfigured without a key."""

    def __init__(self, keys: Iterable[SecretStr]) -> None:
        fernets = [Fernet(key.get_secret_value()) for key in keys]
        self._fernet = MultiFernet(fernets) if fernets else None

    def require_key(self) -> MultiFernet:
        """What seals and opens; raises NotConfigured."""
        if self._fernet is None:
            raise NotConfigured(NO_KEY)
        return self._fernet

    def seal(self, token: SecretStr) -> str:
        """The token as it is stored."""
        return self.require_key().encrypt(token.get_secret_value().encode()).decode()

    def open(self, account: StoredAccount) -> SecretStr:
        """The account's token; raises NotConfigured where no key fits."""
        fernet = self.require_key()
        if not account.sealed:
            return SecretStr(account.token)
        try:
            return SecretStr(fernet.decrypt(account.token).decode())
        except InvalidToken:
            log.error("instagram_token_unopened", user_id=account.user_id)
        raise NotConfigured(WRONG_KEYS)
