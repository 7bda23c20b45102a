"""Settings: one field per environment variable, read once at the start and handed down.

`.env.example` and the table in the README are written from this class (`make generate`).
"""

import base64
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ApiKeys = Annotated[tuple[SecretStr, ...], NoDecode]
Names = Annotated[tuple[str, ...], NoDecode]
Budgets = Annotated[dict[str, Annotated[int, Field(ge=0)]], NoDecode]


ROOT = Path(__file__).parent
FERNET_KEY_BYTES = 32


def version() -> str:
    """The version of this server, as pyproject.toml has it."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])


class SettingsInvalid(Exception):
    """A variable has a value that it can't have; the text is one line that names it and never shows a secret."""


class Settings(BaseSettings):
    """Everything that can be configured, by environment variable or in a file `.env`."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    db_mongo_prod_kisum: SecretStr | None = Field(
        None,
        description="MongoDB's address, `mongodb://…` or `mongodb+srv://…`. Not set: `make run` starts one of its own.",
    )
    embedded_mongodb_uri: SecretStr | None = Field(
        None,
        description="The address of the embedded MongoDB. Set by `make run` for its workers, never by you.",
        json_schema_extra={"internal": True},
    )
    mongodb_driver: Literal["pymongo", "motor"] = Field(
        "pymongo", description="The driver: PyMongo's async client, or Motor, which its makers no longer develop."
    )
    mongodb_timeout_ms: int = Field(
        5000, ge=100, le=120_000, description="The deadline of every operation on MongoDB, in milliseconds."
    )
    mongodb_pool_size: int = Field(50, ge=1, le=1000, description="Connections to MongoDB a worker opens at most.")
    musicdata_internal_api_key: ApiKeys = Field(
        (),
        description="Keys that may do everything, several by commas. None at all: loopback alone is served, without.",
    )
    read_only_api_keys: ApiKeys = Field(
        (), description="Keys that may read but not force a refresh, several by commas."
    )
    viberate_token: SecretStr | None = Field(None, description="Viberate's access key.")
    songstats_api_key: SecretStr | None = Field(None, description="Songstats' API key.")
    soundcharts_app_id: SecretStr | None = Field(None, description="Soundcharts' app id.")
    soundcharts_api_key: SecretStr | None = Field(None, description="Soundcharts' API key.")
    spotify_client_id: SecretStr | None = Field(None, description="The id of a Spotify app.")
    spotify_client_secret: SecretStr | None = Field(None, description="The secret of that Spotify app.")
    youtube_api_key: SecretStr | None = Field(None, description="A key of the YouTube Data API.")
    genius_access_token: SecretStr | None = Field(None, description="A client access token of Genius.")
    lastfm_api_key: SecretStr | None = Field(None, description="Last.fm's API key.")
    zylalabs_key: SecretStr | None = Field(None, description="Zylalabs' key, for Instagram's followers.")
    rapidapi_key: SecretStr | None = Field(None, description="RapidAPI's key, for TikTok.")
    bandsintown_app_id: SecretStr | None = Field(None, description="Bandsintown's app id.")
    viberate_base_url: str | None = Field(None, description="Another address of Viberate.")
    songstats_base_url: str | None = Field(None, description="Another address of Songstats.")
    soundcharts_base_url: str | None = Field(None, description="Another address of Soundcharts.")
    spotify_base_url: str | None = Field(None, description="Another address of Spotify's Web API.")
    youtube_base_url: str | None = Field(None, description="Another address of the YouTube Data API.")
    instagram_base_url: str | None = Field(
        None, description="The address of Zylalabs' endpoint of an Instagram profile; there is no usual one."
    )
    tiktok_base_url: str | None = Field(None, description="Another address of the TikTok API at RapidAPI.")
    deezer_base_url: str | None = Field(None, description="Another address of Deezer.")
    genius_base_url: str | None = Field(None, description="Another address of Genius.")
    lastfm_base_url: str | None = Field(None, description="Another address of Last.fm.")
    netease_base_url: str | None = Field(None, description="The address of a NetEase wrapper; there is no usual one.")
    qq_base_url: str | None = Field(None, description="Another address of QQ Music, or of a wrapper.")
    bandsintown_base_url: str | None = Field(None, description="Another address of Bandsintown.")
    spotify_token_base_url: str | None = Field(None, description="Another address of Spotify's tokens.")
    instagram_client_id: str | None = Field(None, description="The id of the Instagram app that accounts log in with.")
    instagram_client_secret: SecretStr | None = Field(None, description="The secret of that Instagram app.")
    instagram_redirect_uri: str | None = Field(
        None, description="This server's `/instagram/callback` with its host, to the letter as the app has it."
    )
    instagram_scopes: str = Field("instagram_business_basic", description="What the login asks for, by commas.")
    instagram_token_keys: ApiKeys = Field(
        (),
        description="Fernet keys, several by commas: the first encrypts the stored Instagram token, all decrypt it. "
        "Over the embedded MongoDB one is made and kept.",
    )
    instagram_account: str | None = Field(
        None, description="The id or the username of the only Instagram account that may be connected."
    )
    instagram_authorize_url: str = Field(
        "https://www.instagram.com/oauth/authorize", description="The address of Instagram's login page."
    )
    instagram_code_base_url: str = Field(
        "https://api.instagram.com", description="The address at which Instagram takes a login's code."
    )
    instagram_graph_base_url: str = Field(
        "https://graph.instagram.com", description="The address of Instagram's Graph API."
    )
    instagram_graph_version: str = Field(
        "v25.0", pattern=r"^v[0-9]{1,3}\.[0-9]{1,2}$", description="The version of the Graph API."
    )
    kworb_base_url: str | None = Field(None, description="Another address of Kworb.")
    billboard_base_url: str | None = Field(None, description="Another address of Billboard.")
    disabled_providers: Names = Field((), description="Providers that are never asked, several by commas.")
    provider_daily_budgets: Budgets = Field(
        {}, description="The most calls of a provider a UTC day: `viberate=5000,songstats=1000`."
    )
    refresh_on_read: bool = Field(
        True, description="Whether a read has what it finds stale refreshed; forced refreshes work either way."
    )
    refresh_timeout_s: float = Field(
        20.0,
        gt=0,
        le=300,
        description="Seconds that the refresh of an artist's stats may take, or a page of its popularity.",
    )
    compiled_execution: bool = Field(
        True,
        description="Whether queries are carried out by compiled plans; otherwise, and for a request with the header "
        "`X-Compiled-Execution: off`, by graphql-core alone.",
    )
    refresh_lease_s: float = Field(
        30.0, ge=1, le=600, description="Seconds after which another process takes over from one that died refreshing."
    )
    sandbox_bases: dict[str, str] = Field(
        {},
        description="The addresses of the sandbox that plays the providers. Set by `make run`, never by you.",
        json_schema_extra={"internal": True},
    )
    sandbox_port: int = Field(
        0, ge=0, le=65535, description="The port of the sandbox that plays the providers; 0 takes a free one."
    )
    host: str = Field("127.0.0.1", description="The address to listen on. Without a key, loopback whatever it says.")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on; 0 takes a free one.")
    workers: int = Field(1, ge=1, le=64, description="Processes that serve.")
    data_dir: Path | None = Field(
        None, description="The embedded MongoDB's folder. Not set: the user's data directory."
    )
    max_subscriptions: int = Field(
        250, ge=0, le=100_000, description="Subscriptions open at once in a worker, and as many WebSockets."
    )
    shutdown_timeout_s: int = Field(
        10, ge=0, le=600, description="Seconds that requests in flight may take to finish once the server is stopped."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least level logged.")
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="One JSON object a line, or text for people; `auto` is text on a terminal."
    )

    @field_validator("provider_daily_budgets", mode="before")
    @classmethod
    def _split_budgets(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
        return {name.strip(): number.strip() for name, _, number in pairs}

    @field_validator(
        "musicdata_internal_api_key",
        "read_only_api_keys",
        "instagram_token_keys",
        "disabled_providers",
        mode="before",
    )
    @classmethod
    def _split_keys(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(key.strip() for key in value.split(",") if key.strip())
        return value

    @field_validator("db_mongo_prod_kisum", "embedded_mongodb_uri")
    @classmethod
    def _is_mongodb_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("mongodb://", "mongodb+srv://")):
            raise ValueError("must start with mongodb:// or mongodb+srv://")
        return value

    @field_validator("instagram_token_keys")
    @classmethod
    def _are_fernet_keys(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if not all(_is_fernet_key(key.get_secret_value()) for key in value):
            raise ValueError("a key is 32 bytes in URL-safe base64, as Fernet.generate_key() gives them")
        return value

    @field_validator(
        "instagram_redirect_uri", "instagram_authorize_url", "instagram_code_base_url", "instagram_graph_base_url"
    )
    @classmethod
    def _is_web_address(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https?://[^\s/?#]+[^\s#]*", value):
            raise ValueError("must be an address that begins with http:// or https://")
        return value

    @field_validator("log_level", "log_format", "mongodb_driver", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _keys_have_one_role(self) -> Self:
        full = {key.get_secret_value() for key in self.musicdata_internal_api_key}
        if any(key.get_secret_value() in full for key in self.read_only_api_keys):
            raise ValueError("READ_ONLY_API_KEYS holds a key that MUSICDATA_INTERNAL_API_KEY holds too")
        return self

    @property
    def has_keys(self) -> bool:
        """Whether any key is configured, read-only ones included."""
        return bool(self.musicdata_internal_api_key or self.read_only_api_keys)

    @property
    def mongodb_uri(self) -> str | None:
        """MongoDB's address: the configured one, else the embedded one's, else None."""
        uri = self.db_mongo_prod_kisum or self.embedded_mongodb_uri
        return uri.get_secret_value() if uri else None


def load_settings() -> Settings:
    """The settings as the environment has them; raises SettingsInvalid with one line for a person."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsInvalid("; ".join(_told(problem) for problem in error.errors(include_input=False))) from None


def _is_fernet_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == FERNET_KEY_BYTES
    except ValueError:
        return False


def _told(problem: object) -> str:
    assert isinstance(problem, dict)  # noqa: S101  (pydantic's own shape)
    message = str(problem["msg"]).removeprefix("Value error, ")
    name = "_".join(str(part) for part in problem["loc"][:1]).upper()
    return f"{name}: {message}" if name else message
