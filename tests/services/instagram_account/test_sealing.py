import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from services.errors import NotConfigured
from services.instagram_account.sealing import TokenSeal
from services.model.instagram_account import StoredAccount

OLD, NEW = (SecretStr(Fernet.generate_key().decode()) for _ in range(2))
TOKEN = SecretStr("IGAAtoken")


def stored(token: str, *, sealed: bool = True) -> StoredAccount:
    return StoredAccount(
        user_id="1", username="kisum", token=token, sealed=sealed, expires_at=None, renewed_at=None, sandbox=False
    )


def test_what_is_sealed_is_opened_and_shows_nothing() -> None:
    seal = TokenSeal([OLD])

    sealed = seal.seal(TOKEN)

    assert "IGAA" not in sealed
    assert seal.open(stored(sealed)) == TOKEN


def test_the_same_token_is_sealed_differently_each_time() -> None:
    assert TokenSeal([OLD]).seal(TOKEN) != TokenSeal([OLD]).seal(TOKEN)


def test_the_first_key_seals_and_all_open() -> None:
    former, both = TokenSeal([OLD]).seal(TOKEN), TokenSeal([NEW, OLD])

    assert both.open(stored(former)) == TOKEN
    assert TokenSeal([NEW]).open(stored(both.seal(TOKEN))) == TOKEN


@pytest.mark.parametrize("token", [TokenSeal([NEW]).seal(TOKEN), "nothing of ours", ""], ids=["key", "text", "empty"])
def test_what_no_key_opens_is_told_without_it(token: str) -> None:
    with pytest.raises(NotConfigured) as raised:
        TokenSeal([OLD]).open(stored(token))

    assert "/instagram/login" in str(raised.value)
    assert raised.value.__context__ is None


def test_a_clear_token_is_what_it_is() -> None:
    assert TokenSeal([OLD]).open(stored("IGAAtoken", sealed=False)) == TOKEN


def test_without_a_key_nothing_is_sealed_or_opened() -> None:
    seal = TokenSeal([])

    with pytest.raises(NotConfigured, match="INSTAGRAM_TOKEN_KEYS"):
        seal.seal(TOKEN)
    with pytest.raises(NotConfigured, match="INSTAGRAM_TOKEN_KEYS"):
        seal.open(stored("IGAAtoken", sealed=False))
