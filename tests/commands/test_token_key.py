from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from commands.token_key import kept_token_key
from settings import SettingsInvalid

KEY_FILE = "instagram-token-key"


def test_a_key_is_made_once_and_kept_for_its_user_alone(tmp_path: Path) -> None:
    first, second = kept_token_key(tmp_path), kept_token_key(tmp_path)

    assert first == second
    assert Fernet(first)
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_two_folders_have_two_keys(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()

    assert kept_token_key(folders[0]) != kept_token_key(folders[1])


def test_what_a_run_that_was_cut_off_left_is_no_key(tmp_path: Path) -> None:
    (tmp_path / f"{KEY_FILE}.new").write_text("half")

    assert Fernet(kept_token_key(tmp_path))


@pytest.mark.parametrize("content", ["", "nonsense", "AAAA"])
def test_a_file_without_a_key_is_told_without_its_content(tmp_path: Path, content: str) -> None:
    (tmp_path / KEY_FILE).write_text(content)

    with pytest.raises(SettingsInvalid, match=KEY_FILE) as raised:
        kept_token_key(tmp_path)

    assert not content or content not in str(raised.value)
