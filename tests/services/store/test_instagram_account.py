import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from services.model.instagram_account import StoredAccount
from services.store import Store
from services.store.instagram_account import InstagramAccountStore
from tests.builders import NOW, Document
from tests.conftest import Database

HOLDS = timedelta(days=60)
ACCOUNT = StoredAccount(
    user_id="17841405793187218",
    username="kisum.agency",
    token="gAAAAsealed",
    sealed=True,
    expires_at=NOW + HOLDS,
    renewed_at=NOW,
)
OTHER = replace(ACCOUNT, user_id="17841400008460056", username="somebody.else", token="gAAAAothers")
YOUNGER = replace(ACCOUNT, token="gAAAAyounger", renewed_at=NOW + timedelta(days=1))


@pytest.fixture
def accounts(store: Store) -> InstagramAccountStore:
    return store.instagram_account


def clear_document(**changes: object) -> Document:
    """As an older version stored it."""
    return {"access_token": "IGAAclear", "user_id": "17841405793187218", "expires_at": NOW + HOLDS} | changes


async def test_none_is_connected_at_first(accounts: InstagramAccountStore) -> None:
    assert await accounts.find() is None


async def test_what_is_connected_is_found(accounts: InstagramAccountStore) -> None:
    assert await accounts.connect(ACCOUNT)

    assert await accounts.find() == ACCOUNT


async def test_an_account_takes_its_own_place(accounts: InstagramAccountStore, database: Database) -> None:
    await accounts.connect(ACCOUNT)

    assert await accounts.connect(YOUNGER)

    assert await accounts.find() == YOUNGER
    assert len(await database.all("auth.instagram")) == 1


async def test_another_account_takes_nobodys_place(accounts: InstagramAccountStore) -> None:
    await accounts.connect(ACCOUNT)

    assert not await accounts.connect(OTHER)

    assert await accounts.find() == ACCOUNT


async def test_of_many_accounts_at_once_one_is_connected(accounts: InstagramAccountStore) -> None:
    many = [replace(ACCOUNT, user_id=str(number)) for number in range(1, 11)]

    connected = await asyncio.gather(*map(accounts.connect, many))

    assert sum(connected) == 1
    assert await accounts.find() == many[connected.index(True)]


async def test_the_sandboxs_account_gives_way_to_a_real_one(accounts: InstagramAccountStore) -> None:
    await accounts.connect(replace(OTHER, sandbox=True))

    assert await accounts.connect(ACCOUNT)
    assert not await accounts.connect(OTHER)


async def test_a_renewed_token_takes_the_place_of_the_former_alone(accounts: InstagramAccountStore) -> None:
    await accounts.connect(ACCOUNT)

    assert await accounts.renew(ACCOUNT, YOUNGER)
    assert not await accounts.renew(ACCOUNT, replace(YOUNGER, token="gAAAAlate"))

    assert await accounts.find() == YOUNGER


async def test_what_is_forgotten_is_not_renewed(accounts: InstagramAccountStore) -> None:
    await accounts.connect(ACCOUNT)
    await accounts.forget()

    assert not await accounts.renew(ACCOUNT, YOUNGER)
    assert await accounts.find() is None


async def test_once_forgotten_another_may_be_connected(accounts: InstagramAccountStore) -> None:
    await accounts.connect(ACCOUNT)

    await accounts.forget()

    assert await accounts.connect(OTHER)


async def test_a_clear_token_of_an_older_version_is_read(accounts: InstagramAccountStore, database: Database) -> None:
    await database.insert("auth.instagram", clear_document())

    assert await accounts.find() == StoredAccount(
        user_id="17841405793187218",
        username=None,
        token="IGAAclear",
        sealed=False,
        expires_at=NOW + HOLDS,
        renewed_at=None,
    )


async def test_of_several_clear_tokens_the_youngest_is_read(
    accounts: InstagramAccountStore, database: Database
) -> None:
    await database.insert("auth.instagram", clear_document(), clear_document(access_token="IGAAyounger"))

    found = await accounts.find()

    assert found is not None
    assert found.token == "IGAAyounger"  # noqa: S105


@pytest.mark.parametrize("write", ["connect", "renew"])
async def test_a_write_leaves_no_clear_token(accounts: InstagramAccountStore, database: Database, write: str) -> None:
    await database.insert("auth.instagram", clear_document(), clear_document())
    former = await accounts.find()
    assert former is not None

    assert await (accounts.connect(ACCOUNT) if write == "connect" else accounts.renew(former, ACCOUNT))

    assert "IGAA" not in str(await database.all("auth.instagram"))
    assert await accounts.find() == ACCOUNT


async def test_a_clear_token_is_not_renewed_over_a_login(accounts: InstagramAccountStore, database: Database) -> None:
    await database.insert("auth.instagram", clear_document())
    former = await accounts.find()
    assert former is not None
    await accounts.connect(ACCOUNT)

    assert not await accounts.renew(former, YOUNGER)


async def test_forgetting_takes_clear_tokens_with_it(accounts: InstagramAccountStore, database: Database) -> None:
    await database.insert("auth.instagram", clear_document())

    await accounts.forget()

    assert await database.all("auth.instagram") == []


async def test_a_document_without_a_usable_token_is_none(accounts: InstagramAccountStore, database: Database) -> None:
    await database.insert("auth.instagram", {"_id": "account", "token": 7}, {"access_token": None})

    assert await accounts.find() is None


async def test_what_looks_like_a_formula_of_mongodb_is_stored_as_it_is(accounts: InstagramAccountStore) -> None:
    odd = replace(ACCOUNT, username="$$NOW")

    await accounts.connect(odd)

    assert await accounts.find() == odd
