"""How Instagram is reached: the app's credentials, the three addresses, and the keys that seal the token."""

from dataclasses import dataclass, field

from pydantic import SecretStr

from services.errors import NotConfigured

AUTHORIZE_URL = "https://www.instagram.com/oauth/authorize"
CODE_BASE_URL = "https://api.instagram.com"
GRAPH_BASE_URL = "https://graph.instagram.com"
# What the login asks for where no setting says more.
SCOPES = "instagram_business_basic"
GRAPH_VERSION = "v25.0"


@dataclass(frozen=True, slots=True)
class InstagramAccess:
    """The values of the settings; None where one isn't set. `sandbox`: the sandbox plays Instagram."""

    client_id: str | None = None
    client_secret: SecretStr | None = None
    # None: the address that the browser asked for, which the sandbox alone takes.
    redirect_uri: str | None = None
    scopes: str = SCOPES
    token_keys: tuple[SecretStr, ...] = field(default=(), repr=False)
    # The id or the username of the only account that may be connected.
    only_account: str | None = None
    authorize_url: str = AUTHORIZE_URL
    code_base_url: str = CODE_BASE_URL
    graph_base_url: str = GRAPH_BASE_URL
    graph_version: str = GRAPH_VERSION
    sandbox: bool = False

    @property
    def missing_for_login(self) -> tuple[str, ...]:
        """The settings without which nobody can log in."""
        needed = {
            "INSTAGRAM_CLIENT_ID": self.client_id,
            "INSTAGRAM_CLIENT_SECRET": self.client_secret,
            "INSTAGRAM_REDIRECT_URI": self.redirect_uri or self.sandbox,
            "INSTAGRAM_TOKEN_KEYS": self.token_keys,
        }
        return tuple(name for name, value in needed.items() if not value)

    def require_login(self) -> None:
        """Return where somebody can log in; raises NotConfigured, which names what is missing."""
        if missing := self.missing_for_login:
            raise NotConfigured(f"No Instagram account can be connected: {', '.join(missing)} must be set.")
