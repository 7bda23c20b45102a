"""Settings: one field per environment variable, read once at the start and handed down.

`.env.example` and the table in the README are written from this class (`make generate`).
"""

import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ApiKeys = Annotated[tuple[SecretStr, ...], NoDecode]


ROOT = Path(__file__).parent


def version() -> str:
    """The version of this server, as pyproject.toml has it."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])


class SettingsInvalid(Exception):
    """A variable has a value that it can't have; the text is one line that names it and never shows a secret."""


class Settings(BaseSettings):
    """Everything that can be configured, by environment variable or in a file `.env`."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True)

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
    host: str = Field("127.0.0.1", description="The address to listen on. Without a key, loopback whatever it says.")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on; 0 takes a free one.")
    workers: int = Field(1, ge=1, le=64, description="Processes that serve.")
    data_dir: Path | None = Field(
        None, description="The embedded MongoDB's folder. Not set: the user's data directory."
    )
    shutdown_timeout_s: int = Field(
        10, ge=0, le=600, description="Seconds that requests in flight may take to finish once the server is stopped."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least level logged.")
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="One JSON object a line, or text for people; `auto` is text on a terminal."
    )

    @field_validator("musicdata_internal_api_key", "read_only_api_keys", mode="before")
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


def _told(problem: object) -> str:
    assert isinstance(problem, dict)  # noqa: S101  (pydantic's own shape)
    message = str(problem["msg"]).removeprefix("Value error, ")
    name = "_".join(str(part) for part in problem["loc"][:1]).upper()
    return f"{name}: {message}" if name else message
