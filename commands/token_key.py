"""The key of the Instagram token over the embedded database: made once, and kept beside the data for its user alone."""

import os
from pathlib import Path

from cryptography.fernet import Fernet

from settings import SettingsInvalid

_FILE = "instagram-token-key"
_ONLY_OURS = 0o600


def kept_token_key(folder: Path) -> str:
    """The key that is kept in the folder, made where there is none; raises SettingsInvalid where it is no key."""
    path = folder / _FILE
    if not path.is_file():
        _write(path, Fernet.generate_key())
    key = path.read_text().strip()
    try:
        Fernet(key)
    except ValueError:
        raise SettingsInvalid(
            f"DATA_DIR: {path} has no key; without the file another is made, and the Instagram account connected again"
        ) from None
    return key


def _write(path: Path, key: bytes) -> None:
    """Write it whole or not at all, readable to nobody else at any moment."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _ONLY_OURS), "wb") as file:
        file.write(key)
    new.replace(path)
