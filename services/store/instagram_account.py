"""`auth.instagram`: the one document of the connected account, `account`, with its token as it was sealed.

An older version wrote the token in the clear, as `access_token`, into a document of another id. That is read until
the next write, which removes it.
"""

from typing import Any

from pymongo import DeleteMany

from services.model.instagram_account import StoredAccount
from services.store import decode
from services.store.driver import Document, Mongo

COLLECTION = "auth.instagram"
KEY = "account"

_CLEAR = {"access_token": {"$type": "string"}}
_EVERYTHING = {"$or": [{"_id": KEY}, _CLEAR]}
# What is kept is one document, and those of an older version at most a few.
_LOOKED_AT = 10


class InstagramAccountStore:
    """Reads, keeps and forgets the account; each method is one command, a write two."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def find(self) -> StoredAccount | None:
        """The account; None where none is connected."""
        found = await self._mongo.find(COLLECTION, _EVERYTHING, {}, sort=[("_id", -1)], limit=_LOOKED_AT)
        own = next((document for document in found if document["_id"] == KEY), None)
        if own:
            return _sealed(own)
        return _clear(found[0]) if found else None

    async def connect(self, account: StoredAccount) -> bool:
        """Keep the account in place of its own former token; False where another's is kept: nothing is changed."""
        same = [{"user_id": {"$in": [account.user_id, None]}}, {"sandbox": not account.sandbox}]
        return await self._write({"_id": KEY, "$or": same}, account, upsert=True)

    async def renew(self, former: StoredAccount, account: StoredAccount) -> bool:
        """Keep the account in place of the former; False where that has been replaced meanwhile."""
        known = former.token if former.sealed else None
        return await self._write({"_id": KEY, "token": known}, account, upsert=not former.sealed)

    async def forget(self) -> None:
        """Remove the account, so that any may be connected."""
        await self._mongo.bulk_write(COLLECTION, [DeleteMany(_EVERYTHING)])

    async def _write(self, query: Document, account: StoredAccount, *, upsert: bool) -> bool:
        values = {
            "user_id": account.user_id,
            "username": account.username,
            "token": account.token,
            "expiresAt": account.expires_at,
            "renewedAt": account.renewed_at,
            "sandbox": account.sandbox,
        }
        update = [{"$set": {name: {"$literal": value} for name, value in values.items()}}]
        written = await self._mongo.find_one_and_update(COLLECTION, query, update, upsert=upsert)
        if written is not None:
            await self._mongo.bulk_write(COLLECTION, [DeleteMany({"_id": {"$ne": KEY}, **_CLEAR})])
        return written is not None


def _sealed(document: Document) -> StoredAccount | None:
    token = decode.text(document.get("token"))
    return None if token is None else _account(document, token, sealed=True)


def _clear(document: Document) -> StoredAccount:
    return _account(document, document["access_token"], sealed=False)


def _account(document: Document, token: str, *, sealed: bool) -> StoredAccount:
    return StoredAccount(
        user_id=decode.identifier(document.get("user_id")),
        username=decode.text(document.get("username")),
        token=token,
        sealed=sealed,
        expires_at=decode.instant(_first(document, "expiresAt", "expires_at")),
        renewed_at=decode.instant(document.get("renewedAt")),
        sandbox=document.get("sandbox") is True,
    )


def _first(document: Document, *names: str) -> Any:
    return next((document[name] for name in names if document.get(name) is not None), None)
