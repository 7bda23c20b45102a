import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from settings import ROOT, Settings, SettingsInvalid, load_settings, version

SESAME = "open-sesame"
SECRETS = [name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]
SOUNDS_SECRET = re.compile(r"(token|key|keys|secret|password|uri)$")
# Instagram sends browsers there.
PUBLIC = {"instagram_redirect_uri"}
FERNET_KEY = f"{SESAME}{'A' * 32}="
DEFAULTS: dict[str, Any] = {
    "db_mongo_prod_kisum": None,
    "embedded_mongodb_uri": None,
    "mongodb_driver": "pymongo",
    "mongodb_timeout_ms": 5000,
    "mongodb_pool_size": 50,
    "musicdata_internal_api_key": (),
    "read_only_api_keys": (),
    "host": "127.0.0.1",
    "port": 8000,
    "workers": 1,
    "data_dir": None,
    "shutdown_timeout_s": 10,
    "log_level": "info",
    "log_format": "auto",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the server is started in, without a `.env` yet."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def loaded(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return load_settings()


def shown(settings: Settings) -> dict[str, Any]:
    return settings.model_dump()


@pytest.mark.parametrize(("name", "default"), DEFAULTS.items(), ids=DEFAULTS)
def test_without_its_variable_a_setting_has_its_default(name: str, default: Any) -> None:
    assert getattr(load_settings(), name) == default


def test_without_any_variable_nothing_is_configured_that_has_a_secret() -> None:
    assert not [name for name, value in load_settings() if name in SECRETS and value]


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("DB_MONGO_PROD_KISUM", "mongodb://db.example/", SecretStr("mongodb://db.example/")),
        ("DB_MONGO_PROD_KISUM", "mongodb+srv://db.example/", SecretStr("mongodb+srv://db.example/")),
        ("EMBEDDED_MONGODB_URI", "mongodb://127.0.0.1:5/", SecretStr("mongodb://127.0.0.1:5/")),
        ("MONGODB_DRIVER", "motor", "motor"),
        ("MONGODB_DRIVER", "PyMongo", "pymongo"),
        ("MONGODB_TIMEOUT_MS", "100", 100),
        ("MONGODB_POOL_SIZE", "1", 1),
        ("MUSICDATA_INTERNAL_API_KEY", "a", (SecretStr("a"),)),
        ("MUSICDATA_INTERNAL_API_KEY", " a ,b,, c", (SecretStr("a"), SecretStr("b"), SecretStr("c"))),
        ("READ_ONLY_API_KEYS", "a,b", (SecretStr("a"), SecretStr("b"))),
        ("INSTAGRAM_TOKEN_KEYS", f"{FERNET_KEY}, {FERNET_KEY}", (SecretStr(FERNET_KEY), SecretStr(FERNET_KEY))),
        (
            "INSTAGRAM_REDIRECT_URI",
            "https://music.example/instagram/callback",
            "https://music.example/instagram/callback",
        ),
        ("INSTAGRAM_GRAPH_VERSION", "v26.0", "v26.0"),
        ("HOST", "0.0.0.0", "0.0.0.0"),  # noqa: S104  (read, and not listened on)
        ("PORT", "0", 0),
        ("WORKERS", "4", 4),
        ("DATA_DIR", "data/here", Path("data/here")),
        ("SHUTDOWN_TIMEOUT_S", "0", 0),
        ("LOG_LEVEL", "WARNING", "warning"),
        ("LOG_FORMAT", "Json", "json"),
        ("port", "8080", 8080),
    ],
)
def test_a_setting_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str, read: Any) -> None:
    without = load_settings()

    settings = loaded(monkeypatch, **{name: value})

    assert shown(settings) == shown(without) | {name.lower(): read}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_variable_that_is_empty_is_absent(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    without = load_settings()

    assert loaded(monkeypatch, **{name.upper(): ""}) == without


@pytest.mark.parametrize("value", [",", " , ,", " "])
def test_keys_of_nothing_are_no_keys(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    assert not loaded(monkeypatch, MUSICDATA_INTERNAL_API_KEY=value).has_keys


@pytest.mark.parametrize("name", ["MUSICDATA_INTERNAL_API_KEY", "READ_ONLY_API_KEYS"])
def test_a_key_of_either_role_is_one(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert loaded(monkeypatch, **{name: "a"}).has_keys


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DB_MONGO_PROD_KISUM", "localhost:27017", "must start with mongodb:// or mongodb+srv://"),
        ("MONGODB_DRIVER", "mongoengine", "Input should be 'pymongo' or 'motor'"),
        ("MONGODB_TIMEOUT_MS", "99", "Input should be greater than or equal to 100"),
        ("MONGODB_TIMEOUT_MS", "5s", "Input should be a valid integer, unable to parse string as an integer"),
        ("MONGODB_POOL_SIZE", "0", "Input should be greater than or equal to 1"),
        ("PORT", "65536", "Input should be less than or equal to 65535"),
        ("PORT", "-1", "Input should be greater than or equal to 0"),
        ("WORKERS", "0", "Input should be greater than or equal to 1"),
        ("SHUTDOWN_TIMEOUT_S", "-1", "Input should be greater than or equal to 0"),
        ("INSTAGRAM_TOKEN_KEYS", "AAAA", "a key is 32 bytes in URL-safe base64, as Fernet.generate_key() gives them"),
        ("INSTAGRAM_REDIRECT_URI", "music.example", "must be an address that begins with http:// or https://"),
        ("INSTAGRAM_GRAPH_BASE_URL", "ftp://graph.example", "must be an address that begins with http:// or https://"),
        ("INSTAGRAM_GRAPH_VERSION", "25", "String should match pattern '^v[0-9]{1,3}\\.[0-9]{1,2}$'"),
        ("LOG_LEVEL", "loud", "Input should be 'debug', 'info', 'warning' or 'error'"),
        ("LOG_FORMAT", "xml", "Input should be 'auto', 'console' or 'json'"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    with pytest.raises(SettingsInvalid) as raised:
        loaded(monkeypatch, **{name: value})

    assert str(raised.value) == f"{name}: {told}"


def test_several_wrong_values_are_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsInvalid, match=r"^MONGODB_POOL_SIZE: [^\n]*; PORT: [^\n]*$"):
        loaded(monkeypatch, PORT="x", MONGODB_POOL_SIZE="y")


def test_a_key_of_both_roles_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsInvalid) as raised:
        loaded(monkeypatch, MUSICDATA_INTERNAL_API_KEY=f"a,{SESAME}", READ_ONLY_API_KEYS=f"{SESAME},b")

    assert str(raised.value) == "READ_ONLY_API_KEYS holds a key that MUSICDATA_INTERNAL_API_KEY holds too"


@pytest.mark.parametrize(
    "variables",
    [
        {"DB_MONGO_PROD_KISUM": f"kisum:{SESAME}@db.example"},
        {"DB_MONGO_PROD_KISUM": f"mongodb://kisum:{SESAME}@db.example/", "PORT": "x"},
        {"MUSICDATA_INTERNAL_API_KEY": SESAME, "READ_ONLY_API_KEYS": SESAME},
        {"MUSICDATA_INTERNAL_API_KEY": SESAME, "WORKERS": "0"},
        {"INSTAGRAM_TOKEN_KEYS": SESAME},
    ],
    ids=[
        "a wrong address",
        "an address beside a wrong value",
        "a key of both roles",
        "a key beside a wrong value",
        "no Fernet key",
    ],
)
def test_no_secret_is_in_an_error(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    with pytest.raises(SettingsInvalid) as raised:
        loaded(monkeypatch, **variables)
    with pytest.raises(ValidationError) as from_pydantic:
        Settings()

    assert SESAME not in f"{raised.value!r} {from_pydantic.value}"
    assert raised.value.__suppress_context__


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_is_in_what_settings_show_of_themselves(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    value = {"instagram_token_keys": FERNET_KEY}.get(name, f"mongodb://{SESAME}" if "mongo" in name else SESAME)
    settings = loaded(monkeypatch, **{name.upper(): value})

    shows = (repr(settings), str(settings), repr(settings.model_dump()), settings.model_dump_json())

    assert not [text for text in shows if SESAME in text]


@pytest.mark.parametrize(
    "name", [name for name in Settings.model_fields if SOUNDS_SECRET.search(name) and name not in PUBLIC]
)
def test_what_sounds_like_a_secret_is_one(name: str) -> None:
    assert name in SECRETS


@pytest.mark.parametrize(
    ("configured", "embedded", "used"),
    [
        (None, None, None),
        (None, "mongodb://embedded/", "mongodb://embedded/"),
        ("mongodb://configured/", None, "mongodb://configured/"),
        ("mongodb://configured/", "mongodb://embedded/", "mongodb://configured/"),
    ],
    ids=["neither", "the embedded one", "the configured one", "both"],
)
def test_the_configured_database_comes_before_the_embedded_one(
    configured: str | None, embedded: str | None, used: str | None
) -> None:
    settings = Settings(
        db_mongo_prod_kisum=SecretStr(configured) if configured else None,
        embedded_mongodb_uri=SecretStr(embedded) if embedded else None,
    )

    assert settings.mongodb_uri == used


def test_a_file_in_the_folder_is_read_and_a_variable_comes_before_it(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    (folder / ".env").write_text("# ours\nPORT=8001\nWORKERS=2\nMUSICDATA_INTERNAL_API_KEY=a,b\nNOT_OURS=1\n")

    without = Settings(_env_file=None)

    settings = loaded(monkeypatch, WORKERS="3")

    assert shown(settings) == shown(without) | {
        "port": 8001,
        "workers": 3,
        "musicdata_internal_api_key": (SecretStr("a"), SecretStr("b")),
    }


def test_a_wrong_value_in_the_file_names_its_variable(folder: Path) -> None:
    (folder / ".env").write_text("PORT=x\n")

    with pytest.raises(SettingsInvalid, match=r"^PORT: "):
        load_settings()


def test_settings_never_change() -> None:
    settings = load_settings()

    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_described_for_who_sets_it(name: str) -> None:
    description = Settings.model_fields[name].description or ""

    assert description.endswith(".")


def test_the_version_is_that_of_the_project() -> None:
    assert f'version = "{version()}"' in (ROOT / "pyproject.toml").read_text()
