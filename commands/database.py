"""The embedded database of a folder, shared: whoever runs it leaves its address there, and other commands read it.

The address of the sandbox beside it, too: what would be asked is asked there.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pydantic import SecretStr

from services import EmbeddedMongoUnavailable, default_data_dir, embedded_mongodb
from settings import Settings, SettingsInvalid

_ADDRESS = "address"


def data_folder(settings: Settings) -> Path:
    """The folder of the embedded database."""
    return (settings.data_dir or default_data_dir()).expanduser().resolve()


@contextmanager
def published(folder: Path, uri: str, sandbox_bases: Mapping[str, str]) -> Iterator[None]:
    """Leaves the addresses of the folder's database and its sandbox in it, for as long as the context lasts."""
    address = folder / _ADDRESS
    address.write_text(json.dumps({"mongodb": uri, "sandbox": dict(sandbox_bases)}))
    try:
        yield
    finally:
        address.unlink(missing_ok=True)


@contextmanager
def database_to_read(settings: Settings) -> Iterator[Settings]:
    """The settings with a database: the configured one, the one of a server that runs over the folder, or its own.

    Raises SettingsInvalid where nothing has ever been stored, EmbeddedMongoUnavailable.
    """
    if settings.mongodb_uri:
        yield settings
        return
    folder = data_folder(settings)
    if not (folder / "mongodb").is_dir():
        raise SettingsInvalid(
            f"DB_MONGO_PROD_KISUM: not set, and there is no data in {folder}; `make run` begins with real demo artists"
        )
    bases: Mapping[str, str] = {}
    with ExitStack() as stack:
        try:
            uri = stack.enter_context(embedded_mongodb(folder))
        except EmbeddedMongoUnavailable:
            if not (folder / _ADDRESS).is_file():
                raise
            told = json.loads((folder / _ADDRESS).read_text())
            uri, bases = told["mongodb"], told["sandbox"]
        yield settings.model_copy(update={"embedded_mongodb_uri": SecretStr(uri), "sandbox_bases": bases})
