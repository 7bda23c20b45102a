"""How Instagram is reached: the app's credentials, the three addresses, and the keys that seal the token."""

from dataclasses import dataclass, field, replace

from pydantic import SecretStr

from services.errors import NotConfigured


@dataclass(frozen=True, slots=True)
class InstagramAccess:
    """The values of the settings, None where one isn't set. `sandbox`: the sandbox plays Instagram."""

    authorize_url: str
    code_base_url: str
    graph_base_url: str
    graph_version: str
    scopes: str
    client_id: str | None = None
    client_secret: SecretStr | None = None
    # None: the address that the browser asked for, which the sandbox alone takes.
    redirect_uri: str | None = None
    token_keys: tuple[SecretStr, ...] = field(default=(), repr=False)
    # The id or the username of the only account that may be connected.
    only_account: str | None = None
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

    def played(self, base_url: str, *, credential: str) -> "InstagramAccess":
        """The same where the sandbox at that address plays Instagram; it has one address for all, and takes a word."""
        return replace(
            self,
            client_id=credential,
            client_secret=SecretStr(credential),
            authorize_url=f"{base_url}/oauth/authorize",
            code_base_url=base_url,
            graph_base_url=base_url,
            sandbox=True,
        )

    def require_login(self) -> None:
        """Return where somebody can log in; raises NotConfigured, which names what is missing."""
        if missing := self.missing_for_login:
            raise NotConfigured(f"No Instagram account can be connected: {', '.join(missing)} must be set.")
