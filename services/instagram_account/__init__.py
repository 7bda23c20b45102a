"""The one Instagram account: its login, its token that is kept alive, its profile."""

from services.instagram_account.access import InstagramAccess
from services.instagram_account.oauth import COOKIE_LASTS, Begun, CameBack, InstagramLogin
from services.instagram_account.opened import InstagramAccount, open_instagram_account
from services.instagram_account.profile import InstagramProfileReader, require_account
from services.instagram_account.token import LOGIN_PATH, NOT_CONNECTED, TokenKeeper

__all__ = [
    "COOKIE_LASTS",
    "LOGIN_PATH",
    "NOT_CONNECTED",
    "Begun",
    "CameBack",
    "InstagramAccess",
    "InstagramAccount",
    "InstagramLogin",
    "InstagramProfileReader",
    "TokenKeeper",
    "open_instagram_account",
    "require_account",
]
